"""The same U-Net in PyTorch, tuned: channels_last, and transposed convolutions as 1x1 convolutions with pixel shuffle.

python3 reference.py BATCH SIZE WIDTH ROUNDS; prints one line of JSON, as measure.ts does.
"""
import json
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

batch, size, width, rounds = (int(word) for word in sys.argv[1:5])
torch.set_num_threads(2)
torch.manual_seed(1)


def double(inputs, outputs):
    layers = []
    for channels in (inputs, outputs):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        widths = [width * 2**level for level in range(depth + 1)]
        self.encoder = nn.ModuleList(double(before, after) for before, after in zip([1, *widths], widths))
        self.upward = nn.ModuleList(nn.Conv2d(2 * channels, 4 * channels, 1) for channels in widths[:-1])
        self.decoder = nn.ModuleList(double(2 * channels, channels) for channels in widths[:-1])
        self.head = nn.Conv2d(width, 2, 1)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.encoder):
            x = block(x if level == 0 else functional.max_pool2d(x, 2))
            skips.append(x)
        skips.pop()
        for upward, block in zip(reversed(self.upward), reversed(self.decoder)):
            x = block(torch.cat([skips.pop(), functional.pixel_shuffle(upward(x), 2)], 1))
        return self.head(x)


net = UNet().to(memory_format=torch.channels_last)
images = torch.randn(batch, 1, size, size).contiguous(memory_format=torch.channels_last)
labels = torch.randint(0, 2, (batch, size, size))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)


def step():
    optimizer.zero_grad(set_to_none=True)
    functional.cross_entropy(net(images), labels).backward()
    optimizer.step()


def predict():
    with torch.no_grad():
        torch.softmax(net(images), 1)


def medians(task):
    task()
    task()
    walls, processor = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        task()
        walls.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - used))
    return {"wall": statistics.median(walls), "processor": statistics.median(processor)}


train = medians(step)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
net.eval()
print(json.dumps({"train": train, "predict": medians(predict), "memory": memory}))
