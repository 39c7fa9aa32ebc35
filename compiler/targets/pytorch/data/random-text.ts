/** `random_numbers.py`: the generator of the runtime (runtime/random.ts), so that samples are drawn alike. */
export const randomText = `"""Random numbers that follow from a seed and a label alone.

The generator is sfc32 (Doty-Humphrey, PractRand).
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import List, Sequence, TypeVar

import numpy as np

T = TypeVar("T")

MASK = 0xFFFFFFFF


class Random:
    """A stream; another label gives another one."""

    def __init__(self, seed: int, label: str = "") -> None:
        mixed = (2166136261 ^ seed) & MASK
        for character in label:
            mixed = ((mixed ^ ord(character)) * 16777619) & MASK
        self._state = (mixed, (seed >> 32) & MASK, seed & MASK, 1)
        for _ in range(12):
            self.bits()

    def bits(self) -> int:
        """A whole number of 32 bits."""
        a, b, c, counter = self._state
        result = (a + b + counter) & MASK
        turned = ((c << 21) | (c >> 11)) & MASK
        self._state = (
            b ^ (b >> 9),
            (c + (c << 3)) & MASK,
            (turned + result) & MASK,
            (counter + 1) & MASK,
        )
        return result

    def uniform(self) -> float:
        """In [0, 1), with 53 bits."""
        high = self.bits() >> 5
        low = self.bits() >> 6
        return (high * 67108864 + low) / 9007199254740992

    def between(self, least: float, most: float) -> float:
        return least + (most - least) * self.uniform()

    def integer(self, count: int) -> int:
        """In 0 ... count - 1."""
        return math.floor(self.uniform() * count)

    def normal(self) -> float:
        """Standard normal (Box & Muller 1958)."""
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def shuffled(self, items: Sequence[T]) -> List[T]:
        """A new order of the items (Fisher & Yates)."""
        result = list(items)
        for i in range(len(result) - 1, 0, -1):
            j = self.integer(i + 1)
            result[i], result[j] = result[j], result[i]
        return result

    def happens(self, probability: float) -> bool:
        """What is certain draws nothing."""
        return probability == 1 or self.uniform() < probability


class PixelNoise:
    """What is drawn for single pixels of a sample; begins where it is first needed."""

    def __init__(self, seed: int, label: str) -> None:
        self.seed = seed
        self.label = label

    @cached_property
    def generator(self) -> np.random.Generator:
        bits = Random(self.seed, self.label)
        return np.random.default_rng([bits.bits() for _ in range(4)])
`;
