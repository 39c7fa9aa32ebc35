/** `validation.py`: loss and measures over the validation images. */
export const validationText = `"""The loss and the measures over the validation images, each by itself."""

from __future__ import annotations

from typing import Callable, Dict, Mapping, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from .checkpoints import weights_of
from .data import Samples, collate
from .distributed import Processes, sum_over
from .metrics import Metrics
from .settings import EVERYTHING, TERMS
from .updates import Shares, Updates, by_output

Validated = Tuple[Dict[str, float], Metrics]


@torch.no_grad()
def validate(
    samples: Samples,
    loaders: int,
    updates: Updates,
    is_asked_to_stop: Callable[[], bool],
    report: Callable[[int], None],
) -> Optional[Validated]:
    """Losses by output, and measures; None: somebody asked to end the run.

    Every process takes its part of the images, in evaluation mode.
    """
    processes = updates.processes
    mean, metrics = LossMean(), Metrics(EVERYTHING)
    indices = range(processes.rank, len(samples), processes.count)
    loader = DataLoader(
        samples,
        batch_sampler=[[index] for index in indices],
        collate_fn=collate,
        num_workers=loaders,
    )
    for done, (inputs, targets) in enumerate(loader):
        part = updates.part(inputs, targets, 1, 1)
        outputs = updates.forward(part)
        mean.add(updates.loss.terms(outputs, part.targets))
        metrics.add(outputs, part.targets)
        report(min((done + 1) * processes.count, len(samples)))
        if is_asked_to_stop():
            break
    stop = torch.tensor([float(is_asked_to_stop())])
    if float(sum_over(stop, processes)[0]) > 0:
        return None
    metrics.load_sum(sum_over(metrics.state(), processes))
    return mean.losses(processes), metrics


class LossMean:
    """The loss of many images as one: over all positions, not of the images' means."""

    def __init__(self) -> None:
        self.sums = torch.zeros((len(TERMS), 2), dtype=torch.float64)

    def add(self, shares: Shares) -> None:
        """Of one image."""
        for term, ((_, kind), (factor, share)) in enumerate(zip(TERMS, shares)):
            divisor, total = float(share.divisor), factor * float(share.total)
            if divisor == 0:
                continue
            if kind in ("areas", "sum"):
                total, divisor = total / divisor, 1.0
            self.sums[term] += torch.tensor([total, divisor], dtype=torch.float64)

    def losses(self, processes: Processes) -> Dict[str, float]:
        """By output; 0 where no position counted."""
        sums = sum_over(self.sums, processes).tolist()
        values = [total / divisor if divisor > 0 else total for total, divisor in sums]
        return by_output(values, [1.0] * len(TERMS))


@torch.no_grad()
def exchange(network: nn.Module, averages: Mapping[str, Tensor]) -> None:
    """The weights become their averages, and the averages the weights."""
    weights = weights_of(network)
    for name, average in averages.items():
        kept = average.clone()
        average.copy_(weights[name])
        weights[name].copy_(kept)
`;
