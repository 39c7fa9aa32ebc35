/** `updates.py`: the loss and its gradient over all processes and parts of a batch. */
export const updatesText = `"""One update: the loss over all processes and parts of a batch, and what follows it.

A term of the loss is a sum divided by what counts in it: positions with a label, or
their class weights. Both are added up over all processes and parts before they are
divided; the mean of the processes' means would be another number wherever labels are
missing. Terms of whole batches (Dice, the hardest positions) are computed from the
gathered batch.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ContextManager, Dict, List, Mapping, Sequence, Tuple

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from .distributed import Processes, are_several, sum_over, whole_batch
from .losses import Loss, Share
from .model import Outputs
from .origin import NotFinite
from .settings import CHANNELS, TERMS

Shares = List[Tuple[float, Share]]
Tensors = Dict[str, Tensor]


@dataclass(frozen=True)
class Part:
    """The share of one process in a batch."""

    inputs: Dict[str, Tensor]
    targets: Dict[str, Tensor]
    # Images of the whole batch.
    images: int


@dataclass(frozen=True)
class Result:
    """The loss of an update by output, and what this process predicted."""

    losses: Dict[str, float]
    outputs: List[Outputs]
    # Whether a process was asked to stop.
    stop: bool

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

    def backward(self, parts: Sequence[Part], stop: bool = False) -> Result:
        """Adds the gradient of the loss over all parts to every parameter's.

        Raises NotFinite where the loss is not a finite number.
        """
        kept: List[Outputs] = []
        if len(parts) == 1:
            outputs = self.forward(parts[0])
            shares = self.shares(outputs, parts[0].targets)
            table, stop = self.table([shares], stop)
            scales = scales_of(table[:, :, 0], [parts[0].images])
            self.check(scales * table[:, :, 1])
            self.add_gradient(shares, scales[0])
            kept.append(detached(outputs))
        else:
            blank = [self.shares(blank_like(part), part.targets) for part in parts]
            divisors, stop = self.table(blank, stop)
            scales = scales_of(divisors[:, :, 0], [part.images for part in parts])
            found: List[Shares] = []
            for place, part in enumerate(parts):
                is_last = place == len(parts) - 1
                with self.held(is_last):
                    outputs = self.forward(part)
                    shares = self.shares(outputs, part.targets)
                    self.add_gradient(shares, scales[place])
                kept.append(detached(outputs))
                found.append([(factor, without_graph(s)) for factor, s in shares])
            table, _ = self.table(found, False)
            self.check(scales * table[:, :, 1])
        return Result(by_output(scales * table[:, :, 1], self.factors), kept, stop)

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

    def table(self, parts: Sequence[Shares], stop: bool) -> Tuple[Tensor, bool]:
        """[part, term]: divisor and total over all processes."""
        first = self.processes.is_first
        rows = []
        for shares in parts:
            for term, (_, share) in zip(TERMS, shares):
                counts = term[1] in ("positions", "sum") or first or not are_several()
                values = torch.stack([share.divisor.to(share.total), share.total])
                rows.append(values.detach() if counts else torch.zeros_like(values))
        flat = torch.cat(
            [torch.stack(rows).flatten().cpu().double(), torch.tensor([float(stop)])]
        )
        summed = sum_over(flat, self.processes)
        return summed[:-1].reshape(len(parts), -1, 2), bool(summed[-1] > 0)

    def add_gradient(self, shares: Shares, scales: Tensor) -> None:
        terms = [
            factor * float(scale) * share.total
            for (factor, share), scale in zip(shares, scales)
        ]
        # DistributedDataParallel divides by the number of processes.
        total = torch.stack(terms).sum() * float(self.processes.count)
        torch.autograd.backward([total])

    def held(self, is_last: bool) -> ContextManager[Any]:
        """Before the last part of an update gradients stay in their process."""
        if is_last or not isinstance(self.network, DistributedDataParallel):
            return nullcontext()
        no_sync: Any = self.network.no_sync
        held: ContextManager[Any] = no_sync()
        return held

    def check(self, values: Tensor) -> None:
        if not bool(torch.isfinite(values).all()):
            raise NotFinite("the loss")


def scales_of(divisors: Tensor, images: Sequence[int]) -> Tensor:
    """[part, term]: what each total is multiplied by; 0 where nothing counts."""
    scales = torch.zeros_like(divisors)
    for term, (_, kind) in enumerate(TERMS):
        own = divisors[:, term]
        counts = own > 0
        if kind == "sum":
            scales[:, term] = 1
        elif kind == "areas":
            weights = torch.tensor(images, dtype=own.dtype) * counts
            share = weights / weights.sum().clamp(min=1)
            scales[:, term] = share / torch.where(counts, own, torch.ones_like(own))
        elif counts.any():
            scales[:, term] = 1 / own.sum()
    return scales


def by_output(values: Tensor, factors: Sequence[float]) -> Dict[str, float]:
    losses: Dict[str, float] = {}
    sums = values.sum(0)
    for term, (output, _) in enumerate(TERMS):
        losses[output] = losses.get(output, 0.0) + factors[term] * float(sums[term])
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
