/** Pooling whose padding differs from side to side, average pooling with spaced windows, and unpooling. */

const windows = `def _padded_windows(
    x: Tensor,
    kernel: Pair,
    stride: Pair,
    padding: Sides,
    dilation: Pair,
    ceil_mode: bool,
    value: float,
) -> Tensor:
    """The feature map with all the padding that its windows reach.

    With \`ceil_mode\` a last window that would start in the padding is dropped.
    """
    left, right, top, bottom = padding
    sides = []
    for axis, before, after in ((1, left, right), (0, top, bottom)):
        size = x.shape[2 + axis]
        reach = (kernel[axis] - 1) * dilation[axis] + 1
        rest = size + before + after - reach
        steps = rest // stride[axis]
        if ceil_mode and rest % stride[axis] > 0:
            if (steps + 1) * stride[axis] < size + before:
                steps += 1
        sides += [before, steps * stride[axis] + reach - before - size]
    return F.pad(x, sides, value=value)
`;

export const poolingHelpers = {
  max_pool: {
    needs: ["_max_pool_with_places"],
    text: `def max_pool(
    x: Tensor,
    kernel: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> Tensor:
    """Max pooling with padding (left, right, top, bottom), which never wins."""
    return _max_pool_with_places(x, kernel, stride, padding, dilation, ceil_mode)[0]
`,
  },
  max_unpool: {
    needs: ["_max_pool_with_places"],
    text: `def max_unpool(
    values: Tensor,
    pooled: Tensor,
    kernel: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> Tensor:
    """Each value at the place of the maximum of its window in \`pooled\`.

    Values at one place add; of equal maxima the first in row order counts.
    """
    with torch.no_grad():
        _, places = _max_pool_with_places(
            pooled, kernel, stride, padding, dilation, ceil_mode
        )
    empty = values.new_zeros(pooled.shape).flatten(2)
    return empty.scatter_add(2, places.flatten(2), values.flatten(2)).view_as(pooled)
`,
  },
  _max_pool_with_places: {
    needs: ["_padded_windows"],
    text: `def _max_pool_with_places(
    x: Tensor,
    kernel: Pair,
    stride: Pair,
    padding: Sides,
    dilation: Pair,
    ceil_mode: bool,
) -> Tuple[Tensor, Tensor]:
    """The maxima of the windows, and their places in the feature map by rows."""
    padded = _padded_windows(
        x, kernel, stride, padding, dilation, ceil_mode, float("-inf")
    )
    values, places = F.max_pool2d(
        padded, kernel, stride, dilation=dilation, return_indices=True
    )
    width = padded.shape[3]
    rows = torch.div(places, width, rounding_mode="floor") - padding[2]
    columns = places % width - padding[0]
    return values, rows * x.shape[3] + columns
`,
  },
  average_pool: {
    needs: ["_padded_windows"],
    text: `def average_pool(
    x: Tensor,
    kernel: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> Tensor:
    """Average pooling with padding (left, right, top, bottom), which does not count."""
    channels = x.shape[1]

    def sums(values: Tensor) -> Tensor:
        padded = _padded_windows(
            values, kernel, stride, padding, dilation, ceil_mode, 0.0
        )
        ones = values.new_ones(values.shape[1], 1, *kernel)
        return F.conv2d(
            padded, ones, stride=stride, dilation=dilation, groups=values.shape[1]
        )

    return sums(x) / sums(x.new_ones(1, 1, *x.shape[2:])).expand(-1, channels, -1, -1)
`,
  },
  _padded_windows: { needs: [], text: windows },
} as const;
