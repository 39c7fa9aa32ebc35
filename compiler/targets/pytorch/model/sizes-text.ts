/** `sizes.py`: which sizes an input accepts, and the error that names the nearest ones. */
export const sizesText = `"""The sizes that a network accepts."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Tuple

from torch import Tensor


class AcceptedSizes(NamedTuple):
    """Pixels along an axis.

    Those from \`start\` on whose remainder by \`period\` is among \`remainders\`, and those
    in \`also\`.
    """

    start: int = 1
    period: int = 1
    remainders: Sequence[int] = (0,)
    also: Sequence[int] = ()

    def __contains__(self, size: object) -> bool:
        if not isinstance(size, int):
            return False
        if size in self.also:
            return True
        return size >= self.start and size % self.period in self.remainders

    def nearest(self, size: int) -> Tuple[Optional[int], Optional[int]]:
        """The accepted size below and the one above; None where there is none."""
        reach = max(size, self.start, *self.also) + self.period
        below = (one for one in range(size - 1, 0, -1) if one in self)
        above = (one for one in range(size + 1, reach + 1) if one in self)
        return next(below, None), next(above, None)


def check_size(
    name: str, image: Tensor, height: AcceptedSizes, width: AcceptedSizes
) -> None:
    """Raises ValueError for a size that is not accepted, with the nearest that are."""
    sides = (("height", 2, height), ("width", 3, width))
    for side, axis, accepted in sides:
        size = int(image.shape[axis])
        if size in accepted:
            continue
        near = [str(one) for one in accepted.nearest(size) if one is not None]
        raise ValueError(
            f"{name} does not accept the {side} {size}; "
            f"the nearest accepted: {' and '.join(near)}"
        )
`;
