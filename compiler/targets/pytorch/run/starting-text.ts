/** `starting.py`: weights that a run loads before its first step (runtime/weights/torchvision/). */
export const startingText = `"""Weights that a run loads before its first step: the program's, or torchvision's."""

from __future__ import annotations

import json
import pickle
import re
from math import prod
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from .settings import START_AS
from .weights import Tensors, file_names, load_tensors, read_safetensors

HERE = Path(__file__).parent
# Of torchvision's classifiers, which follow the features.
NOT_CLASSIFIERS = r"(?!(fc|classifier|heads?|aux_classifier|AuxLogits)\\.)"


def load_start(network: nn.Module, file: Path) -> str:
    """Loads what fits and says what was loaded; the rest keeps its values.

    Raises ValueError where nothing fits, or where torchvision's weights of an encoder
    are missing or have other shapes.
    """
    state = network.state_dict()
    own = {name: state[key] for key, name in file_names(network).items()}
    tensors = read_tensors(file)
    parts: Sequence[Mapping[str, Any]] = []
    if START_AS == "torchvision":
        entries = json.loads((HERE / "training.json").read_text(encoding="utf-8"))
        parts = entries["torchvision"]
        found = torchvision_weights(own, tensors, parts, file)
    else:
        found = {
            name: tensor
            for name, tensor in tensors.items()
            if name in own and tensor.shape == own[name].shape
        }
    if not found:
        raise ValueError(f"no weight of {file} has the name and shape of one here")
    load_tensors(network, {**own, **found}, file)
    told = [f"{len(found)} of {len(own)} weights loaded from {file}"]
    for part in parts:
        if any(name in found for name in part["names"]):
            told += part["differences"]
    return "\\n  ".join(told)


def read_tensors(file: Path) -> Tensors:
    """Of a safetensors file, or of a state dict that torch.save wrote."""
    if file.suffix == ".safetensors":
        return read_safetensors(file)[0]
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        said = str(error).split("error: ")[-1].split("\\n")[0]
        raise ValueError(f"{file} is no state dict of torch.save: {said}") from error
    if not isinstance(state, dict):
        raise ValueError(f"{file} is no state dict of torch.save")
    return {
        name: value.float()
        for name, value in state.items()
        if isinstance(value, Tensor) and value.is_floating_point()
    }


class Fit(NamedTuple):
    """A part of the network with one form of torchvision's names."""

    loaded: Tensors
    names: List[str]
    misfits: List[str]
    absent: int


def torchvision_weights(
    own: Mapping[str, Tensor],
    given: Mapping[str, Tensor],
    parts: Sequence[Mapping[str, Any]],
    file: Path,
) -> Tensors:
    """Of the encoders that the file holds, and of the heads of a segmentation network.

    Raises ValueError where none is whole.
    """
    tensors = plain_names(given)
    segmentation = any(name.startswith("backbone.") for name in tensors)
    feature = re.compile(r"backbone\\." if segmentation else NOT_CLASSIFIERS)
    features = [name for name in tensors if feature.match(name)]
    fits = [
        (part, [fit(part, form, own, tensors) for form in forms(part, segmentation)])
        for part in parts
        if part["kind"] == "encoder" or segmentation
    ]
    found: Tensors = {}
    nearest: Optional[Fit] = None
    for part, tried in fits:
        if part["kind"] == "encoder":
            best = min(tried, key=lambda one: len(one.misfits))
            best.misfits.extend(sorted(set(features) - set(best.names)))
            if not best.misfits:
                found.update(best.loaded)
            elif nearest is None or len(best.misfits) < len(nearest.misfits):
                nearest = best
    if not found:
        misfits = [] if nearest is None else nearest.misfits
        some = ", ".join(misfits[:3])
        raise ValueError(
            f"{file} does not hold the encoder: {len(misfits)} weights are missing, "
            f"unknown or of another shape, such as {some}"
        )
    heads = [tried for part, tried in fits if part["kind"] == "head"]
    taken = set()
    for tried in heads:
        for whole in [one for one in tried if not one.misfits][:1]:
            found.update(whole.loaded)
            taken.update(whole.names)
    for tried in heads:
        if all(one.misfits for one in tried):
            for one in tried:
                if one.absent == 0 and not taken & set(one.names):
                    raise ValueError(f"{file} has other shapes of {one.misfits[0]}")
    return found


def plain_names(given: Mapping[str, Tensor]) -> Tensors:
    """Without what DistributedDataParallel puts before names, and counts of batches."""
    wrapped = all(name.startswith("module.") for name in given)
    return {
        name[len("module.") :] if wrapped else name: tensor
        for name, tensor in given.items()
        if not name.endswith(".num_batches_tracked")
    }


def forms(part: Mapping[str, Any], segmentation: bool) -> List[Tuple[str, str]]:
    """What files write in place of the beginning of torchvision's names."""
    if part["kind"] == "head":
        below = part.get("alsoBelow")
        return [("", "")] if below is None else [("", ""), ("classifier", below)]
    if not segmentation:
        return [("", "")]
    # Where the encoder is one sequence, its name is lost.
    return [("", "backbone."), ("features.", "backbone.")]


def fit(
    part: Mapping[str, Any],
    form: Tuple[str, str],
    own: Mapping[str, Tensor],
    tensors: Mapping[str, Tensor],
) -> Fit:
    before, after = form
    loaded: Dict[str, Tensor] = {}
    names, misfits, absent = [], [], 0
    for name, listed in part["names"].items():
        theirs = after + listed[len(before) :] if listed.startswith(before) else listed
        if part["kind"] == "encoder" and not listed.startswith(before):
            theirs = f"backbone.{listed}"
        names.append(theirs)
        given, shape = tensors.get(theirs), list(own[name].shape)
        if given is None:
            absent += 1
            misfits.append(theirs)
        elif same_layer(list(given.shape), shape):
            loaded[name] = given.reshape(shape)
        elif name in part["classifiers"] and list(given.shape[1:]) == shape[1:]:
            pass  # Of other classes: initialised.
        elif name == part["first"] and given.dim() == 4:
            adapted = with_channels(given, shape[1])
            if list(adapted.shape) == shape:
                loaded[name] = adapted
            else:
                misfits.append(theirs)
        else:
            misfits.append(theirs)
    return Fit(loaded, names, misfits, absent)


def same_layer(given: List[int], wanted: List[int]) -> bool:
    """The same but for axes of extent 1, or fully connected for a convolution."""
    if [one for one in given if one != 1] == [one for one in wanted if one != 1]:
        return True
    connected = len(given) == 2 and len(wanted) == 4 and given[0] == wanted[0]
    return connected and prod(given) == prod(wanted)


def with_channels(kernel: Tensor, wanted: int) -> Tensor:
    """The first kernel for other input channels: summed to one, or repeated and scaled."""
    channels = kernel.shape[1]
    if wanted == 1:
        return kernel.sum(1, keepdim=True)
    repeated = kernel.repeat(1, -(-wanted // channels), 1, 1)[:, :wanted]
    return repeated * (channels / wanted)
`;
