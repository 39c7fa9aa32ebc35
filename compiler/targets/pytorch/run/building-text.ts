/** `building.py`: network, loss and optimizer as a run begins. */
export const buildingText = `"""The network, its loss and its optimizer as a run begins, and what is frozen in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import AbstractSet, Any, Dict, Mapping, Optional, Set, Tuple

import torch
from torch import nn

from .data import Samples
from .distributed import Processes, synchronised
from .losses import Loss
from .model import CLASS
from .optimizer import LEARNING_RATE, optimizer
from .settings import FREEZE, GROUPS, INPUTS, MEASURED, SEED, START_FROM
from .starting import load_start
from .weights import file_names, load_weights

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Origin:
    """What checkpoints say of the program: entries of metadata, and the plan."""

    metadata: Dict[str, str]
    plan: str
    settings: Dict[str, str]


def read_origin(samples: Samples) -> Origin:
    """With the normalisation of the samples."""
    entries = json.loads((HERE / "training.json").read_text(encoding="utf-8"))
    known = {
        INPUTS[name]: {"mean": list(mean), "deviation": list(deviation)}
        for name, (mean, deviation) in samples.normalisations.items()
    }
    first, *others = known
    normalisations = {
        "normalisation": json.dumps(known[first]),
        "other_normalisations": json.dumps({name: known[name] for name in others}),
    }
    metadata = {**entries["metadata"], **normalisations}
    return Origin(metadata, json.dumps(entries["plan"]), entries.get("settings", {}))


def make_network(
    processes: Processes, start: Optional[str] = None
) -> Tuple[nn.Module, str]:
    """With initial weights, and what was loaded in their place.

    Those of a start that is asked for, "none" for none, else those of the package
    where it has some, else of the start of the program.
    """
    torch.manual_seed(SEED)
    network = CLASS()
    weights = HERE / "weights.safetensors"
    loaded = ""
    if start is None and weights.exists():
        load_weights(network, weights)
    else:
        file = START_FROM if start is None else start
        if file is not None and file != "none":
            loaded = load_start(network, Path(file))
    network.to(processes.device)
    if takes_channels_last(processes):
        as_channels_last: Any = network.to
        as_channels_last(memory_format=torch.channels_last)
    return synchronised(network, processes), loaded


def takes_channels_last(processes: Processes) -> bool:
    """Convolutions are faster so; those of PyTorch 1 then fail at an empty share."""
    if processes.device.type not in ("cpu", "cuda"):
        return False
    return processes.count == 1 or torch.__version__ >= "2.0"


def make_loss(metadata: Mapping[str, str], processes: Processes) -> Loss:
    """With the weights of classes and colours that were measured on the data.

    Raises ValueError where the loss needs some and there are none.
    """
    given: Dict[str, Any] = {}
    for name, kind in MEASURED:
        value = json.loads(metadata.get(name, "null"))
        if not value:
            raise ValueError(
                f"the loss needs {kind} measured on the training set, and training.json "
                f"has none: \`fcn train --engine torch\` writes them, or \`fcn emit\` with "
                "the weights of a run"
            )
        if isinstance(value, dict):
            given[name] = {
                output: torch.tensor(own, device=processes.device)
                for output, own in value.items()
            }
        else:
            given[name] = torch.tensor(value, device=processes.device)
    return Loss(**given)


def make_optimizer(network: nn.Module) -> torch.optim.Optimizer:
    """In groups of parameters with the same settings; "initial_lr" is before schedules."""
    update = optimizer(network)
    (first,) = update.param_groups
    defaults = {name: own for name, own in first.items() if name != "params"}
    defaults["foreach"] = True  # one call of each operation for all parameters
    names = file_names(network)
    groups: Dict[Tuple[float, float], Dict[str, Any]] = {}
    for key, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        rate, decay = LEARNING_RATE, float(first["weight_decay"])
        for pattern, own_rate, own_decay in GROUPS:
            if matches(pattern, names[key]):
                rate = rate if own_rate is None else own_rate
                decay = decay if own_decay is None else own_decay
        group = groups.setdefault((rate, decay), {**defaults, "params": []})
        group.update(lr=rate, initial_lr=rate, weight_decay=decay)
        group["params"].append(parameter)
    update.param_groups.clear()
    for group in groups.values():
        update.add_param_group(group)
    return update


def frozen_names(network: nn.Module, epoch: int) -> Set[str]:
    """Weights and running statistics that stay as they are in an epoch, from 1."""
    now = [
        pattern
        for pattern, begin, end in FREEZE
        if begin <= epoch and (end is None or epoch <= end)
    ]
    names = file_names(network).values()
    return {name for name in names if any(matches(one, name) for one in now)}


def trained_names(network: nn.Module) -> Set[str]:
    """Of the weights that the program trains in some epoch."""
    names = file_names(network)
    return {names[key] for key, own in network.named_parameters() if own.requires_grad}


def set_training(
    network: nn.Module, trained: AbstractSet[str], frozen: AbstractSet[str]
) -> None:
    """Training mode; a layer with frozen statistics normalises as in inference."""
    network.train()
    names = file_names(network)
    for key, parameter in network.named_parameters():
        parameter.requires_grad_(names[key] in trained - frozen)
    for path, module in network.named_modules():
        if names.get(f"{path}.running_mean") in frozen:
            module.eval()


def matches(pattern: str, name: str) -> bool:
    """A block, a layer or a weight by its name; a star is any text."""
    parts = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.match(f"{parts}(?=$|[.[])", name) is not None
`;
