/** Measures of values, in Python (runtime/metrics/depth.ts, normals.ts, image.ts, chroma.ts). */
export const valueTexts = {
  DepthMeasure: `class DepthMeasure(Measure):
    """The errors of depth (Eigen, Puhrsch & Fergus 2014, section 4.2)."""

    def __init__(self, log: bool) -> None:
        self.log = log
        # Pixels; sums of the three errors; pixels within the three limits.
        self.sums = np.zeros(7)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        known = ~np.isnan(truth)
        given = predicted[0][known].astype(np.float64)
        real = truth[known].astype(np.float64)
        if self.log:
            given, real = np.exp(given), np.exp(real)
        given = np.maximum(given, real / 1000)
        apart = np.maximum(given / real, real / given)
        self.sums += [
            len(real),
            (np.abs(given - real) / real).sum(),
            ((given - real) ** 2).sum(),
            np.abs(np.log10(given / real)).sum(),
            *((apart < 1.25**power).sum() for power in (1, 2, 3)),
        ]

    def values(self) -> Values:
        pixels, rel, squares, logs, *within = self.sums
        return {
            "rel": ratio(rel, pixels),
            "rms": None if pixels == 0 else math.sqrt(squares / pixels),
            "log10": ratio(logs, pixels),
            "delta1": ratio(within[0], pixels),
            "delta2": ratio(within[1], pixels),
            "delta3": ratio(within[2], pixels),
        }
`,
  NormalMeasure: `class NormalMeasure(Measure):
    """Angles between normals in degrees (Fouhey, Gupta & Hebert 2013, section 5)."""

    def __init__(self) -> None:
        # Pixels, sum of the angles, pixels within the limits; then pixels by tenths of
        # a degree.
        self.sums = np.zeros(5 + 1800)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        given, real = predicted[0].astype(np.float64), truth.astype(np.float64)
        length = np.sqrt((given**2).sum(0))
        with np.errstate(invalid="ignore", divide="ignore"):
            cosine = np.where(length == 0, 0, (given * real).sum(0) / length)
        # A predicted vector of length 0 is at 90 degrees to everything.
        cosine = cosine[~np.isnan(real).any(0)]
        angles = np.degrees(np.arccos(cosine.clip(-1, 1)))
        self.sums[:5] += [
            len(angles),
            angles.sum(),
            *((angles < limit).sum() for limit in (11.25, 22.5, 30)),
        ]
        places = np.floor(angles * 10).astype(np.int64).clip(0, 1799)
        self.sums[5:] += np.bincount(places, minlength=1800)

    def values(self) -> Values:
        pixels, total, *within = self.sums[:5]
        reached = np.flatnonzero(2 * self.sums[5:].cumsum() >= pixels)
        return {
            "mean_angle": ratio(total, pixels),
            "median_angle": None if pixels == 0 else (float(reached[0]) + 0.5) / 10,
            "within_11_25": ratio(within[0], pixels),
            "within_22_5": ratio(within[1], pixels),
            "within_30": ratio(within[2], pixels),
        }
`,
  ImageMeasure: `class ImageMeasure(Measure):
    """How near images come; values have the full scale 1."""

    def __init__(self, structural: bool = False) -> None:
        self.structural = structural
        # Values, sum |x|, sum x^2; images, sum of their structural similarity.
        self.sums = np.zeros(5)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        given, real = predicted[0].astype(np.float64), truth.astype(np.float64)
        x = (given - real)[~np.isnan(given - real)]
        self.sums[:3] += [len(x), np.abs(x).sum(), (x**2).sum()]
        if self.structural:
            similarity = structure(given, real)
            if similarity is not None:
                self.sums[3:5] += [1, similarity]

    def values(self) -> Values:
        count, absolute, squares, images, similar = self.sums[:5]
        psnr: Optional[float] = None
        if count > 0:
            psnr = 100.0
            if squares > 0:
                psnr = min(100.0, -10 * math.log10(squares / count))
        own = {"ssim": ratio(similar, images)} if self.structural else {}
        return {"psnr": psnr, **own, "mae": ratio(absolute, count)}


def structure(given: Array, real: Array) -> Optional[float]:
    """Structural similarity (Wang et al. 2004, equation 13), windows of 11 by 11."""
    if min(given.shape[1:]) < 11:
        return None
    given = np.where(np.isnan(real), np.nan, given)
    a, b = smoothed(given), smoothed(real)
    covariance: Array = smoothed(given * real) - a * b
    variances: Array = smoothed(given**2) - a * a + smoothed(real**2) - b * b
    c1, c2 = 0.01**2, 0.03**2
    similar = ((2 * a * b + c1) * (2 * covariance + c2)) / (
        (a * a + b * b + c1) * (variances + c2)
    )
    known = similar[~np.isnan(similar)]
    return None if len(known) == 0 else float(known.mean())


def smoothed(values: Array) -> Array:
    """Gaussian means over every window inside [channels, height, width]."""
    weights = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    weights = weights / weights.sum()
    for axis in (2, 1):
        size = values.shape[axis] - 10
        parts = (
            weight * values.take(range(k, k + size), axis)
            for k, weight in enumerate(weights)
        )
        values = np.sum(list(parts), axis=0)
    return values
`,
  ChromaMeasure: `class ChromaMeasure(ImageMeasure):
    """How near colours come; auc: Zhang, Isola & Efros 2016, section 3.1."""

    def __init__(self) -> None:
        super().__init__()
        # Besides: pixels, sum of 1 - min(d, 150) / 150.
        self.sums = np.zeros(7)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        super().add(predicted, truth)
        x = (predicted[0].astype(np.float64) - truth.astype(np.float64)) * 100
        distance = np.sqrt((x**2).sum(0))
        distance = distance[~np.isnan(distance)]
        self.sums[5] += len(distance)
        self.sums[6] += (1 - np.minimum(distance, 150) / 150).sum()

    def values(self) -> Values:
        pixels, near = self.sums[5:]
        return {**super().values(), "auc": ratio(near, pixels)}
`,
  BinMeasure: `class BinMeasure(ChromaMeasure):
    """Of distributions over the colour bins, by their annealed mean."""

    def __init__(self, temperature: float) -> None:
        super().__init__()
        self.temperature = temperature

    def decoded(self, output: Tensor) -> Tensor:
        return annealed_mean(output, self.temperature)


def annealed_mean(probabilities: Tensor, temperature: float) -> Tensor:
    """The mean of the bins under p^(1/T), a* and b* over 100 (Zhang et al. 2016)."""
    # Over the highest, so that the powers of small probabilities do not all vanish.
    weights = (probabilities / probabilities.amax(1, keepdim=True)).double()
    weights = weights ** (1 / temperature)
    weights = weights / weights.sum(1, keepdim=True)
    bins = torch.from_numpy(BINS).to(weights)
    return torch.einsum("nbhw,bc->nchw", weights, bins).div(100).float()
`,
} as const;
