/** The program that holds a network in a process of Python: a line of JSON and the values that it names, each way. */
export const serverText = `"""Predicts what it is given on standard input."""

import importlib
import json
import sys

import numpy as np
import torch

package, class_name, device_name, threads = sys.argv[1:5]
if threads != "0":
    torch.set_num_threads(int(threads))
device = torch.device(device_name)
model = importlib.import_module(package + ".model")
files = importlib.import_module(package + ".weights")
losses = importlib.import_module(package + ".losses")
network = getattr(model, class_name)().to(device).eval()
incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer


def read_arrays(entries):
    arrays = {}
    for entry in entries:
        kind = np.dtype(entry["type"])
        count = int(np.prod(entry["shape"]))
        data = incoming.read(count * kind.itemsize)
        values = np.frombuffer(bytearray(data), kind).reshape(entry["shape"])
        arrays[entry["name"]] = torch.from_numpy(values)
    return arrays


def answer(header, arrays):
    parts = [
        (name, values.detach().cpu().float().contiguous().numpy()) for name, values in arrays
    ]
    header["arrays"] = [{"name": name, "shape": list(part.shape)} for name, part in parts]
    outgoing.write(json.dumps(header).encode() + b"\\n")
    for _, part in parts:
        outgoing.write(part.astype("<f4").tobytes())
    outgoing.flush()


def channels_first(values):
    return values.permute(0, 3, 1, 2).contiguous().to(device)


def forward(arrays):
    with torch.no_grad():
        return network(**{name: channels_first(values) for name, values in arrays.items()})


def loss_given(request):
    given = dict(request["given"])
    if "class_weights" in given:
        given["class_weights"] = torch.tensor(given["class_weights"], device=device)
    if "bin_weights" in given:
        given["bin_weights"] = {
            name: torch.tensor(own, device=device) for name, own in given["bin_weights"].items()
        }
    return losses.Loss(**given)


def respond(request):
    arrays = read_arrays(request["arrays"])
    if request["kind"] == "weights":
        files.load_tensors(network, arrays, "the weights")
        files.set_normalisations(network, request["metadata"])
        return answer({}, [])
    names = request["inputs"]
    outputs = forward({name: arrays[name] for name in names})
    maps = [
        (name, getattr(outputs, name).permute(0, 2, 3, 1)) for name in request["outputs"]
    ]
    if request["kind"] == "predict":
        return answer({}, maps)
    targets = {
        name: values.long().to(device) if values.dtype == torch.int32 else channels_first(values)
        for name, values in arrays.items()
        if name not in names
    }
    targets = {name[len("target "):]: values for name, values in targets.items()}
    with torch.no_grad():
        terms = loss_given(request).terms(outputs, targets)
    found = [[factor * float(share.total), float(share.divisor)] for factor, share in terms]
    answer({"terms": found}, maps)


while True:
    line = incoming.readline()
    if not line:
        break
    request = json.loads(line)
    try:
        respond(request)
    except Exception as error:
        answer({"error": f"{type(error).__name__}: {error}"}, [])
`;
