/** The artefacts of JPEG in Python (runtime/data/augment/jpeg-artefacts.ts). */
export const jpegTexts = {
  jpeg: `def jpeg(draw: Draw, qualities: Tuple[int, int], probability: float = 1) -> None:
    """What JPEG of a quality changes: 8 bits, half the colours, rounded coefficients.

    ITU-T T.81, sections A.3.3 and A.3.4.
    """
    if not draw.random.happens(probability):
        return
    least, most = qualities
    quality = least + draw.random.integer(most - least + 1)

    def changed(image: Shown) -> Array:
        low, high = range_of(image)
        if high == low:
            return image.samples
        levels = 255 * (image.samples.astype(np.float64) - low) / (high - low)
        levels = rounded(levels).clip(0, 255)
        decoded = compressed(levels, quality)
        return (low + (high - low) * rounded(decoded).clip(0, 255) / 255).astype(
            np.float32
        )

    draw.changes.append((False, changed))


# fmt: off
LUMA = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]).reshape(8, 8)
# fmt: on
COLOUR = np.full((8, 8), 99)
COLOUR[:4, :4] = [
    [17, 18, 24, 47],
    [18, 21, 26, 66],
    [24, 26, 56, 99],
    [47, 66, 99, 99],
]
# BASIS[u, x] = C(u) / 2 cos((2 x + 1) u pi / 16)
BASIS = np.cos((2 * np.arange(8) + 1) * np.arange(8)[:, None] * math.pi / 16) / 2
BASIS[0] *= math.sqrt(0.5)


def rounded(values: Array) -> Array:
    return np.floor(values + 0.5)


def compressed(levels: Array, quality: int) -> Array:
    """Levels [height, width, channels] of 0 to 255 as they are decoded."""
    if levels.shape[2] != 3:
        grey = coded(levels[:, :, 0], LUMA, quality)
        return np.repeat(grey[:, :, None], levels.shape[2], axis=2)
    height, width = levels.shape[:2]
    r, g, b = levels[:, :, 0], levels[:, :, 1], levels[:, :, 2]
    y = rounded(0.299 * r + 0.587 * g + 0.114 * b)
    cb = rounded(128 - 0.168736 * r - 0.331264 * g + 0.5 * b)
    cr = rounded(128 + 0.5 * r - 0.418688 * g - 0.081312 * b)
    light = coded(y, LUMA, quality)
    blue, red = (
        coded(halved(plane), COLOUR, quality).repeat(2, 0).repeat(2, 1)[:height, :width]
        - 128
        for plane in (cb, cr)
    )
    return np.stack(
        [
            light + 1.402 * red,
            light - 0.344136 * blue - 0.714136 * red,
            light + 1.772 * blue,
        ],
        axis=2,
    )


def halved(plane: Array) -> Array:
    """The mean of every two by two; the edge is repeated."""
    height, width = plane.shape
    whole = np.pad(plane, ((0, height % 2), (0, width % 2)), "edge")
    return rounded(whole.reshape(-(-height // 2), 2, -(-width // 2), 2).sum((1, 3)) / 4)


def coded(plane: Array, table: Array, quality: int) -> Array:
    """Blocks of 8 by 8, their coefficients rounded to the steps of the table."""
    scaled = 5000 // quality if quality < 50 else 200 - 2 * quality
    steps = ((table * scaled + 50) // 100).clip(1, 255)
    height, width = plane.shape
    whole = np.pad(plane, ((0, -height % 8), (0, -width % 8)), "edge") - 128
    rows, columns = whole.shape[0] // 8, whole.shape[1] // 8
    blocks = whole.reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3)
    spectrum = rounded(BASIS @ blocks @ BASIS.T / steps) * steps
    back = (BASIS.T @ spectrum @ BASIS).transpose(0, 2, 1, 3).reshape(whole.shape)
    return rounded(back[:height, :width] + 128).clip(0, 255)
`,
} as const;
