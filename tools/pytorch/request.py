"""What the TypeScript side asks for: a description of a network, and named arrays in one file of float32."""
import json
import sys
from array import array

import torch


class Request:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        self.network = content["network"]
        self.outputs = content["outputs"]
        self.numbers = content["numbers"]
        self.places = content["arrays"]
        values = array("f")
        with open(content["file"], "rb") as file:
            values.frombytes(file.read())
        self.values = torch.tensor(values, dtype=torch.float32)

    def array(self, name):
        place = self.places[name]
        return self.values[place["start"] : place["end"]].reshape(place["shape"]).clone()

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
