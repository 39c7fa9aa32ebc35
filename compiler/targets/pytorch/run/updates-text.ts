/** `updates.py`: the loss and its gradient over all processes and parts of a batch. */
export const updatesText = `"""One update: the loss over all processes and parts of a batch, and what follows it.

A term of the loss is a sum divided by what counts in it: positions with a label, or
their class weights. Both are added up over all processes and parts before they are
divided; the mean of the processes' means would be another number wherever labels are
missing. Terms of whole batches (Dice, the hardest positions) are computed from the
gathered batch.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ContextManager, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from .distributed import Processes, are_several, sum_over, whole_batch
from .losses import Loss, Share
from .model import Outputs
from .origin import NotFinite
from .settings import CHANNELS, TERMS

Shares = List[Tuple[float, Share]]
# By part and term: divisor and total.
Table = List[List[Tuple[float, float]]]
Tensors = Dict[str, Tensor]


@dataclass(frozen=True)
class Part:
    """The share of one process in a batch."""

    inputs: Dict[str, Tensor]
    targets: Dict[str, Tensor]
    # Images of the whole batch.
    images: int


class Requests(NamedTuple):
    """What a process asks of all: where one asks, all follow after the same step."""

    stop: bool = False
    checkpoint: bool = False


@dataclass(frozen=True)
class Result:
    """The loss of an update by output, and what this process predicted."""

    losses: Dict[str, float]
    outputs: List[Outputs]
    # Of any process.
    requests: Requests

    @property
    def loss(self) -> float:
        return sum(self.losses.values())


class Updates:
    """Gradients of batches that several processes share."""

    def __init__(
        self,
        network: nn.Module,
        loss: Loss,
        processes: Processes,
        precision: torch.dtype = torch.float32,
    ) -> None:
        self.network = network
        self.loss = loss
        self.processes = processes
        self.precision = precision

    def part(self, inputs: Tensors, targets: Tensors, own: int, images: int) -> Part:
        """Of a batch of so many images the first samples that were read."""
        device = self.processes.device
        moved = [
            {
                name: one[:own].to(device, non_blocking=True)
                for name, one in group.items()
            }
            for group in (inputs, targets)
        ]
        return Part(moved[0], moved[1], images)

    def backward(
        self, parts: Sequence[Part], requests: Requests = Requests()
    ) -> Result:
        """Adds the gradient of the loss over all parts to every parameter's.

        Raises NotFinite where the loss is not a finite number.
        """
        kept: List[Outputs] = []
        if len(parts) == 1:
            outputs = self.forward(parts[0])
            shares = self.shares(outputs, parts[0].targets)
            table, requests = self.table([shares], requests)
            scales = scales_of(table, parts)
            values = values_of(table, scales)
            self.add_gradient(shares, scales[0])
            kept.append(detached(outputs))
        else:
            blank = [self.shares(blank_like(part), part.targets) for part in parts]
            divisors, requests = self.table(blank, requests)
            scales = scales_of(divisors, parts)
            found: List[Shares] = []
            for place, part in enumerate(parts):
                is_last = place == len(parts) - 1
                with self.held(is_last):
                    outputs = self.forward(part)
                    shares = self.shares(outputs, part.targets)
                    self.add_gradient(shares, scales[place])
                kept.append(detached(outputs))
                found.append([(factor, without_graph(s)) for factor, s in shares])
            table, _ = self.table(found)
            values = values_of(table, scales)
        return Result(by_output(values, self.factors), kept, requests)

    def forward(self, part: Part) -> Outputs:
        if self.precision == torch.float32:
            outputs: Outputs = self.network(**part.inputs)
            return outputs
        with torch.autocast(self.processes.device.type, self.precision):
            mixed: Outputs = self.network(**part.inputs)
        return Outputs(*(feature_map.float() for feature_map in mixed))

    def shares(self, outputs: Outputs, targets: Mapping[str, Tensor]) -> Shares:
        """The terms of this process's share, or of the whole batch."""
        own: Shares = self.loss.terms(outputs, targets)
        whole = [kind in ("areas", "hardest") for _, kind in TERMS]
        self.factors = [factor for factor, _ in own]
        if not (are_several() and any(whole)):
            return own
        gathered = Outputs(*(whole_batch(feature_map) for feature_map in outputs))
        known = {
            name: whole_batch(targets[name]) for name in CHANNELS if name in targets
        }
        every: Shares = self.loss.terms(gathered, known)
        return [every[i] if whole[i] else own[i] for i in range(len(own))]

    def table(
        self, parts: Sequence[Shares], requests: Requests = Requests()
    ) -> Tuple[Table, Requests]:
        """Over all processes; and their requests."""
        counts_all = self.processes.is_first or not are_several()
        own = [
            value.detach()
            if counts_all or kind in ("positions", "sum")
            else torch.zeros_like(value)
            for shares in parts
            for (_, kind), (_, share) in zip(TERMS, shares)
            for value in (share.divisor.to(share.total), share.total)
        ]
        numbers = [*torch.stack(own).tolist(), *map(float, requests)]
        if are_several():
            exact = torch.tensor(numbers, dtype=torch.float64)
            numbers = sum_over(exact, self.processes).tolist()
        *values, stop, checkpoint = numbers
        pairs = list(zip(values[0::2], values[1::2]))
        terms = len(TERMS)
        table = [pairs[terms * part : terms * (part + 1)] for part in range(len(parts))]
        return table, Requests(stop > 0, checkpoint > 0)

    def add_gradient(self, shares: Shares, scales: Sequence[float]) -> None:
        # DistributedDataParallel divides by the number of processes.
        count = self.processes.count
        totals, weights = [], []
        for (factor, share), scale in zip(shares, scales):
            if share.total.requires_grad:  # else it is of frozen weights alone
                totals.append(share.total)
                weights.append(torch.full_like(share.total, count * factor * scale))
        torch.autograd.backward(totals, weights)

    def held(self, is_last: bool) -> ContextManager[Any]:
        """Before the last part of an update gradients stay in their process."""
        if is_last or not isinstance(self.network, DistributedDataParallel):
            return nullcontext()
        no_sync: Any = self.network.no_sync
        held: ContextManager[Any] = no_sync()
        return held


def scales_of(table: Table, parts: Sequence[Part]) -> List[List[float]]:
    """By part and term what each total is multiplied by; 0 where nothing counts."""
    by_term = []
    for term, (_, kind) in enumerate(TERMS):
        divisors = [row[term][0] for row in table]
        if kind == "sum":
            scales = [1.0] * len(parts)
        elif kind == "areas":
            counted = [
                part.images if own > 0 else 0 for part, own in zip(parts, divisors)
            ]
            images = max(1, sum(counted))
            scales = [n / images / (own or 1) for n, own in zip(counted, divisors)]
        else:
            every = sum(divisors)
            scales = [1 / every if every > 0 else 0.0] * len(parts)
        by_term.append(scales)
    return [list(of_part) for of_part in zip(*by_term)]


def values_of(table: Table, scales: Sequence[Sequence[float]]) -> List[float]:
    """The terms of the loss; raises NotFinite where one is not a finite number."""
    values = [0.0] * len(TERMS)
    for row, of_part in zip(table, scales):
        for term, ((_, total), scale) in enumerate(zip(row, of_part)):
            values[term] += scale * total
    if not all(math.isfinite(value) for value in values):
        raise NotFinite("the loss")
    return values


def by_output(values: Sequence[float], factors: Sequence[float]) -> Dict[str, float]:
    losses: Dict[str, float] = {}
    for (output, _), value, factor in zip(TERMS, values, factors):
        losses[output] = losses.get(output, 0.0) + factor * value
    return losses


def blank_like(part: Part) -> Outputs:
    """Feature maps of zeros, at which only the divisors of terms are of use."""
    fields = {}
    for field in Outputs._fields:
        target = part.targets.get(field.replace("_logits", ""))
        target = part.targets.get(field) if target is None else target
        if target is None:
            fields[field] = torch.zeros((0, 1, 1, 1), device=any_of(part).device)
            continue
        batch, height, width = len(target), target.shape[-2], target.shape[-1]
        shape = (batch, CHANNELS[field], height, width)
        fields[field] = torch.zeros(shape, device=target.device)
    return Outputs(**fields)


def any_of(part: Part) -> Tensor:
    return next(iter(part.inputs.values()))


def detached(outputs: Outputs) -> Outputs:
    return Outputs(*(feature_map.detach() for feature_map in outputs))


def without_graph(share: Share) -> Share:
    return Share(share.total.detach(), share.divisor.detach())
`;
