/** `schedules.py`: the learning rate of each step. */
export const schedulesText = `"""The learning rate of each step: every schedule takes what the one before gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

Settings = Mapping[str, Any]
States = Dict[str, List[float]]


@dataclass(frozen=True)
class Clock:
    """Updates before this one, of the whole run, and of an epoch."""

    step: int
    steps: int
    steps_per_epoch: int


def learning_rate(
    schedule: Sequence[Tuple[str, Settings]],
    initial: float,
    clock: Clock,
    states: States,
) -> float:
    rate = initial
    for kind, settings in schedule:
        rate = RATES[kind](settings, rate, clock, states.get(kind, []))
    return rate


def after_validation(
    schedule: Sequence[Tuple[str, Settings]],
    states: States,
    value: Optional[float],
    lower_is_better: bool,
) -> States:
    """The states after one more validation; \`plateau\` alone has one."""
    return {
        kind: plateau_validated(settings, states.get(kind, []), value, lower_is_better)
        for kind, settings in schedule
        if kind == "plateau"
    }


def constant(
    settings: Settings, rate: float, clock: Clock, state: List[float]
) -> float:
    return rate


def poly(settings: Settings, rate: float, clock: Clock, state: List[float]) -> float:
    """Liu, Rabinovich & Berg 2015, section 3.1."""
    left = 1 - min(clock.step, clock.steps) / clock.steps
    return float(rate * left ** settings["power"])


def cosine(settings: Settings, rate: float, clock: Clock, state: List[float]) -> float:
    """Loshchilov & Hutter 2017, equation 5; with a period it restarts."""
    least, period = settings["least"], settings.get("period")
    if period is None:
        length, within = clock.steps, min(clock.step, clock.steps)
    else:
        length = period * clock.steps_per_epoch
        within = clock.step % length
    part = 1 + math.cos(math.pi * within / length)
    return float(min(rate, least + (rate - least) * part / 2))


def step(settings: Settings, rate: float, clock: Clock, state: List[float]) -> float:
    """Multiplied by a factor every few epochs, or after given ones."""
    epoch = clock.step // clock.steps_per_epoch
    every = settings.get("every")
    if every is None:
        drops = sum(after <= epoch for after in settings["at"])
    else:
        drops = epoch // every
    return float(rate * settings["factor"] ** drops)


def plateau(settings: Settings, rate: float, clock: Clock, state: List[float]) -> float:
    """Multiplied by a factor where validation no longer improves."""
    drops = state[2] if len(state) > 2 else 0
    dropped = max(settings["least"], rate * settings["factor"] ** drops)
    return float(min(rate, dropped))


def plateau_validated(
    settings: Settings,
    state: List[float],
    value: Optional[float],
    lower_is_better: bool,
) -> List[float]:
    """[the best value, epochs since, drops]"""
    drops = state[2] if len(state) > 2 else 0
    if value is not None and math.isfinite(value):
        if not state or (value < state[0] if lower_is_better else value > state[0]):
            return [value, 0, drops]
    if not state:
        return state
    waited = state[1] + 1
    return [
        state[0],
        *((waited, drops) if waited < settings["patience"] else (0, drops + 1)),
    ]


def warm_up(settings: Settings, rate: float, clock: Clock, state: List[float]) -> float:
    """Rising linearly over the first steps (Goyal et al. 2017, section 2.2)."""
    length = settings.get("steps")
    if length is None:
        length = settings["epochs"] * clock.steps_per_epoch
    if clock.step + 1 >= length:
        return rate
    start = settings["start"]
    return float(rate * (start + (1 - start) * (clock.step + 1) / length))


def one_cycle(
    settings: Settings, rate: float, clock: Clock, state: List[float]
) -> float:
    """Smith & Topin 2018, section 3, as torch.optim.lr_scheduler.OneCycleLR."""
    top, last = settings["rise"] * clock.steps - 1, clock.steps - 1
    if clock.step < top:
        return rate * half_cosine(settings["start"], 1, clock.step / top)
    if last <= top:
        return rate
    share = min(1.0, (clock.step - top) / (last - top))
    return rate * half_cosine(1, settings["end"], share)


def half_cosine(begin: float, end: float, share: float) -> float:
    return end + (begin - end) * (1 + math.cos(math.pi * share)) / 2


Rate = Callable[[Settings, float, Clock, List[float]], float]
RATES: Dict[str, Rate] = {
    "constant": constant,
    "poly": poly,
    "cosine": cosine,
    "step": step,
    "plateau": plateau,
    "warm_up": warm_up,
    "one_cycle": one_cycle,
}
`;
