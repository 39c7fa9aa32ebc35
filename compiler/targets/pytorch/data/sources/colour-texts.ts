/** Colours in CIELAB and as distributions over bins, in Python (compiler/colour/, runtime/colour/). */
export const colourTexts = {
  lab_of: `XYZ_OF_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.072175],
        [0.0193339, 0.119192, 0.9503041],
    ]
)
RGB_OF_XYZ = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.969266, 1.8760108, 0.041556],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
WHITE = np.array([0.95047, 1, 1.08883])
KNEE = 6 / 29


def lab_of(rgb: Array) -> Array:
    """sRGB from 0 to 1 to L*, a*, b* (CIE 15:2004, section 8.2.1)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = linear @ XYZ_OF_RGB.T / WHITE
    f = np.where(t > KNEE**3, np.cbrt(t), t / (3 * KNEE**2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
`,
  rgb_of: `def rgb_of(lab: Array) -> Array:
    """The reverse of lab_of; colours outside sRGB are clipped."""
    middle = (lab[..., 0] + 16) / 116
    f = np.stack([middle + lab[..., 1] / 500, middle, middle - lab[..., 2] / 200], -1)
    t = np.where(f > KNEE, f**3, 3 * KNEE**2 * (f - 4 / 29))
    linear = ((t * WHITE) @ RGB_OF_XYZ.T).clip(0, 1)
    return np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
`,
  ColourBins: `class ColourBins(NamedTuple):
    """The colour as weights of its five nearest bins (Zhang et al. 2016, section 2.2)."""

    def read(self, pair: Pair) -> Layer:
        return Chroma().read(pair)

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        return soft_code(Chroma().resample(layer, canvas))


def soft_code(chroma: Array) -> Array:
    """a* and b* over 100 [height, width, 2] to [height, width, bins]."""
    colours = chroma.astype(np.float64).reshape(-1, 2) * 100
    code = np.zeros((len(colours), len(BINS)), np.float32)
    for start in range(0, len(colours), 4096):
        part = colours[start : start + 4096]
        squares = ((part[:, None] - BINS) ** 2).sum(2)
        nearest = squares.argsort(1, kind="stable")[:, :5]
        near = np.take_along_axis(squares, nearest, 1)
        weights = np.exp((near[:, :1] - near) / 50)
        weights = weights / weights.sum(1, keepdims=True)
        np.put_along_axis(
            code[start : start + 4096], nearest, weights.astype(np.float32), 1
        )
    return code.reshape(*chroma.shape[:2], len(BINS))
`,
} as const;
