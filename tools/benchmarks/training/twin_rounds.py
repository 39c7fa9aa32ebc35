"""The network written by hand (reference.py), which takes turns with the emitted package (package_rounds.py).

The first line of standard input is the job of reference.py; it is answered by what loading the data and building the network took.
Requests: "train", steps on new batches; "step", on one batch that is in memory.
"""

import json
import sys

import torch
from reference import Training
from rounds import Clock, next_request

job = json.loads(sys.stdin.readline())
clock = Clock()
clock.start()
training = Training(job)
clock.answer(version=torch.__version__)
batch = training.batch()
while True:
    work, steps = next_request()
    clock.start()
    for _ in range(steps):
        images, labels = training.batch() if work == "train" else batch
        training.step(images, labels)
        clock.images += len(images)
    clock.answer()
