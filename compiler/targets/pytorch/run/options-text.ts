/** `options.py`: how a run is made, beside what the program says. */
export const optionsText = `"""How a run is made, beside what the program says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Protocol

import torch

from . import settings
from .distributed import Processes


@dataclass(frozen=True)
class Options:
    """Of the command line."""

    out: Path
    data: Optional[Path] = None
    start_from: Optional[str] = None
    epochs: int = settings.EPOCHS
    stop_after: Optional[int] = None
    device: str = "auto"
    precision: str = "auto"
    threads: Optional[int] = None
    loaders: Optional[int] = None
    checkpoint_every: float = 10.0
    keep_checkpoints: int = 3
    events: bool = False

    def data_loaders(self, processes: Processes) -> int:
        """Processes that read ahead; where the CPU trains, it has no time for them."""
        if self.loaders is not None:
            return self.loaders
        if processes.device.type == "cpu":
            return 0
        return min(4, (os.cpu_count() or 1) // processes.count)

    def precision_on(self, device: torch.device) -> torch.dtype:
        """Mixed precision where the GPU computes with bfloat16."""
        if self.precision == "auto":
            has = device.type == "cuda" and torch.cuda.get_device_capability(
                device
            ) >= (8, 0)
            return torch.bfloat16 if has else torch.float32
        return torch.bfloat16 if self.precision == "bfloat16" else torch.float32


class Asked(Protocol):
    """Whether somebody asked this process to end the run."""

    asked: bool
`;
