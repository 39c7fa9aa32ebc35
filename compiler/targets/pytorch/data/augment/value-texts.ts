/** How each augmentation changes values, in Python (runtime/data/augment/value-changes.ts). */
export const valueTexts = {
  brightness: `def brightness(draw: Draw, change: float, probability: float = 1) -> None:
    """Values multiplied by a factor from 1 - change to 1 + change."""
    if not draw.random.happens(probability):
        return
    factor = draw.random.between(1 - change, 1 + change)

    def changed(image: Shown) -> Array:
        return image.kept(image.samples.astype(np.float64) * factor)

    draw.changes.append((True, changed))
`,
  contrast: `def contrast(draw: Draw, change: float, probability: float = 1) -> None:
    """The difference from the mean multiplied by a factor."""
    if not draw.random.happens(probability):
        return
    factor = draw.random.between(1 - change, 1 + change)

    def changed(image: Shown) -> Array:
        samples = image.samples.astype(np.float64)
        mean = samples.mean()
        return image.kept(mean + (samples - mean) * factor)

    draw.changes.append((True, changed))
`,
  gamma: `def gamma(draw: Draw, powers: Tuple[float, float], probability: float = 1) -> None:
    """Values raised to a power, whose logarithm is uniform."""
    if not draw.random.happens(probability):
        return
    least, most = powers
    power = math.exp(draw.random.between(math.log(least), math.log(most)))

    def changed(image: Shown) -> Array:
        low, high = range_of(image)
        if high == low:
            return image.samples
        # Noise may have taken a value below 0, whose powers are not real.
        share = ((image.samples.astype(np.float64) - low) / (high - low)).clip(0, 1)
        return image.kept(low + (high - low) * share**power)

    draw.changes.append((True, changed))
`,
  hue: `def hue(draw: Draw, degrees: float, probability: float = 1) -> None:
    """Hues turned by an angle; value and saturation (HSV) stay (Smith 1978)."""
    if not draw.random.happens(probability):
        return
    angle = draw.random.between(-degrees, degrees)

    def changed(image: Shown) -> Array:
        samples = image.samples.astype(np.float64)
        if samples.shape[2] != 3:
            return image.samples
        red, green, blue = samples[:, :, 0], samples[:, :, 1], samples[:, :, 2]
        most = samples.max(2)
        chroma = most - samples.min(2)
        by = np.where(chroma == 0, 1, chroma)
        sixth = np.where(
            most == red,
            (green - blue) / by,
            np.where(most == green, 2 + (blue - red) / by, 4 + (red - green) / by),
        )
        k = (sixth + angle / 60)[:, :, None] + np.array([5, 3, 1])
        k = k - 6 * np.floor(k / 6)
        below = np.maximum(0, np.minimum(np.minimum(k, 4 - k), 1))
        turned = most[:, :, None] - chroma[:, :, None] * below
        grey = (chroma == 0)[:, :, None]
        return np.where(grey, image.samples, turned.astype(np.float32))

    draw.changes.append((True, changed))
`,
  saturation: `def saturation(draw: Draw, change: float, probability: float = 1) -> None:
    """The difference from the grey (Rec. 601) multiplied by a factor."""
    if not draw.random.happens(probability):
        return
    factor = draw.random.between(1 - change, 1 + change)

    def changed(image: Shown) -> Array:
        samples = image.samples.astype(np.float64)
        if samples.shape[2] != 3:
            return image.samples
        red, green, blue = samples[:, :, 0], samples[:, :, 1], samples[:, :, 2]
        grey = (0.299 * red + 0.587 * green + 0.114 * blue)[:, :, None]
        return image.kept(grey + factor * (samples - grey))

    draw.changes.append((True, changed))
`,
  blur: `def blur(draw: Draw, deviations: Tuple[float, float], probability: float = 1) -> None:
    """A Gaussian along rows, then columns, mirrored beyond the edges."""
    if not draw.random.happens(probability):
        return
    deviation = draw.random.between(*deviations)
    radius = max(1, math.ceil(4 * deviation))
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-(offsets**2) / (2 * deviation**2))
    weights = weights / weights.sum()

    def changed(image: Shown) -> Array:
        samples = image.samples
        for axis in (1, 0):
            size = samples.shape[axis]
            total = np.zeros(samples.shape)
            for offset, weight in zip(offsets, weights):
                source = mirrored(np.arange(size) + offset, size)
                total += weight * samples.take(source, axis).astype(np.float64)
            samples = total.astype(np.float32)
        return samples

    draw.changes.append((False, changed))
`,
  noise: `def noise(draw: Draw, deviation: float, probability: float = 1) -> None:
    """Gaussian, of a deviation from 0 to the given; not clipped, so its mean is 0."""
    if not draw.random.happens(probability):
        return
    drawn = draw.random.between(0, deviation)

    def changed(image: Shown) -> Array:
        values = image.noise.generator.standard_normal(image.samples.shape)
        return (image.samples + drawn * values).astype(np.float32)

    draw.changes.append((False, changed))
`,
  cutout: `def cutout(
    draw: Draw, size: Tuple[int, int], count: int = 1, probability: float = 1
) -> None:
    """Rectangles replaced by the image's mean (DeVries & Taylor 2017, section 3.2)."""
    if not draw.random.happens(probability):
        return
    centres = [(draw.random.uniform(), draw.random.uniform()) for _ in range(count)]

    def changed(image: Shown) -> Array:
        samples = image.samples.copy()
        height, width = samples.shape[:2]
        mean = samples.astype(np.float64).mean((0, 1))
        for y, x in centres:
            top = math.floor(y * height) - size[0] // 2
            left = math.floor(x * width) - size[1] // 2
            rows = slice(max(0, top), max(0, top + size[0]))
            columns = slice(max(0, left), max(0, left + size[1]))
            samples[rows, columns] = mean
        return samples

    draw.changes.append((False, changed))
`,
  range_of: `def range_of(image: Shown) -> Tuple[float, float]:
    """What is black and what is white."""
    if image.clipped:
        return 0.0, 1.0
    return float(image.samples.min()), float(image.samples.max())
`,
} as const;
