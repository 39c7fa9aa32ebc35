/** `canvas.py`: changes of place and resampling (runtime/data/canvas.ts, runtime/data/layers/resample.ts). */
export const canvasText = `"""An image under changes of place: a size, and where each of its points comes from."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Callable, NamedTuple, Optional, Tuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Warp = Callable[[Array, Array], Tuple[Array, Array]]


class Linear(NamedTuple):
    """(y, x) comes from (yy y + yx x, xy y + xx x)."""

    yy: float = 1.0
    yx: float = 0.0
    xy: float = 0.0
    xx: float = 1.0

    def after(self, inner: Linear) -> Linear:
        return Linear(
            self.yy * inner.yy + self.yx * inner.xy,
            self.yy * inner.yx + self.yx * inner.xx,
            self.xy * inner.yy + self.xx * inner.xy,
            self.xy * inner.yx + self.xx * inner.xx,
        )


class Canvas(NamedTuple):
    """Pixel i covers [i, i + 1) and is centred at i + 1/2."""

    height: float
    width: float
    # [height, width] that the content has at the end: of the image, or the last crop.
    wanted: Tuple[int, int]
    linear: Linear = Linear()
    offset: Tuple[float, float] = (0.0, 0.0)
    warp: Optional[Warp] = None
    # Of flips, rotations and scalings alone: directions and lengths change with it.
    similarity: Linear = Linear()

    def through(
        self, inner: Linear, y0: float = 0.0, x0: float = 0.0, rigid: bool = True
    ) -> Canvas:
        """inner and the offsets take new points to those of this canvas."""
        yy, yx, xy, xx = self.linear
        return self._replace(
            linear=self.linear.after(inner),
            offset=(
                yy * y0 + yx * x0 + self.offset[0],
                xy * y0 + xx * x0 + self.offset[1],
            ),
            similarity=self.similarity.after(inner) if rigid else self.similarity,
        )

    def window(self, size: Tuple[int, int], top: int, left: int) -> Canvas:
        """The part of a size whose corner is at (top, left); negative: outside."""
        yy, yx, xy, xx = self.linear
        y, x = self.offset
        return self._replace(
            height=size[0],
            width=size[1],
            wanted=size,
            offset=(yy * top + yx * left + y, xy * top + xx * left + x),
        )

    def of_file(
        self,
        pixels: Optional[Tuple[Fraction, Fraction]],
        image: Tuple[int, int],
        file: Tuple[int, ...],
    ) -> Canvas:
        """What it shows of a file that has so many pixels for each of the image.

        None: as many as the file has.
        """
        if pixels is None:
            scale = (file[0] / image[0], file[1] / image[1])
            near = [math.floor(n * by + 0.5) for n, by in zip(self.wanted, scale)]
            return self.in_picture(scale, (max(1, near[0]), max(1, near[1])))
        if pixels == (1, 1):
            return self
        whole = [math.floor(n * by) for n, by in zip(self.wanted, pixels)]
        scale = (float(pixels[0]), float(pixels[1]))
        return self.in_picture(scale, (max(1, whole[0]), max(1, whole[1])))

    def in_picture(self, scale: Tuple[float, float], size: Tuple[int, int]) -> Canvas:
        """The same changes of a picture of another size that shows the same.

        scale: its pixels for each of the image; size: of the result.
        """
        down, across = scale
        yy, yx, xy, xx = self.linear
        changed = self._replace(height=size[0], width=size[1], wanted=size)
        if self.warp is None:
            return changed._replace(
                linear=Linear(yy, yx * down / across, xy * across / down, xx),
                offset=(self.offset[0] * down, self.offset[1] * across),
            )
        warp: Warp = self.warp

        # The linear part leads to the image's points, which the warp moves.
        def moved(y: Array, x: Array) -> Tuple[Array, Array]:
            y, x = warp(y, x)
            return y * down, x * across

        inner = Linear(yy / down, yx / across, xy / down, xx / across)
        return changed._replace(linear=inner, warp=moved)

    def enlargement(self) -> float:
        """How much larger the result is than the source."""
        yy, yx, xy, xx = self.similarity
        return 1 / math.sqrt(abs(yy * xx - yx * xy))

    def part(
        self, size: Tuple[int, int], source: Tuple[int, ...]
    ) -> Optional[Tuple[slice, slice]]:
        """The first pixels of a size, of a source that is only cut and flipped.

        None where it changes otherwise, or where pixels come from beyond its edges.
        """
        yy, yx, xy, xx = self.linear
        if self.warp is not None or yx != 0 or xy != 0:
            return None
        found = []
        for step, offset, pixels, most in zip((yy, xx), self.offset, size, source):
            if step not in (1, -1) or offset != int(offset):
                return None
            first = int(offset) if step == 1 else int(offset) - 1
            end = first + int(step) * pixels
            if min(first, end + 1) < 0 or max(first, end - 1) >= most:
                return None
            found.append(slice(first, end if end >= 0 else None, int(step)))
        return found[0], found[1]

    def points(self, height: int, width: int) -> Tuple[Array, Array]:
        """Where the centres of the first pixels come from, y and x."""
        yy, yx, xy, xx = self.linear
        y = np.arange(height)[:, None] + 0.5
        x = np.arange(width)[None] + 0.5
        # Products with 0 are left out: y stays a column and x a row.
        from_y = yy * y if yx == 0 else yx * x if yy == 0 else yy * y + yx * x
        from_x = xx * x if xy == 0 else xy * y if xx == 0 else xy * y + xx * x
        from_y, from_x = from_y + self.offset[0], from_x + self.offset[1]
        if self.warp is None:
            return from_y, from_x
        return self.warp(*np.broadcast_arrays(from_y, from_x))


def mirrored(index: Array, size: int) -> Array:
    """The pixel that is shown beyond the edge: ... 1 0 | 0 1 ... n-1 | n-1 n-2 ..."""
    within = index % (2 * size)
    return np.where(within < size, within, 2 * size - 1 - within)


def resample_smoothly(samples: Array, full_scale: int, canvas: Canvas) -> Array:
    """Bilinear between pixel centres, mirrored outside; float32 divided by full scale."""
    size = samples.shape[:2]
    part = canvas.part(canvas.wanted, size)
    if part is not None:
        return np.divide(samples[part], full_scale, dtype=np.float32)
    y, x = canvas.points(*canvas.wanted)
    y, x = y - 0.5, x - 0.5
    top, left = np.floor(y).astype(np.int64), np.floor(x).astype(np.int64)
    down, right = (y - top)[..., None], (x - left)[..., None]
    rows = [mirrored(top + i, size[0]) for i in range(2)]
    columns = [mirrored(left + i, size[1]) for i in range(2)]
    if not down.any() and not right.any():
        value = samples[rows[0], columns[0]].astype(np.float64)
    else:
        a, b, d, e = (samples[r, c].astype(np.float64) for r in rows for c in columns)
        value = (1 - down) * ((1 - right) * a + right * b) + down * (
            (1 - right) * d + right * e
        )
    return (value / full_scale).astype(np.float32)


def resample_nearest(values: Array, canvas: Canvas, outside: float) -> Array:
    """The pixel that contains each centre, so that no new value appears."""
    return nearest(values, canvas, canvas.wanted, outside)


def nearest(
    values: Array, canvas: Canvas, size: Tuple[int, int], outside: float
) -> Array:
    """Of the first pixels of a size."""
    part = canvas.part(size, values.shape)
    if part is not None:
        return values[part].copy()
    y, x = canvas.points(*size)
    y, x = np.floor(y).astype(np.int64), np.floor(x).astype(np.int64)
    height, width = values.shape[:2]
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    found = values[y.clip(0, height - 1), x.clip(0, width - 1)]
    known = inside if values.ndim == 2 else inside[..., None]
    return np.where(known, found, np.asarray(outside, values.dtype))


def shrunk(samples: Array, factor: int) -> Array:
    """The mean of each square; the remainder at the right and below is left out."""
    if factor == 1:
        return samples
    rows, columns = (size // factor for size in samples.shape[:2])
    whole = samples[: rows * factor, : columns * factor].astype(np.float64)
    parts = whole.reshape(rows, factor, columns, factor, -1)
    means: Array = parts.sum((1, 3)) / factor**2
    return means.astype(np.float32)


def resized(samples: Array, size: Tuple[int, int]) -> Array:
    """The mean of what each pixel covers; bilinear where that is less than one."""
    rows, columns = (_shares(*both) for both in zip(samples.shape[:2], size))
    exact = samples.astype(np.float64)
    made: Array = np.einsum("yh,xw,hwc->yxc", rows, columns, exact, optimize=True)
    return made.astype(np.float32)


def _shares(length: int, size: int) -> Array:
    """Of each pixel in each of the result, [size, length]; rows add up to 1."""
    shares = np.zeros((size, length))
    for pixel in range(size):
        if size > length:
            at = min(max((pixel + 0.5) * length / size - 0.5, 0), length - 1)
            first = math.floor(at)
            shares[pixel, first] = 1 - (at - first)
            if at > first:
                shares[pixel, first + 1] = at - first
            continue
        start, end = pixel * length / size, (pixel + 1) * length / size
        covered = np.arange(length)
        part = np.minimum(end, covered + 1) - np.maximum(start, covered)
        shares[pixel] = part.clip(0, None) / (end - start)
    return shares
`;
