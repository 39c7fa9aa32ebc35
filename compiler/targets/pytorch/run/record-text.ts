/** `record.py`: `run.json`, which `fcn compare` reads. */
export const recordText = `"""\`run.json\`: what a run was made from, by which \`fcn compare\` tells runs apart."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict

import torch

from .checkpoints import write_text
from .distributed import Processes
from .settings import SEED


def record_run(
    file: Path,
    metadata: Dict[str, str],
    plan: Dict[str, Any],
    settings: Dict[str, str],
    step: int,
    processes: Processes,
) -> None:
    """A part for each time that the run was started; no path and no image."""
    parts = []
    if file.exists():
        parts = json.loads(file.read_text(encoding="utf-8"))["parts"]
    layers = json.dumps(plan["layers"], ensure_ascii=False, separators=(",", ":"))
    started = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    record = {
        "format": "fcn-run-1",
        "network": metadata["network"],
        "parameters": json.loads(metadata["parameters"]),
        "source": {"sha256": metadata["source"], "files": []},
        "seed": SEED,
        "settings": settings,
        "layers": hashlib.sha256(layers.encode()).hexdigest(),
        "data": plan["data"],
        "engine": {
            "name": "torch",
            "description": f"PyTorch {torch.__version__}, {processes.count} processes",
            "device": processes.device.type,
        },
        "machine": {
            "cores": os.cpu_count() or 1,
            "processor": platform.processor() or platform.machine(),
            "platform": f"{platform.system().lower()} {platform.machine()}",
        },
        "versions": {"fcn": metadata["version"], "python": platform.python_version()},
        "parts": [*parts, {"started": started, "step": step}],
    }
    write_text(file, json.dumps(record, indent=2) + "\\n")
`;
