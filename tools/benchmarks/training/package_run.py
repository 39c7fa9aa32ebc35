"""A run of an emitted package in this process, on the CPU, from initial weights: it says nothing and validates nothing.

The folder of the package is importable (sys.path).
"""

import importlib
from pathlib import Path


class Never:
    """Nobody asks to end the run."""

    asked = False


def opened(package, data, out):
    """A TrainingRun that has not begun; out is the folder of the run."""
    part = lambda name: importlib.import_module(f"{package}.{name}")
    processes = part("distributed").start("cpu")
    options = part("options").Options(out=Path(out), data=Path(data), start_from="none", epochs=10**6, device="cpu")
    reporter = part("reporting").Reporter(False, processes)
    reporter.event = lambda kind, **facts: None
    run = part("run").TrainingRun(options, processes, reporter, Never())
    run.validation = []
    return run
