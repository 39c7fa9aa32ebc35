/** `origin.py`: where the values of a step stop being finite numbers. */
export const notFiniteText = `"""Where the values of a step stop being finite numbers."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

import torch
from torch import Tensor, nn

from .weights import file_names, named_layers

# A kind, and what it names, as fcn reads it.
Origin = Dict[str, Any]


class NotFinite(ArithmeticError):
    """The loss or a gradient is infinite or not a number."""

    def __init__(self, what: str, origin: Optional[Origin] = None) -> None:
        self.what = what
        self.origin = origin
        super().__init__(f"{what} is not a finite number{in_words(origin)}")


def in_words(origin: Optional[Origin]) -> str:
    if origin is None:
        return ""
    if origin["kind"] == "weight":
        return f": the weight {origin['name']} is not finite since an earlier update"
    if origin["kind"] == "map":
        return f": the first feature map that is not finite is that of {origin['node']}"
    return f": the first that is not finite is the gradient of {origin['weight']}"


def loss_origin(
    network: nn.Module, batches: Sequence[Mapping[str, Tensor]]
) -> Optional[Origin]:
    """A weight, or the first layer with weights; None: neither.

    Computes the feature maps of the batches again.
    """
    state = network.state_dict()
    for key, name in file_names(network).items():
        if not bool(torch.isfinite(state[key]).all()):
            return {"kind": "weight", "name": name}
    names = {id(module): filed for _, filed, module in named_layers(network)}
    found: List[Origin] = []

    def examine(module: nn.Module, _: Any, result: Any) -> None:
        if found or not isinstance(result, Tensor):
            return
        values = int((~torch.isfinite(result)).sum())
        if values > 0:
            node = names[id(module)].rstrip(".")
            facts = {"values": values, "of": result.numel()}
            found.append({"kind": "map", "node": node, **facts})

    hooks = [
        module.register_forward_hook(examine)
        for module in network.modules()
        if any(True for _ in module.parameters(recurse=False))
    ]
    with torch.no_grad():
        for inputs in batches:
            network(**inputs)
    for hook in hooks:
        hook.remove()
    return found[0] if found else None


def gradient_origin(network: nn.Module) -> Optional[Origin]:
    """The last weight whose gradient is not finite: the backward pass begins there."""
    names = file_names(network)
    for key, parameter in reversed(list(network.named_parameters())):
        gradient = parameter.grad
        if gradient is not None and not bool(torch.isfinite(gradient).all()):
            return {"kind": "gradient", "weight": names[key]}
    return None
`;
