/** `weights.py`: weights in safetensors files under the names of the program. */
export const weightsText = `"""Weights in safetensors files, which \`fcn predict\` and \`fcn train\` read too."""

from __future__ import annotations

import json
import os
import re
import struct
from itertools import chain
from pathlib import Path
from typing import Dict, Iterator, Mapping, Tuple, Union

import torch
from torch import Tensor, nn

NORMALISATIONS = (
    nn.BatchNorm2d,
    nn.InstanceNorm2d,
    nn.GroupNorm,
    nn.LayerNorm,
    nn.SyncBatchNorm,
)
KINDS = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
}
RENAMED = {"weight": "scale", "bias": "shift", "running_var": "running_variance"}


Tensors = Dict[str, Tensor]
Metadata = Dict[str, str]


def read_safetensors(file: Union[str, Path]) -> Tuple[Tensors, Metadata]:
    """The tensors of floating-point numbers by name, as float32, and the metadata."""
    data = Path(file).read_bytes()
    try:
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
    except (struct.error, ValueError) as error:
        raise ValueError(f"{file} is not a safetensors file") from error
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        kind = KINDS.get(entry["dtype"])
        if kind is None:
            continue
        begin, end = (8 + length + place for place in entry["data_offsets"])
        values = torch.frombuffer(bytearray(data[begin:end]), dtype=kind)
        tensors[name] = values.reshape(entry["shape"]).float()
    return tensors, metadata


def write_safetensors(
    file: Union[str, Path], tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
) -> None:
    """Written under another name and renamed, so that no half file is ever seen."""
    header: Dict[str, object] = {"__metadata__": dict(metadata)}
    parts = []
    end = 0
    for name, tensor in tensors.items():
        values = tensor.detach().cpu().float().contiguous().numpy().astype("<f4")
        begin, end = end, end + values.nbytes
        shape = list(values.shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
        parts.append(values.tobytes())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    temporary = Path(f"{file}.new")
    temporary.write_bytes(b"".join([struct.pack("<Q", len(text)), text, *parts]))
    os.replace(temporary, file)


def file_names(network: nn.Module) -> Dict[str, str]:
    """The names in files of what \`state_dict\` holds."""
    kept = network.state_dict()
    names = {}
    for path, filed, module in named_layers(network):
        own = chain(
            module.named_parameters(recurse=False), module.named_buffers(recurse=False)
        )
        for name, _ in own:
            renamed = name
            if isinstance(module, NORMALISATIONS):
                renamed = RENAMED.get(name, name)
            elif isinstance(module, nn.PReLU):
                renamed = "slope"
            if path + name in kept and name != "num_batches_tracked":
                names[path + name] = filed + renamed
    return names


def load_weights(network: nn.Module, file: Union[str, Path]) -> Dict[str, str]:
    """Takes the weights of a file and returns its metadata.

    Raises ValueError where a weight is missing or has another shape; nothing is changed
    then.
    """
    tensors, metadata = read_safetensors(file)
    load_tensors(network, tensors, file)
    set_normalisations(network, metadata)
    return metadata


def load_tensors(
    network: nn.Module, tensors: Mapping[str, Tensor], file: Union[str, Path]
) -> None:
    """Takes weights by their names in files; raises ValueError as \`load_weights\`."""
    state = network.state_dict()
    loaded = {}
    for key, name in file_names(network).items():
        shape = list(state[key].shape)
        if name not in tensors:
            raise ValueError(f"{file} has no {name} of the shape {shape}")
        if list(tensors[name].shape) != shape:
            raise ValueError(
                f"{name} of {file} has the shape {list(tensors[name].shape)}; "
                f"the network needs {shape}"
            )
        loaded[key] = tensors[name]
    network.load_state_dict(loaded, strict=False)


def set_normalisations(network: nn.Module, metadata: Mapping[str, str]) -> None:
    """For layers that compare colours: how the input that they see was normalised."""
    known = json.loads(metadata.get("other_normalisations", "{}"))
    if "normalisation" in metadata:
        known[""] = json.loads(metadata["normalisation"])
    for module in network.modules():
        own = known.get(getattr(module, "guide_input", None))
        for name in ("mean", "deviation") if own is not None else ():
            values = getattr(module, name)
            values.copy_(torch.tensor(own[name]))


def save_weights(
    network: nn.Module, file: Union[str, Path], metadata: Mapping[str, str]
) -> None:
    """Writes the weights under their names in files."""
    state = network.state_dict()
    tensors = {name: state[key] for key, name in file_names(network).items()}
    write_safetensors(file, tensors, metadata)


def named_layers(
    module: nn.Module, path: str = "", filed: str = ""
) -> Iterator[Tuple[str, str, nn.Module]]:
    """Every module, after its name in \`state_dict\` and its name in files.

    Both end with a dot. \`file_names\` of a class says where they differ: \`{1}\` is the
    index in a list from 1 on, \`{1:2}\` every second one.
    """
    yield path, filed, module
    called = getattr(module, "file_names", {})
    for name, child in module.named_children():
        pattern = called.get(name, name)
        if isinstance(child, nn.ModuleList):
            for index, item in enumerate(child):
                inner = f"{filed}{_numbered(pattern, index)}."
                yield from named_layers(item, f"{path}{name}.{index}.", inner)
        else:
            inner = f"{filed}{pattern}." if pattern != "" else filed
            yield from named_layers(child, f"{path}{name}.", inner)


def _numbered(pattern: str, index: int) -> str:
    match = re.search(r"{(\\d+)(?::(-?\\d+))?}", pattern)
    if match is None:
        return pattern
    number = int(match[1]) + int(match[2] or 1) * index
    return pattern[: match.start()] + str(number) + pattern[match.end() :]
`;
