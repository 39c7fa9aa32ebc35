"""Training steps and predictions of a network: python3 speed.py REQUEST. Prints one line of JSON.

With the number "tune" it finds out, once, what is faster here; else it measures with what it is given, with "memory" the memory of
training alone. What is tried, of training: tensors that are channels_last or contiguous, and each transposed convolution as PyTorch's own
or as a convolution with pixel shuffle. Of predictions, too: whether batch normalisation is folded into convolutions, and whether TorchScript
optimises what is left.
"""
import json
import resource

import torch

from inference import prepare, scripted
from losses import loss_of
from network import Network
from operations import has_sub_pixels, operations
from request import request
from timing import least, medians

asked = request()
numbers = asked.numbers
torch.set_num_threads(int(numbers["threads"]))
torch.manual_seed(1)


def opened(ways):
    """The network and its inputs; ways: "channels_last", "sub_pixel ID"."""
    layout = torch.channels_last if ways["channels_last"] else torch.contiguous_format
    network = Network(asked.network, asked.named("weights/")).to(memory_format=layout).train()
    network.sub_pixel = {int(name.split()[1]): bool(way) for name, way in ways.items() if name.startswith("sub_pixel ")}
    inputs = {name: value.contiguous(memory_format=layout) for name, value in asked.named("input/").items()}
    return network, inputs


def stepping(ways):
    network, inputs = opened(ways)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    targets = asked.targets()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(network(inputs), targets).backward()
        optimizer.step()

    return step


def predicting(ways):
    network, inputs = opened(ways)
    network.eval()
    with torch.no_grad():
        if ways["folded"]:
            prepare(network)
        run = scripted(network, inputs) if ways["script"] else lambda: network.predict(inputs)

    def predict():
        with torch.no_grad():
            run()

    return predict


def with_sub_pixels(channels_last, task):
    """The ways whose transposed convolutions are each the faster one for the task of an input and a function of it."""
    network, inputs = opened({"channels_last": channels_last})
    nodes = [node for node in network.nodes if has_sub_pixels(node)]
    with torch.no_grad():
        maps = network.run(inputs, [node["inputs"][0] for node in nodes])
    ways = {"channels_last": channels_last}
    for node in nodes:
        took = {}
        for way in (0, 1):
            network.sub_pixel[node["id"]] = bool(way)
            given = maps[node["inputs"][0]].detach()
            took[way] = least(lambda: task(given, lambda x: operations["transposed_conv"](network, node, x)))
        ways[f'sub_pixel {node["id"]}'] = int(took[1] < took[0])
    return ways


def backward(x, of):
    of(x.clone().requires_grad_()).square().sum().backward()


def forward(x, of):
    with torch.no_grad():
        of(x)


def fastest(task, candidates):
    return min(((least(task(ways)), i, ways) for i, ways in enumerate(candidates)))[2]


def tuned():
    training = fastest(stepping, [with_sub_pixels(channels_last, backward) for channels_last in (1, 0)])
    forms = [{"folded": folded, "script": script} for folded, script in ((0, 0), (1, 0), (1, 1))]
    layouts = [with_sub_pixels(channels_last, forward) for channels_last in (1, 0)]
    predictions = fastest(predicting, [{**layout, **form} for layout in layouts for form in forms])
    return {"train": training, "predict": predictions}


def measured(ways):
    rounds = int(numbers["rounds"])
    train = medians(stepping(ways["train"]), rounds)
    predict = medians(predicting(ways["predict"]), rounds)
    parameters = Network(asked.network, asked.named("weights/")).parameter_count()
    return {"train": train, "predict": predict, "parameters": parameters}


def resident():
    """MB at most, of a few training steps."""
    step = stepping(ways["train"])
    for _ in range(3):
        step()
    return {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


ways = {
    work: {name[len(work) + 1 :]: way for name, way in numbers.items() if name.startswith(f"{work} ")}
    for work in ("train", "predict")
}
found = tuned() if numbers.get("tune") else resident() if numbers.get("memory") else measured(ways)
print(json.dumps({"version": torch.__version__, **found}))
