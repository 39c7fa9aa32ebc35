/** Resampling that PyTorch has not, that it is slow at, or whose positions it finds in float32. */
export const resamplingHelpers = {
  SubPixelConvTranspose2d: {
    needs: [],
    text: `class SubPixelConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution whose stride is its kernel, so that no windows overlap.

    On the CPU a 1x1 convolution and a pixel shuffle (Shi et al. 2016) compute the same
    several times as fast; of an empty batch a pixel shuffle has no gradient.
    """

    def forward(self, x: Tensor, output_size: Optional[List[int]] = None) -> Tensor:
        if x.device.type != "cpu" or len(x) == 0 or output_size is not None:
            return super().forward(x, output_size)
        factor = self.stride[0]
        weight = self.weight.permute(1, 2, 3, 0).reshape(-1, self.in_channels, 1, 1)
        bias = self.bias
        if bias is not None:
            bias = bias[:, None].expand(-1, factor**2).reshape(-1)
        return F.pixel_shuffle(F.conv2d(x, weight, bias), factor)
`,
  },
  upsample_nearest: {
    needs: ["resize_nearest"],
    text: `def upsample_nearest(x: Tensor, factor: Pair, align_corners: bool = False) -> Tensor:
    """Position floor(i / factor), exact for every factor."""
    size = (x.shape[2] * factor[0], x.shape[3] * factor[1])
    return resize_nearest(x, size, align_corners)
`,
  },
  resize_nearest: {
    needs: [],
    text: `def resize_nearest(
    x: Tensor, size: Sequence[int], align_corners: bool = False
) -> Tensor:
    """Position floor(i * old / new) along each axis, in whole numbers.

    \`F.interpolate\` rounds old / new to float32 and can miss by one.
    """
    for axis, new in ((2, int(size[0])), (3, int(size[1]))):
        old = x.shape[axis]
        at = torch.arange(new, device=x.device)
        numerator, denominator = at * old, new
        if align_corners:
            numerator = 2 * at * (old - 1) + new - 1
            denominator = max(1, 2 * (new - 1))
        places = torch.div(numerator, denominator, rounding_mode="floor")
        x = x.index_select(axis, places)
    return x
`,
  },
  bed_of_nails: {
    needs: [],
    text: `def bed_of_nails(x: Tensor, factor: Pair) -> Tensor:
    """Each value at the top left of a window of zeros."""
    batch, channels, height, width = x.shape
    nails = F.pad(
        x.reshape(batch, channels, height, 1, width, 1),
        (0, factor[1] - 1, 0, 0, 0, factor[0] - 1),
    )
    return nails.reshape(batch, channels, height * factor[0], width * factor[1])
`,
  },
  pixel_shuffle: {
    needs: [],
    text: `def pixel_shuffle(x: Tensor, factor: Pair) -> Tensor:
    """\`F.pixel_shuffle\` with a factor for each axis."""
    batch, channels, height, width = x.shape
    down, across = factor
    parts = x.reshape(batch, channels // (down * across), down, across, height, width)
    shuffled = parts.permute(0, 1, 4, 2, 5, 3)
    return shuffled.reshape(batch, -1, height * down, width * across)
`,
  },
  pixel_unshuffle: {
    needs: [],
    text: `def pixel_unshuffle(x: Tensor, factor: Pair) -> Tensor:
    """\`F.pixel_unshuffle\` with a factor for each axis."""
    batch, channels, height, width = x.shape
    down, across = factor
    parts = x.reshape(batch, channels, height // down, down, width // across, across)
    shuffled = parts.permute(0, 1, 3, 5, 2, 4)
    return shuffled.reshape(batch, -1, height // down, width // across)
`,
  },
  crop_to: {
    needs: [],
    text: `def crop_to(
    x: Tensor, like: Tensor, offset: Tuple[Optional[int], Optional[int]] = (None, None)
) -> Tensor:
    """The feature map at the height and width of another.

    \`offset\` is cropped before the first position; None: half the difference.
    """
    height, width = like.shape[2:]
    top, left = offset
    if top is None:
        top = (x.shape[2] - height) // 2
    if left is None:
        left = (x.shape[3] - width) // 2
    return x[:, :, top : top + height, left : left + width]
`,
  },
} as const;
