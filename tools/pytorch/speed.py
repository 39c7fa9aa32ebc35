"""Training steps and predictions of a network: python3 speed.py REQUEST. Prints one line of JSON.

With the number "tune" it finds out, once, what is faster here: tensors that are channels_last or contiguous, and each transposed
convolution as PyTorch's own or as a convolution with pixel shuffle. Else it measures with what it is given.
"""
import json
import resource
import statistics
import time

import torch

from losses import loss_of
from network import Network
from request import request

asked = request()
numbers = asked.numbers
torch.set_num_threads(int(numbers["threads"]))
torch.manual_seed(1)


def prepared(channels_last):
    layout = torch.channels_last if channels_last else torch.contiguous_format
    network = Network(asked.network, asked.named("weights/")).to(memory_format=layout).train()
    inputs = {name: value.contiguous(memory_format=layout) for name, value in asked.named("input/").items()}
    return network, inputs


def stepping(network, inputs):
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    targets = asked.targets()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(network(inputs), targets).backward()
        optimizer.step()

    return step


def timed(task):
    began, used = time.perf_counter(), time.process_time()
    task()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used)


def medians(task):
    task()
    task()
    times = [timed(task) for _ in range(int(numbers["rounds"]))]
    return {name: statistics.median(one[i] for one in times) for i, name in enumerate(("wall", "processor"))}


def tuned():
    found = []
    for channels_last in (1, 0):
        network, inputs = prepared(channels_last)
        network.tune(inputs)
        step = stepping(network, inputs)
        step()
        took = min(timed(step)[1] for _ in range(3))
        ways = {f"sub_pixel {node}": int(way) for node, way in network.sub_pixel.items()}
        found.append((took, {"channels_last": channels_last, **ways}))
    return min(found, key=lambda one: one[0])[1]


def measured():
    network, inputs = prepared(numbers["channels_last"])
    network.sub_pixel = {int(name.split()[1]): bool(way) for name, way in numbers.items() if name.startswith("sub_pixel ")}
    train = medians(stepping(network, inputs))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    network.eval()

    def predict():
        with torch.no_grad():
            network.predict(inputs)

    parameters = network.parameter_count()
    return {"train": train, "predict": medians(predict), "memory": memory, "parameters": parameters}


print(json.dumps({"version": torch.__version__, **(tuned() if numbers.get("tune") else measured())}))
