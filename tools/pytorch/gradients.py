"""Gradients of a network's loss at several weights, in float32 and in float64: python3 gradients.py REQUEST RESULT.

RESULT gets the gradients as float32: of each step, of each precision, of each trained weight in order. Prints one line of JSON.
"""
import json
import sys

import torch

from losses import loss_of
from network import Network
from operations import Unsupported
from request import request

torch.set_num_threads(1)
asked = request()
losses = []
try:
    with open(sys.argv[2], "wb") as result:
        for step in range(asked.numbers["steps"]):
            for dtype in (torch.float32, torch.float64):
                weights = {**asked.named("weights/", dtype), **asked.named(f"step {step}/", dtype)}
                network = Network(asked.network, weights).train()
                network.dropout = False
                loss = loss_of(network(asked.named("input/", dtype)), asked.targets(dtype))
                loss.backward()
                losses.append(loss.item())
                for value in network.trained.values():
                    gradient = torch.zeros_like(value) if value.grad is None else value.grad
                    result.write(gradient.float().contiguous().numpy().tobytes())
    print(json.dumps({"version": torch.__version__, "losses": losses, "parameters": network.parameter_count()}))
except Unsupported as reason:
    print(json.dumps({"version": torch.__version__, "unsupported": str(reason)}))
