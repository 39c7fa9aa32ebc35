"""Times of an emitted package in this process and those beside it: steps, the sum of the gradients, the loading of a batch.

Arguments: the package, images of the whole batch, height and width, repetitions, the folder of the data.
Prints one JSON object in the first process: medians in seconds, and the parameters.
"""

import importlib
import json
import statistics
import sys
import time

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

package, batch, size, repetitions, data = sys.argv[1:6]
batch, size, repetitions = int(batch), int(size), int(repetitions)
torch.set_num_threads(1)
part = lambda name: importlib.import_module(f"{package}.{name}")
processes = part("distributed").start("cpu")
network, _ = part("building").make_network(processes, "none")
network.train()
wrapped = network if processes.count == 1 else DistributedDataParallel(network, broadcast_buffers=False)
updates = part("updates").Updates(wrapped, part("losses").Loss(), processes)
optimizer = part("optimizer").optimizer(network)
own = len(range(batch)[processes.rank :: processes.count])
channels = next(module.in_channels for module in network.modules() if hasattr(module, "in_channels"))
images = torch.randn(own, channels, size, size)
classes = torch.randint(0, 2, (own, size, size))
share = part("updates").Part({"image": images}, {"labels": classes}, batch)
gradient = torch.zeros(sum(one.numel() for one in network.parameters()))


def step():
    optimizer.zero_grad(set_to_none=True)
    updates.backward([share])
    optimizer.step()


def reduce():
    if processes.count > 1:
        dist.all_reduce(gradient)


def median(work):
    work()
    times = []
    for _ in range(repetitions):
        if processes.count > 1:
            dist.barrier()
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


samples = part("data").Samples("train", data, augment=True)
samples.room = 0  # every time from files, as where the data is larger than the memory for it
keys = part("data").batches(samples, own, 0)[0]
found = {
    "parameters": gradient.numel(),
    "step": median(step),
    "reduce": median(reduce),
    "load": median(lambda: part("data").collate([samples[key] for key in keys])),
}
if processes.is_first:
    print(json.dumps(found))
part("distributed").stop()
