/** `gradients.py`: what happens to the gradients before an update, and to the averages of the weights after it. */
export const gradientsText = `"""Gradients before an update, and averages of the weights after it."""

from __future__ import annotations

from typing import AbstractSet, Dict, Mapping

import torch
from torch import Tensor, nn

from . import settings
from .checkpoints import weights_of
from .origin import NotFinite, gradient_origin


def clip(network: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """As the program says; raises NotFinite where a gradient is no finite number."""
    trained = [
        one
        for group in optimizer.param_groups
        for one in group["params"]
        if one.grad is not None
    ]
    # A sum is finite where all are; norms take several times as long on the CPU.
    sums = [one.grad.sum() for one in trained if one.grad is not None]
    if sums and not bool(torch.isfinite(torch.stack(sums)).all()):
        raise NotFinite("a gradient", gradient_origin(network))
    for kind, most in settings.CLIP:
        if kind == "norm":
            nn.utils.clip_grad_norm_(trained, most)
        else:
            nn.utils.clip_grad_value_(trained, most)


def new_averages(network: nn.Module, trained: AbstractSet[str]) -> Dict[str, Tensor]:
    """Of the trained weights and the running statistics, as they are now."""
    if settings.AVERAGE_DECAY is None:
        return {}
    statistics = ("running_mean", "running_variance")
    return {
        name: own.clone()
        for name, own in weights_of(network).items()
        if name in trained or name.endswith(statistics)
    }


@torch.no_grad()
def update_averages(
    averages: Mapping[str, Tensor], weights: Mapping[str, Tensor], done: int
) -> None:
    """Exponential, of a decay that rises to that of the program."""
    if settings.AVERAGE_DECAY is None:
        return
    share = 1 - min(settings.AVERAGE_DECAY, (1 + done) / (10 + done))
    for name, average in averages.items():
        average.lerp_(weights[name], share)
`;
