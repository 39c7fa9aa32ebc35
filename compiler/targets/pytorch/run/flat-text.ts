/** `flat.py`: the update of all weights, as parts of one in memory. */
export const flatText = `"""How an optimizer updates the weights: each by itself, or all at once."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Sequence

import torch
from torch import Tensor, nn

from .distributed import Processes
from .optimizer import optimizer
from .settings import FREEZE, HAS_UNTRAINED

# Of a part in memory, in numbers, as PyTorch aligns what it allocates.
ALIGNED = 16


class Update:
    """Of each parameter by itself."""

    def __init__(self, given: torch.optim.Optimizer) -> None:
        self.optimizer = given

    def zero_gradients(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)

    def step(self) -> None:
        self.optimizer.step()

    def share_state(self) -> None:
        """Gives the state of the parameters to the optimizer that checkpoints know."""


class Part(NamedTuple):
    parameter: nn.Parameter
    # Where it begins.
    begin: int

    def of(self, whole: Tensor) -> Tensor:
        own = self.parameter
        return whole.as_strided(own.size(), own.stride(), self.begin)


class Group(NamedTuple):
    """Parameters with the same settings, as parts of one."""

    whole: nn.Parameter
    gradient: Tensor
    parts: List[Part]


class FlatUpdate(Update):
    """Of all parameters in a few operations: the same, number by number.

    On the CPU a few operations for each of many small parameters take longer to call
    than to compute.
    """

    def __init__(self, given: torch.optim.Optimizer, network: nn.Module) -> None:
        super().__init__(optimizer(network))
        self.given = given
        self.groups = [flattened(group["params"]) for group in given.param_groups]
        self.optimizer.param_groups.clear()
        for settings, group in zip(given.param_groups, self.groups):
            self.optimizer.add_param_group({**settings, "params": [group.whole]})
            self.optimizer.state[group.whole] = joined(group, given.state)
        self.share_state()

    def zero_gradients(self) -> None:
        for group in self.groups:
            group.gradient.zero_()

    def step(self) -> None:
        for own, settings in zip(self.optimizer.param_groups, self.given.param_groups):
            own["lr"] = settings["lr"]
        self.optimizer.step()

    def share_state(self) -> None:
        for group in self.groups:
            state = self.optimizer.state[group.whole]
            for part in group.parts:
                self.given.state[part.parameter] = {
                    name: part.of(own) if is_of_each(own, group.whole) else own
                    for name, own in state.items()
                }


def flattened(parameters: Sequence[nn.Parameter]) -> Group:
    """Moves the parameters, with gradients of 0, into one."""
    parts, length = [], 0
    for parameter in parameters:
        parts.append(Part(parameter, length))
        length += -(-parameter.numel() // ALIGNED) * ALIGNED
    values = parameters[0].new_zeros(length)
    group = Group(nn.Parameter(values), torch.zeros_like(values), parts)
    group.whole.grad = group.gradient
    for part in parts:
        own = part.of(values).copy_(part.parameter.detach())
        part.parameter.data = own
        part.parameter.grad = part.of(group.gradient)
    return group


def joined(group: Group, states: Mapping[Any, Mapping[str, Any]]) -> Dict[str, Any]:
    """The state of the whole from those of its parts; empty where they have none."""
    first = group.parts[0].parameter
    state = dict(states.get(first, {}))
    for name, own in state.items():
        if not is_of_each(own, first):
            continue
        state[name] = torch.zeros_like(group.gradient)
        for part in group.parts:
            part.of(state[name]).copy_(states[part.parameter][name])
    return state


def is_of_each(value: Any, parameter: Tensor) -> bool:
    """Whether it has a number for each one of the parameter."""
    return isinstance(value, Tensor) and value.shape == parameter.shape


def update_of(
    given: torch.optim.Optimizer, network: nn.Module, processes: Processes
) -> Update:
    """All at once on the CPU, where no update leaves out a parameter."""
    steps = {
        float(given.state.get(parameter, {}).get("step", 0))
        for group in given.param_groups
        for parameter in group["params"]
    }
    if processes.device.type != "cpu" or FREEZE or HAS_UNTRAINED or len(steps) > 1:
        return Update(given)
    return FlatUpdate(given, network)
`;
