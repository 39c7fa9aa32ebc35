"""A network in PyTorch from the description in a request (request.ts): every node by PyTorch's own function for it.

Weights have the names and layouts of the description.
"""
import torch
from torch import nn

from operations import Unsupported, first, operations

# their gradients do not need what they gave, so that a rectifier may overwrite it
keeps_no_result = {"conv", "transposed_conv", "batchnorm", "add", "subtract"}


class Network(nn.Module):
    def __init__(self, description, weights):
        """weights: tensors by name, as the description lists them."""
        super().__init__()
        self.nodes = description["nodes"]
        self.outputs = description["outputs"]
        self.batch = description["batch"]
        self.dropout = True
        self.trained = {}
        self.statistics = {}
        # transposed convolutions that are convolutions with pixel shuffle
        self.sub_pixel = {}
        # by node, where a prediction needs others than those that are trained (inference.py)
        self.prepared = {}
        # nodes that give what they read
        self.passes = set()
        for node in self.nodes:
            if node["operation"] not in operations:
                raise Unsupported(node["operation"])
            for weight in node["weights"]:
                name = f'{node["name"]}.{weight["name"]}'
                value = weights[name].reshape(weight["shape"])
                if weight["trainable"]:
                    self.trained[name] = nn.Parameter(value)
                    self.register_parameter(name.replace(".", "/"), self.trained[name])
                else:
                    self.statistics[name] = value
        self.in_place = {
            node["id"]
            for node in self.nodes
            if node["operation"] == "relu"
            and self.nodes[node["inputs"][0]]["operation"] in keeps_no_result
            and self.uses(node["inputs"][0]) == 1
        }
        self.pools = {node["inputs"][1] for node in self.nodes if node["operation"] == "unpool"}
        self.orders = {}

    def uses(self, id):
        """How often a feature map is read, by nodes and as an output."""
        read = sum(node["inputs"].count(id) for node in self.nodes)
        return read + sum(id in (output["node"], output["logits"]) for output in self.outputs)

    def weight(self, node, name):
        if node["id"] in self.prepared:
            return self.prepared[node["id"]].get(name)
        owner = self.nodes[node["sharesWith"]] if node.get("sharesWith") is not None else node
        full = f'{owner["name"]}.{name}'
        return self.trained[full] if full in self.trained else self.statistics.get(full)

    def run(self, inputs, wanted):
        """The feature maps of the nodes wanted, by node; others are released after their last use, as local variables are."""
        maps = {}
        for node, released in self.order(frozenset(wanted)):
            if node["operation"] == "input":
                maps[node["id"]] = inputs[node["attributes"]["name"]]
                continue
            pool = node["operation"] == "unpool"
            given = [maps[i] if pool and place == 1 else first(maps[i]) for place, i in enumerate(node["inputs"])]
            found = given[0] if node["id"] in self.passes else operations[node["operation"]](self, node, *given)
            if list(first(found).shape[1:]) != node["shape"]:
                raise AssertionError(f'{node["name"]} is {list(first(found).shape[1:])}, not {node["shape"]}')
            maps[node["id"]] = found
            for i in released:
                del maps[i]
        return {i: first(maps[i]) for i in wanted}

    def order(self, wanted):
        """The nodes that those wanted need, in order, each with the feature maps that none after it reads."""
        if wanted not in self.orders:
            needed, kept, order = set(wanted), set(wanted), []
            for node in reversed(self.nodes):
                if node["id"] not in needed:
                    continue
                needed.update(node["inputs"])
                order.append((node, [i for i in dict.fromkeys(node["inputs"]) if i not in kept]))
                kept.update(node["inputs"])
            self.orders[wanted] = order[::-1]
        return self.orders[wanted]

    def forward(self, inputs):
        """Logits by output."""
        return self.named(inputs, "logits")

    def predict(self, inputs):
        return self.named(inputs, "node")

    def named(self, inputs, what):
        maps = self.run(inputs, [output[what] for output in self.outputs])
        return {output["name"]: maps[output[what]] for output in self.outputs}

    def parameter_count(self):
        return sum(value.numel() for value in self.trained.values())
