/** Attention between feature maps, softmax over positions, and channel shuffle. */
export const attentionHelpers = {
  attend: {
    needs: [],
    text: `def attend(query: Tensor, key: Tensor, value: Tensor, heads: int = 1) -> Tensor:
    """At each position the mean of all values, weighted by the softmax of query times key."""

    def by_heads(x: Tensor) -> Tensor:
        return x.flatten(2).unflatten(1, (heads, x.shape[1] // heads))

    scores = by_heads(key).transpose(2, 3) @ by_heads(query)
    mean = by_heads(value) @ F.softmax(scores, dim=2)
    return mean.flatten(1, 2).unflatten(2, (query.shape[2], query.shape[3]))
`,
  },
  softmax_over_space: {
    needs: [],
    text: `def softmax_over_space(x: Tensor) -> Tensor:
    """Softmax over the positions of each channel."""
    return F.softmax(x.flatten(2), dim=2).reshape(x.shape)
`,
  },
  gather: {
    needs: [],
    text: `def gather(x: Tensor, regions: Tensor, mean: bool = False) -> Tensor:
    """For each channel of \`regions\` the sum of \`x\` weighted by it, as one position."""
    sums = x.flatten(2) @ regions.flatten(2).transpose(1, 2)
    if mean:
        sums = sums / (x.shape[2] * x.shape[3])
    return sums.unsqueeze(3)
`,
  },
  distribute: {
    needs: [],
    text: `def distribute(x: Tensor, gathered: Tensor) -> Tensor:
    """At each position the sum of what was gathered, weighted by the channels of \`x\`."""
    sums = gathered.flatten(2) @ x.flatten(2)
    return sums.unflatten(2, (x.shape[2], x.shape[3]))
`,
  },
  channel_shuffle: {
    needs: [],
    text: `def channel_shuffle(x: Tensor, groups: int) -> Tensor:
    """The first channel of every group, then the second of every group."""
    parts = x.unflatten(1, (groups, x.shape[1] // groups))
    return parts.transpose(1, 2).flatten(1, 2)
`,
  },
} as const;
