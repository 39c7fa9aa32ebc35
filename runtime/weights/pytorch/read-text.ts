/**
 * The program of Python that reads a file of `torch.save`: tensors alone, by `weights_only`. Prints a safetensors file whose metadata
 * say what was found; a refusal is a line of JSON on standard error and status 3.
 */
export const readText = `"""Prints the tensors of a file of torch.save as a safetensors file."""

import sys

sys.path[:] = [place for place in sys.path if place not in ("", ".")]  # the folder is a stranger's too

import inspect
import io
import json
import os
import pickletools
import re
import struct
import tarfile
import warnings

try:
    import numpy
    import torch
except ImportError as error:
    print(json.dumps({"refused": "import", "detail": str(error)}), file=sys.stderr)
    sys.exit(3)

warnings.simplefilter("ignore")

TYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}

# in a checkpoint: where the weights usually are, and what belongs to training alone
USUAL = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "module",
    "net",
    "network",
    "params",
    "weights",
    "model_ema",
    "ema",
)
TRAINING = re.compile(r"optim|sched|scaler|^amp$")


# before a number that takes no part in the weights
NUMBER = "number: "


class Refused(Exception):
    def __init__(self, kind, detail=""):
        super().__init__(kind)
        self.kind, self.detail = kind, detail


def load(path):
    if "weights_only" not in inspect.signature(torch.load).parameters:
        raise Refused("version", str(torch.__version__))
    if tarfile.is_tarfile(path):
        raise Refused("tar")

    # before PyTorch 2.6 weights_only did not hold for these two forms of file
    def script(*_, **__):
        raise Refused("script")

    def no_tar(*_, **__):
        raise tarfile.ReadError("not read")

    torch.jit.load, tarfile.open = script, no_tar
    read_numbers()
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Refused:
        raise
    except Exception as error:
        text = str(error)
        unknown = re.search(r"Unsupported (?:class|global: GLOBAL) ([\\w.]+\\w)", text)
        if unknown:
            raise Refused("object", unknown.group(1))
        said = text.split("WeightsUnpickler error: ")[-1].strip().split("\\n")[0]
        raise Refused("unreadable", said or type(error).__name__)


def read_numbers():
    """PyTorch 1.13 knows no floating-point numbers beside tensors, such as a learning rate: it gets them as texts."""
    try:
        from torch import _weights_only_unpickler as module
    except ImportError:
        return
    if hasattr(module, "BINFLOAT"):
        return

    class Unpickler(module.Unpickler):
        def __init__(self, file, **given):
            super().__init__(io.BytesIO(with_texts(file)), **given)

    module.Unpickler = Unpickler


def with_texts(file):
    """The pickle that begins here; the file continues behind it."""
    begin = file.tell()
    numbers = [
        (place - begin, number)
        for code, number, place in pickletools.genops(file)
        if code.name == "BINFLOAT"
    ]
    end = file.tell()
    file.seek(begin)
    data = file.read(end - begin)
    parts, done = [], 0
    for place, number in numbers:
        text = f"{NUMBER}{number!r}".encode()
        parts += [data[done:place], b"X", struct.pack("<I", len(text)), text]
        done = place + 9
    return b"".join([*parts, data[done:]])


def parts_of(value):
    if isinstance(value, dict):
        return [(str(key), part) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        return [(str(place), part) for place, part in enumerate(value)]
    return []


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return 1
    return sum(tensors_in(part) for _, part in parts_of(value))


def described(value):
    """In a few words."""
    if isinstance(value, torch.Tensor):
        form = "sparse " if value.layout != torch.strided else ""
        return f"{form}tensor of {str(value.dtype).replace('torch.', '')}"
    if isinstance(value, (dict, list, tuple)):
        count = tensors_in(value)
        if count > 0:
            return f"{count} tensor{'' if count == 1 else 's'}"
        return f"{type(value).__name__} of {len(value)}"
    number = isinstance(value, str) and value.startswith(NUMBER)
    text = value[len(NUMBER) :] if number else repr(value)
    return text if len(text) <= 40 else type(value).__name__


def member(value, names):
    """By its path: a key may hold dots."""
    if not names:
        return value
    if isinstance(value, dict):
        keys = {str(key): key for key in value}
        for end in range(len(names), 0, -1):
            key = ".".join(names[:end])
            if key in keys:
                return member(value[keys[key]], names[end:])
    raise KeyError


def chosen(value, path, left_out):
    """The mapping of the weights, and its path."""
    if not isinstance(value, dict):
        return value, path
    holding = [(key, part) for key, part in parts_of(value) if tensors_in(part) > 0]
    if any(isinstance(part, torch.Tensor) for _, part in holding):
        return value, path
    nested = dict(holding)
    candidates = [key for key in USUAL if key in nested]
    others = [key for key in nested if not TRAINING.search(key)]
    if not candidates and len(others) != 1:
        return value, path
    key = candidates[0] if candidates else others[0]
    for name, part in parts_of(value):
        if name != key:
            left_out.append((".".join([*path, name]), described(part)))
    return chosen(nested[key], [*path, key], left_out)


def flattened(value, prefix, tensors, left_out):
    for key, part in parts_of(value):
        name = prefix + key
        if prefix == "" and TRAINING.search(key) and not isinstance(part, torch.Tensor):
            left_out.append((name, described(part)))
        elif isinstance(part, torch.Tensor):
            if part.dtype not in TYPES or part.layout != torch.strided or part.is_meta:
                left_out.append((name, described(part)))
            elif name in tensors:
                raise Refused("twice", name)
            else:
                tensors[name] = part
        elif tensors_in(part) > 0:
            flattened(part, name + ".", tensors, left_out)
        else:
            left_out.append((name, described(part)))


def values_of(tensor):
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    values = tensor.numpy()
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def write(tensors, report):
    header, begin = {"__metadata__": {"report": json.dumps(report)}}, 0
    for name, tensor in tensors.items():
        end = begin + tensor.numel() * tensor.element_size()
        header[name] = {
            "dtype": TYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
        begin = end
    text = json.dumps(header).encode()
    out = sys.stdout.buffer
    out.write(struct.pack("<Q", len(text)) + text)
    for tensor in tensors.values():
        out.write(values_of(tensor).tobytes())
    out.flush()


def run(path, key):
    found = load(path)
    left_out = []
    if key:
        try:
            value, under = member(found, key.split(".")), [key]
        except KeyError:
            raise Refused("key", [name for name, part in parts_of(found) if tensors_in(part) > 0])
    else:
        value, under = chosen(found, [], left_out)
    if not isinstance(value, dict) or tensors_in(value) == 0:
        raise Refused("empty", described(value))
    tensors = {}
    flattened(value, "", tensors, left_out)
    if not tensors:
        raise Refused("empty", described(value))
    if "__metadata__" in tensors:
        raise Refused("twice", "__metadata__")
    write(tensors, {"under": ".".join(under), "left_out": left_out})


try:
    run(os.path.abspath(sys.argv[1]), sys.argv[2])
except Refused as refusal:
    print(json.dumps({"refused": refusal.kind, "detail": refusal.detail}), file=sys.stderr)
    sys.exit(3)
`;
