"""What the TypeScript side asks for: a description of a network, and named arrays in one file of float32."""
import json
import sys

import numpy
import torch


class Request:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        self.network = content["network"]
        self.outputs = content["outputs"]
        self.numbers = content["numbers"]
        self.places = content["arrays"]
        self.values = numpy.memmap(content["file"], numpy.float32, "r")

    def array(self, name):
        place = self.places[name]
        return torch.from_numpy(numpy.array(self.values[place["start"] : place["end"]])).reshape(place["shape"])

    def named(self, prefix, dtype=torch.float32):
        """By the rest of their names: arrays whose names begin so."""
        return {name[len(prefix) :]: self.array(name).to(dtype) for name in self.places if name.startswith(prefix)}

    def targets(self, dtype=torch.float32):
        found = {}
        for name, terms in self.outputs.items():
            target = self.array(f"target/{name}")
            labels = f"valid/{name}" not in self.places
            found[name] = {"terms": terms, "target": target.long() if labels else target.to(dtype)}
            if not labels:
                found[name]["valid"] = self.array(f"valid/{name}")
        return found


def request():
    return Request(sys.argv[1])
