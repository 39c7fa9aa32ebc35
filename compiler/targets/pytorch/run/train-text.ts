/** `train.py`: the command of the package that trains. */
export const trainText = `"""Trains the network in one process, or in as many as torchrun starts.

    python -m PACKAGE.train --out run
    torchrun --nproc_per_node 2 -m PACKAGE.train --out run

The batch of the program is that of all processes together, so that a run is the same
with any number of them. A run whose folder holds a checkpoint continues from there.
Ctrl-C (SIGINT, SIGTERM) ends it after the step under way, with a checkpoint.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Optional, Sequence

import torch

from . import distributed
from .options import Options
from .origin import NotFinite
from .reporting import Reporter
from .run import TrainingRun
from .settings import EPOCHS


class Stop:
    """Set when somebody asked this process to end the run."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int = 0, frame: Optional[FrameType] = None) -> None:
        self.asked = True

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self)

    def listen_to_input(self) -> None:
        """Of who started this process: a byte asks to end the run."""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        if os.read(0, 1) == b"":
            # who started us is gone, and another may resume the run at any moment
            os._exit(1)
        self.asked = True


def main(arguments: Optional[Sequence[str]] = None) -> int:
    options = read_options(arguments)
    stop = Stop()
    stop.listen()
    if options.events:
        stop.listen_to_input()
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    try:
        processes = distributed.start(options.device)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    reporter = Reporter(options.events, processes)
    try:
        TrainingRun(options, processes, reporter, stop).run()
    except (NotFinite, ValueError, OSError) as error:
        reporter.failed(error, options.out / "checkpoint.safetensors")
        return 1
    finally:
        distributed.stop()
    return 0


def read_options(arguments: Optional[Sequence[str]] = None) -> Options:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}.train", description="Trains the network."
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, help="output folder of the run")
    add("--data", type=Path, help="folder of the data (default: the program's)")
    add(
        "--start-from",
        help="weights of a new run: a file, or none (default: the package's, or those of "
        "the program's \`start from\`)",
    )
    passes = f"passes over the training samples (default: {EPOCHS})"
    add("--epochs", type=count, default=EPOCHS, help=passes)
    add("--stop-after", type=count, help="pause after this epoch")
    devices = ("auto", "cuda", "mps", "cpu")
    add("--device", choices=devices, default="auto", help="auto: a GPU if one works")
    add(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        default="auto",
        help="precision of feature maps; auto: bfloat16 on GPUs that support it",
    )
    add("--threads", type=count, help="CPU threads of each process")
    add("--loaders", type=int, help="processes that load samples, for each process")
    add(
        "--checkpoint-every",
        type=float,
        default=10.0,
        help="minutes between checkpoints within an epoch (default: 10)",
    )
    kept = "number of last epochs whose checkpoints are kept (default: 3)"
    add("--keep-checkpoints", type=int, default=3, help=kept)
    add("--events", action="store_true", help="print progress as JSON lines")
    return Options(**vars(parser.parse_args(arguments)))


def count(text: str) -> int:
    """Of the command line: 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
`;
