/** `tally.py`: what is counted over the steps of an epoch. */
export const tallyText = `"""What is counted over the steps of an epoch, and since the last line of the log."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from torch import Tensor

from . import settings
from .checkpoints import Progress
from .distributed import Processes, sum_over
from .metrics import Metrics
from .updates import Part, Result

Values = Mapping[str, Mapping[str, Optional[float]]]


class Tally:
    """Losses are of all processes, what metrics count of this one until it is summed."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self.steps = 0
        self.epoch_loss = 0.0
        self.epoch_losses: Dict[str, float] = {}
        self.group_loss = 0.0
        self.group_steps = 0
        self.own = Metrics()
        # [images, seconds] since the last line of the log, and of the epoch.
        self.group = [0.0, 0.0]
        self.epoch = [0.0, 0.0]

    def count(self, result: Result, parts: Sequence[Part], seconds: float) -> None:
        """An update of so many batches, from the end of the one before."""
        for outputs, part in zip(result.outputs, parts):
            self.own.add(outputs, part.targets, pixels=False)
        images = sum(part.images for part in parts)
        self.epoch_loss += result.loss
        for output, loss in result.losses.items():
            self.epoch_losses[output] = self.epoch_losses.get(output, 0.0) + loss
        self.group_loss += result.loss
        self.steps += 1
        self.group_steps += 1
        for pace in (self.group, self.epoch):
            pace[0] += images
            pace[1] += seconds

    def take_group(self) -> Tuple[float, float]:
        """Mean loss and images per second since the last time."""
        taken = self.group_loss / self.group_steps, quotient(self.group)
        self.group_loss, self.group_steps, self.group = 0.0, 0, [0.0, 0.0]
        return taken

    @property
    def loss(self) -> float:
        return self.epoch_loss / self.steps

    def losses(self) -> Dict[str, float]:
        return {name: loss / self.steps for name, loss in self.epoch_losses.items()}

    @property
    def images_per_second(self) -> float:
        return quotient(self.epoch)

    def summed_state(self) -> Tensor:
        return sum_over(self.own.state(), self.processes)

    def metrics(self) -> Metrics:
        """Over all processes."""
        every = Metrics()
        every.load_sum(self.summed_state())
        return every

    def fill(self, progress: Progress) -> None:
        progress.step_in_epoch = self.steps
        progress.epoch_loss = self.epoch_loss
        progress.epoch_losses = dict(self.epoch_losses)
        progress.group_loss = self.group_loss
        progress.group_steps = self.group_steps

    def resume(self, progress: Progress, metrics: Optional[Tensor]) -> None:
        self.steps = progress.step_in_epoch
        self.epoch_loss = progress.epoch_loss
        self.epoch_losses = dict(progress.epoch_losses)
        self.group_loss = progress.group_loss
        self.group_steps = progress.group_steps
        if metrics is not None and self.processes.is_first:
            self.own.load_sum(metrics)


def quotient(pace: List[float]) -> float:
    images, seconds = pace
    return images / seconds if seconds > 0 else 0.0


def kept_value(
    outputs: Values,
    classes: Mapping[str, Any],
    loss: float,
    losses: Mapping[str, float],
) -> Optional[float]:
    """The value of the measure that the run keeps; None where nothing was counted."""
    output, measure, of_class = settings.KEEP
    if output is None:
        return loss
    if of_class is not None:
        own = [one for one in classes[output]["classes"] if one["name"] == of_class]
        return own[0].get(measure) if own else None
    if measure == "loss":
        return losses.get(output)
    return outputs.get(output, {}).get(measure)
`;
