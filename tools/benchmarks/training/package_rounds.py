"""The emitted package, which takes turns with the network written by hand (twin_rounds.py).

Run in the folder of the package. The first line of standard input: {package, data, out, threads}; it is answered by what finding the
data and building the network took. Requests: "train", steps of the package's own training (run.py) on new batches; "step", on one
batch that is in memory. What follows an epoch (checkpoint, best weights) takes no part in the times, and nothing is validated: the twin
does neither. What every step does beside training (log, measures of the training images) does.
"""

import importlib
import json
import sys

import torch
from package_run import opened
from rounds import Clock, next_request

job = json.loads(sys.stdin.readline())
torch.set_num_threads(job["threads"])
sys.path.insert(0, ".")
importlib.import_module(f"{job['package']}.run")
clock = Clock()
clock.start()
run = opened(job["package"], job["data"], f"{job['out']}/train")
clock.answer(version=torch.__version__)
apart = opened(job["package"], job["data"], f"{job['out']}/step")
apart.freeze()
batch = next(iter(apart.feed.parts(0, 0)))


def next_training():
    """Steps of training that are wanted next; requests for others are met here."""
    while True:
        work, steps = next_request()
        clock.start()
        if work == "train":
            return steps
        for _ in range(steps):
            _, result = apart.update(batch)
            apart.tally.count(result, batch, 0.0)
            clock.images += sum(share.images for share in batch)
        clock.answer()


left = 0
parts = run.feed.parts


def paced(epoch, done):
    """The updates of an epoch, with a pause after each that is the last one asked for."""
    global left
    if left == 0:
        left = next_training()
    clock.start()
    for group in parts(epoch, done):
        yield group
        clock.images += sum(share.images for share in group)
        left -= 1
        if left == 0:
            clock.answer()
            left = next_training()
    clock.stop()


run.feed.parts = paced
run.run()
