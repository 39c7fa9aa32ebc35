/** `run_log.py`: the log of a run in the form of `fcn train`. */
export const runLogText = `"""\`metrics.jsonl\`: a line for every group of steps and for every epoch."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict

from .checkpoints import without_nan
from .distributed import Processes


class RunLog:
    """Written by the first process."""

    def __init__(self, file: Path, processes: Processes) -> None:
        self.file = file
        self.processes = processes

    def add(self, line: Dict[str, Any]) -> None:
        if not self.processes.is_first:
            return
        with open(self.file, "a", encoding="utf-8") as log:
            log.write(json.dumps(without_nan(line)) + "\\n")

    def restore(self, step: int, epoch: int) -> None:
        """Keeps the lines before a checkpoint: those after it are written again."""
        if not self.file.exists():
            return
        kept = []
        for text in self.file.read_text(encoding="utf-8").split("\\n")[:-1]:
            line = json.loads(text)
            is_before = line["kind"] == "steps" or line["epoch"] <= epoch
            if line["step"] <= step and is_before:
                kept.append(text + "\\n")
        temporary = self.file.with_name(f"{self.file.name}.new")
        temporary.write_text("".join(kept), encoding="utf-8")
        os.replace(temporary, self.file)
`;
