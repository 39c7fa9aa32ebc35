/** `reporting.py`: what a run says while it trains. */
export const reportingText = `"""What a run says while it trains: lines for a person, or JSON for a program."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Dict

from .checkpoints import without_nan
from .distributed import Processes


class Reporter:
    """Prints in the first process alone."""

    def __init__(self, events: bool, processes: Processes) -> None:
        self.events = events
        self.processes = processes

    def event(self, kind: str, **facts: Any) -> None:
        if not self.processes.is_first:
            return
        if self.events:
            print(json.dumps(without_nan({"kind": kind, **facts})), flush=True)
        else:
            text = in_words(kind, facts)
            if text != "":
                print(text, flush=True)

    def failed(self, error: BaseException, checkpoint: Path) -> None:
        """In whichever process it happened."""
        left = f"the last checkpoint is {checkpoint}" if checkpoint.exists() else ""
        rank = self.processes.rank
        if self.events:
            facts: Dict[str, Any] = {"kind": "failed", "rank": rank}
            facts["message"] = getattr(error, "what", str(error))
            facts["not_finite"] = isinstance(error, ArithmeticError)
            facts["origin"] = getattr(error, "origin", None)
            sys.stdout.write(json.dumps(facts) + "\\n")
            sys.stdout.flush()
        else:
            message = f"error in process {rank} (pid {os.getpid()}): {error}"
            print("\\n".join(filter(None, [message, left])), file=sys.stderr, flush=True)


def in_words(kind: str, facts: Dict[str, Any]) -> str:
    if kind == "begins":
        plan = facts["plan"]
        return (
            f"{plan['trainingImages']} training and {plan['validationImages']} "
            f"validation images, {counted(plan['epochs'], 'epoch')} of "
            f"{counted(plan['stepsPerEpoch'], 'step')}, from step {plan['step']}; "
            f"{facts['device']}"
        )
    if kind == "epoch":
        line = facts["line"]
        validation = line["validation_loss"]
        measures = [] if validation is None else [f"validation loss {validation:.4f}"]
        for output, values in line["outputs"].items():
            measures += [
                f"{output}.{name} {value:.4f}"
                for name, value in values.items()
                if value is not None
            ]
        best = " (best)" if line["best"] else ""
        return f"epoch {line['epoch']}: loss {line['loss']:.4f}, {', '.join(measures)}{best}"
    if kind == "note":
        return str(facts["message"])
    if kind == "ended":
        epochs = counted(facts["epochs"], "epoch")
        steps = counted(facts["steps"], "step")
        return f"{facts['ended']} after {epochs}, {steps}"
    return ""


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
`;
