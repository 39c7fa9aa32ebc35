/** `checkpoints.py`: checkpoints in the form of `fcn train`. */
export const checkpointsText = `"""Checkpoints that \`fcn train --resume\` and this package resume from."""

from __future__ import annotations

import json
import math
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

import torch
from torch import Tensor, nn

from .settings import MOMENTS
from .weights import file_names, load_tensors, read_safetensors, write_safetensors

# A count is two numbers of float32, exact below this base.
COUNT_BASE = 2**24
Averages = Dict[str, Tensor]


@dataclass
class Progress:
    """How far a run is."""

    # Updates made, whole epochs done, updates of the epoch under way.
    step: int = 0
    epoch: int = 0
    step_in_epoch: int = 0
    # Sums over the steps of the epoch, and since the last line of the log.
    epoch_loss: float = 0.0
    epoch_losses: Dict[str, float] = field(default_factory=dict)
    group_loss: float = 0.0
    group_steps: int = 0
    best: Optional[Dict[str, Any]] = None
    last: Optional[Dict[str, Any]] = None
    schedule: Dict[str, List[float]] = field(default_factory=dict)
    # Of training.
    seconds: float = 0.0


NAMES = {
    "step_in_epoch": "stepInEpoch",
    "epoch_loss": "epochLoss",
    "epoch_losses": "epochLosses",
    "group_loss": "groupLoss",
    "group_steps": "groupSteps",
}


@dataclass
class Run:
    """What a checkpoint holds beside the progress."""

    network: nn.Module
    optimizer: torch.optim.Optimizer
    # Of weights and running statistics by their names in files; empty: none are kept.
    averages: Averages
    metadata: Dict[str, str]
    plan: str


def write_checkpoint(
    file: Path, run: Run, progress: Progress, metrics: Optional[Tensor] = None
) -> None:
    """Whole or not at all: written under another name, and renamed."""
    tensors = {f"weights/{name}": own for name, own in weights_of(run.network).items()}
    for name, own in optimizer_state(run, progress.step).items():
        tensors[f"optimizer/{name}"] = own
    values = {NAMES.get(name, name): own for name, own in asdict(progress).items()}
    state = {**values, "outputs": {}, "engine": "torch"}
    metadata = {
        **metadata_at(run, progress),
        "plan": run.plan,
        "state": json.dumps(without_nan(state)),
    }
    if metrics is not None:
        metadata["metrics"] = json.dumps([repr(value) for value in metrics.tolist()])
    write_safetensors(file, tensors, metadata)


def write_best(folder: Path, run: Run, progress: Progress, metrics: Any) -> None:
    """The weights that are kept, and their metrics: never those of other weights."""
    (folder / "metrics.json").unlink(missing_ok=True)
    weights = {**weights_of(run.network), **run.averages}
    file = folder / "weights.safetensors"
    write_safetensors(file, weights, metadata_at(run, progress))
    write_text(folder / "metrics.json", json.dumps(metrics, indent=2) + "\\n")


def read_checkpoint(file: Path, run: Run) -> Tuple[Progress, Optional[Tensor]]:
    """Restores weights, optimizer and averages; the progress and sums of the metrics.

    Raises ValueError where the checkpoint is of another network or optimizer.
    """
    tensors, metadata = read_safetensors(file)
    if metadata.get("network") != run.metadata["network"] or "state" not in metadata:
        raise ValueError(f"{file} is no checkpoint of {run.metadata['network']}")
    state = json.loads(metadata["state"])
    names = {NAMES.get(name, name): name for name in asdict(Progress())}
    values = {names[name]: own for name, own in state.items() if name in names}
    progress = Progress(**values)
    prefix = "weights/"
    weights = {
        name[len(prefix) :]: own
        for name, own in tensors.items()
        if name.startswith(prefix)
    }
    load_tensors(run.network, weights, file)
    restore_optimizer(run, tensors, progress.step, file)
    if not json.loads(run.plan)["data"]:  # what fcn knew of the data stays
        run.plan = metadata["plan"]
    known = {"plan", "state", "metrics"}
    run.metadata = {name: own for name, own in metadata.items() if name not in known}
    if "metrics" not in metadata:
        return progress, None
    sums = [float(value) for value in json.loads(metadata["metrics"])]
    return progress, torch.tensor(sums, dtype=torch.float64)


def keep_checkpoint(checkpoint: Path, folder: Path, epoch: int, most: int) -> None:
    """Under the number of its epoch, and those of the last \`most\` epochs beside it."""
    if most > 0:
        folder.mkdir(exist_ok=True)
        part = folder / f"epoch-{epoch:04}.safetensors.part"
        part.unlink(missing_ok=True)
        try:
            os.link(checkpoint, part)
        except OSError:  # not every file system has links
            shutil.copyfile(checkpoint, part)
        os.replace(part, folder / f"epoch-{epoch:04}.safetensors")
    for file in folder.glob("epoch-*.safetensors"):
        number = file.stem[len("epoch-") :]
        if number.isdigit() and not epoch - most < int(number) <= epoch:
            file.unlink()


def weights_of(network: nn.Module) -> Dict[str, Tensor]:
    state = network.state_dict()
    return {name: state[key] for key, name in file_names(network).items()}


def metadata_at(run: Run, progress: Progress) -> Dict[str, str]:
    own = {"step": str(progress.step), "epoch": str(progress.epoch)}
    return {**run.metadata, **own}


def optimizer_state(run: Run, step: int) -> Dict[str, Tensor]:
    """Moments, averages and counts, under their names in checkpoints."""
    names = file_names(run.network)
    tensors = {}
    for key, parameter in trained_parameters(run):
        state = run.optimizer.state.get(parameter, {})
        for moment, called in MOMENTS.items():
            own = state.get(called)
            blank = torch.zeros_like(parameter)
            tensors[f"{names[key]}.{moment}"] = blank if own is None else own
        missed = step - int(state.get("step", 0 if MOMENTS else step))
        if "exp_avg" in MOMENTS.values() and missed > 0:
            tensors[f"{names[key]}.missed"] = count_tensor(missed)
    for name, average in run.averages.items():
        tensors[f"{name}.average"] = average
    tensors["step"] = count_tensor(step)
    return tensors


def restore_optimizer(
    run: Run, tensors: Mapping[str, Tensor], step: int, file: Path
) -> None:
    names = file_names(run.network)
    for key, parameter in trained_parameters(run):
        state: Dict[str, Tensor] = {}
        for moment, called in MOMENTS.items():
            own = tensors.get(f"optimizer/{names[key]}.{moment}")
            if own is None:
                raise ValueError(f"{file} has no {moment} of {names[key]}")
            state[called] = torch.empty_like(parameter).copy_(own)
        missed = tensors.get(f"optimizer/{names[key]}.missed")
        done = step - (0 if missed is None else count_of(missed))
        if MOMENTS and done > 0:
            state["step"] = torch.tensor(float(done))
            run.optimizer.state[parameter] = state
    for name, average in run.averages.items():
        own = tensors.get(f"optimizer/{name}.average")
        if own is None:
            raise ValueError(f"{file} has no average of {name}")
        average.copy_(own)


def trained_parameters(run: Run) -> List[Tuple[str, nn.Parameter]]:
    """Those that the optimizer changes in some epoch."""
    known = {id(one) for group in run.optimizer.param_groups for one in group["params"]}
    every = run.network.named_parameters()
    return [(key, own) for key, own in every if id(own) in known]


def count_tensor(count: int) -> Tensor:
    return torch.tensor([float(count // COUNT_BASE), float(count % COUNT_BASE)])


def count_of(tensor: Tensor) -> int:
    high, low = tensor.tolist()
    return int(high) * COUNT_BASE + int(low)


def without_nan(value: Any) -> Any:
    """As JSON has it: null for what is not finite."""
    if isinstance(value, dict):
        return {name: without_nan(own) for name, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(own) for own in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_text(file: Path, text: str) -> None:
    temporary = Path(f"{file}.new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, file)
`;
