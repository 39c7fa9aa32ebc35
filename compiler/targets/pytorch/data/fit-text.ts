/** `fit.py` without its constants: images of any size in a network (runtime/fit/). */
export const fitText = `"""Images of any size in a network: the smallest accepted input around them.

Coordinates are pixels, pixel j centred at j. Position i of an output is centred at
stride i + offset and reaches half a stride to each side.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from .model import ACCEPTED_SIZES


class Size(NamedTuple):
    """Positions at sizes of the input: one by one, then a cycle that rises."""

    prefix: Sequence[Optional[int]]
    cycle: Sequence[Optional[int]]
    rise: int

    def at(self, n: int) -> Optional[int]:
        if n < len(self.prefix):
            return self.prefix[n]
        turns, place = divmod(n - len(self.prefix), len(self.cycle))
        entry = self.cycle[place]
        return None if entry is None else entry + self.rise * turns


class Grid(NamedTuple):
    """Positions of an output along an axis; without a stride spread over the input."""

    size: Size
    stride: Optional[Fraction] = None
    offset: Fraction = Fraction(0)


class Placed(NamedTuple):
    """A grid at one size of the input."""

    length: int
    stride: Fraction
    offset: Fraction


class Axis(NamedTuple):
    """An image of so many pixels in an input: before are added before its first.

    Of several inputs it is the finest, whose pixels are those of the scene.
    """

    image: int
    input: int
    before: int
    grids: Mapping[str, Placed]
    # Equal parts of the input that the network is given one by one.
    patches: int = 1

    def sources(self) -> Tensor:
        """The pixel that each pixel of the input shows: mirrored beyond the edges."""
        at = torch.arange(self.input) - self.before
        last = self.image - 1
        after = self.input - self.before - self.image
        left = -at if self.before < self.image else torch.zeros_like(at)
        right = 2 * last - at if after < self.image else torch.full_like(at, last)
        return torch.where(at < 0, left, torch.where(at > last, right, at))

    def pixels(self, output: str) -> Tensor:
        """The pixel at the centre of each position, rounded half up; -1: outside."""
        length, stride, offset = self.grids[output]
        centres = [math.floor(stride * i + offset + HALF) for i in range(length)]
        found = torch.tensor(centres) - self.before
        return torch.where((found >= 0) & (found < self.image), found, -1)

    def nearest(self, output: str) -> Tensor:
        """The position nearest to each pixel of the image, rounded half down."""
        length, stride, offset = self.grids[output]
        places = range(self.before, self.before + self.image)
        found = [math.ceil((place - offset) / stride - HALF) for place in places]
        return torch.tensor(found).clamp(0, length - 1)

    def positions(self, output: str) -> Tensor:
        """Where each pixel of the image is among the positions, not rounded."""
        length, stride, offset = self.grids[output]
        places = torch.arange(self.image, dtype=torch.float64) + self.before
        return ((places - float(offset)) / float(stride)).clamp(0, length - 1)

    def of_input(self, image: int, pixels: Fraction) -> Axis:
        """Of an input whose pixels are so many for each of the scene."""
        if image == self.image and pixels == 1:
            return self
        length, before = (math.floor(one * pixels) for one in (self.input, self.before))
        return Axis(image, length, before, {}, self.patches)

    def enlarged(self, image: int, factor: Fraction) -> Axis:
        """In pixels of a picture, so many of which are one of the scene."""
        start = self.before * factor
        # Else positions are counted from the picture's first pixel.
        is_whole = start.denominator == 1
        counted = Fraction(0) if is_whole else start
        grids = {
            name: Placed(
                length, stride * factor, (offset + HALF) * factor - HALF - counted
            )
            for name, (length, stride, offset) in self.grids.items()
        }
        return Axis(
            image,
            math.floor(self.input * factor),
            int(start) if is_whole else 0,
            grids,
            self.patches,
        )


class Fit(NamedTuple):
    """Both axes: in pixels of the scene, and in those of the targets."""

    inputs: Tuple[Axis, Axis]
    targets: Tuple[Axis, Axis]

    def pad(self, name: str, images: Tensor) -> Tensor:
        """[..., height, width] to the size of an input, with mirrored margins."""
        pixels = PIXELS.get(name)
        if pixels is None:
            return images
        down, across = (
            axis.of_input(length, own)
            for axis, length, own in zip(self.inputs, images.shape[-2:], pixels)
        )
        if (down.input, across.input) == images.shape[-2:]:
            return images
        rows, columns = (axis.sources().to(images.device) for axis in (down, across))
        return images[..., rows[:, None], columns]

    def align(self, output: str, target: Tensor) -> Tensor:
        """Of pixels [..., height, width] to positions; outside -1 or NaN."""
        rows, columns = (axis.pixels(output) for axis in self.targets)
        known = (rows[:, None] >= 0) & (columns >= 0)
        found = target[..., rows.clamp(min=0)[:, None], columns.clamp(min=0)]
        outside = math.nan if target.is_floating_point() else -1
        return found.masked_fill(~known, outside)

    def is_aligned(self, output: str) -> bool:
        """Whether the positions are the pixels."""
        return all(
            axis.grids[output] == (axis.image, 1, axis.before) for axis in self.targets
        )

    def classes_of_image(self, output: str, classes: Tensor) -> Tensor:
        """Of positions [..., rows, columns] to pixels: the nearest position."""
        rows, columns = (axis.nearest(output) for axis in self.targets)
        return classes[
            ..., rows[:, None].to(classes.device), columns.to(classes.device)
        ]

    def values_of_image(self, output: str, values: Tensor) -> Tensor:
        """Of positions [..., rows, columns] to pixels, bilinear between positions."""
        for axis, at in ((-2, self.targets[0]), (-1, self.targets[1])):
            values = _between(values, axis, at.positions(output).to(values.device))
        return values


HALF = Fraction(1, 2)
# Along height and width.
Ratio = Tuple[Fraction, Fraction]
SAME: Ratio = (Fraction(1), Fraction(1))


@lru_cache(maxsize=1024)
def fit_image(height: int, width: int, scale: Optional[Ratio] = None) -> Fit:
    """Of an image, so many pixels of which are one of the scene; None: as in training.

    Raises ValueError where no accepted input covers it.
    """
    down, across = SCALE if scale is None else scale
    size = (int(height // down), int(width // across))
    if SQUARE:
        inputs = None
        for n in _accepted(0, max(size)):
            axes = [_place(axis, size[axis], n) for axis in range(2)]
            if axes[0] is not None and axes[1] is not None:
                inputs = (axes[0], axes[1])
                break
    else:
        inputs = (_smallest(0, size), _smallest(1, size))
    if inputs is None:
        raise _uncovered(size)
    if (down, across) == SAME:
        return Fit(inputs, inputs)
    targets = (inputs[0].enlarged(height, down), inputs[1].enlarged(width, across))
    return Fit(inputs, targets)


def _smallest(axis: int, size: Tuple[int, int]) -> Axis:
    for n in _accepted(axis, size[axis]):
        placed = _place(axis, size[axis], n)
        if placed is not None:
            return placed
    raise _uncovered(size)


def _uncovered(size: Tuple[int, int]) -> ValueError:
    return ValueError(
        f"no accepted input covers an image of {size[0]} by {size[1]} pixels"
    )


def _accepted(axis: int, image: int) -> Iterator[int]:
    accepted = ACCEPTED_SIZES[INPUT][axis]
    reach = 8 * image + 64 * accepted.period + accepted.start + 4096
    return (n for n in range(1, max(reach, *accepted.also, 1) + 1) if n in accepted)


def _place(axis: int, image: int, n: int) -> Optional[Axis]:
    """The image in an input of n pixels; None where an output does not cover it."""
    patches = math.ceil(image / n) if PATCHES[axis] else 1
    least, most = 0, n * patches - image
    grids: Dict[str, Placed] = {}
    for output, axes in GRIDS.items():
        size, stride, offset = axes[axis]
        symbol = SYMBOLS[axis]
        length = size.at(0 if symbol is None else (n - symbol[1]) // symbol[0])
        if length is None or length < 1:
            return None
        if stride is None:
            stride, offset = Fraction(n, length), Fraction(n - length, 2 * length)
        length *= patches
        least = max(least, math.ceil(offset - stride / 2))
        last = math.floor(offset + stride * (2 * length - 1) / 2)
        most = min(most, last - image + 1)
        grids[output] = Placed(length, stride, offset)
    step = MARGIN_STEPS[axis]
    before = (least + (most - least) // 2) // step * step
    before += step if before < least else 0
    if least > most or before > most:
        return None
    return Axis(image, n * patches, before, grids, patches)


def _between(values: Tensor, axis: int, positions: Tensor) -> Tensor:
    before = positions.floor().long()
    after = (before + 1).clamp(max=values.shape[axis] - 1)
    share = (positions - before).to(values.dtype)
    share = share[:, None] if axis == -2 else share
    left, right = values.index_select(axis, before), values.index_select(axis, after)
    return left * (1 - share) + right * share
`;
