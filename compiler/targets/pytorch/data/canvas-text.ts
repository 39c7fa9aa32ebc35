/** `canvas.py`: changes of place and resampling (runtime/data/canvas.ts, runtime/data/layers/resample.ts). */
export const canvasText = `"""An image under changes of place: a size, and where each of its points comes from."""

from __future__ import annotations

import math
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
        moved = self.through(Linear(), top, left)
        return moved._replace(height=size[0], width=size[1], wanted=size)

    def enlargement(self) -> float:
        """How much larger the result is than the source."""
        yy, yx, xy, xx = self.similarity
        return 1 / math.sqrt(abs(yy * xx - yx * xy))

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
    height, width = canvas.wanted
    size = samples.shape[:2]
    y, x = canvas.points(height, width)
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
    y, x = canvas.points(*size)
    y, x = np.floor(y).astype(np.int64), np.floor(x).astype(np.int64)
    height, width = values.shape[:2]
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    found = values[y.clip(0, height - 1), x.clip(0, width - 1)]
    known = inside if values.ndim == 2 else inside[..., None]
    return np.where(known, found, np.asarray(outside, values.dtype))
`;
