/** `epochs.py`: what an epoch came to, and whether it is the best. */
export const epochsText = `"""What an epoch came to, and whether it is the best so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from . import settings
from .checkpoints import Progress, without_nan
from .tally import Tally, kept_value
from .validation import Validated


@dataclass(frozen=True)
class Epoch:
    """The measures of an epoch; where nothing was validated, those of training."""

    tally: Tally
    training: Mapping[str, Any]
    # By output: measures, what is known of each class, losses.
    outputs: Mapping[str, Any]
    classes: Mapping[str, Any]
    losses: Mapping[str, float]
    # None: nothing was validated.
    validation_loss: Optional[float]

    @property
    def loss(self) -> float:
        """By which the epoch is judged."""
        validated = self.validation_loss
        return self.tally.loss if validated is None else validated

    @property
    def value(self) -> Optional[float]:
        """Of the measure that the run keeps."""
        return kept_value(self.outputs, self.classes, self.loss, self.losses)

    def measured(self, network: str, progress: Progress) -> Dict[str, Any]:
        """As in metrics.json."""
        trained = self.validation_loss is None
        measured: Dict[str, Any] = {
            "network": network,
            "epoch": progress.epoch,
            "step": progress.step,
            "loss": self.loss,
            "measured_on": "training" if trained else "validation",
            "outputs": self.outputs,
            "classes": self.classes,
            "losses": self.losses,
        }
        return without_nan(measured)

    def line(
        self, progress: Progress, rate: float, better: bool, seconds: float
    ) -> Dict[str, Any]:
        """Of metrics.jsonl."""
        classes = without_nan(self.classes)
        return {
            "kind": "epoch",
            "epoch": progress.epoch,
            "step": progress.step,
            "loss": self.tally.loss,
            "rate": rate,
            "validation_loss": self.validation_loss,
            "outputs": self.outputs,
            "losses": self.losses,
            "class_iou": {
                name: [one["iou"] for one in report["classes"]]
                for name, report in classes.items()
            },
            "training": self.training,
            "best": better,
            "images_per_second": self.tally.images_per_second,
            "seconds": seconds,
        }


def epoch_of(tally: Tally, validated: Optional[Validated]) -> Epoch:
    """Every process takes part: what they counted is added up."""
    training = tally.metrics()
    losses, metrics = validated or (tally.losses(), training)
    loss = None if validated is None else sum(losses.values())
    values, classes = metrics.values(), metrics.classes()
    return Epoch(tally, training.values(), values, classes, losses, loss)


def is_better(progress: Progress, value: Optional[float]) -> bool:
    if value is None:
        return False
    if progress.best is None:
        return True
    best = float(progress.best["value"])
    return value < best if settings.KEEP_LOWER else value > best


def without_improvement(progress: Progress) -> bool:
    """For as many epochs as the program waits."""
    patience, best = settings.PATIENCE, progress.best
    if patience is None or best is None:
        return False
    return progress.epoch - int(best["epoch"]) >= patience
`;
