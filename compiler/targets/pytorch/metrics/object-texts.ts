/** Measures of objects, in Python (runtime/metrics/centres.ts, offsets.ts, runtime/objects/peaks.ts). */
export const objectTexts = {
  CentreMeasure: `class CentreMeasure(Measure):
    """Pairs of a predicted and a true centre of a class that are near enough."""

    def __init__(self, threshold: float, radius: float, distance: float) -> None:
        self.threshold = threshold
        self.radius = radius
        self.distance = distance
        # Predicted, true, matched.
        self.sums = np.zeros(3)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        """One that is predicted where the truth is not known does not count."""
        rows, columns, channels = np.nonzero(truth.transpose(1, 2, 0) > 1 - 1e-7)
        is_open = np.ones(len(rows), bool)
        self.sums[1] += len(rows)
        for row, column, channel, _ in peaks_in(
            predicted[0], self.threshold, self.radius
        ):
            if np.isnan(truth[channel, row, column]):
                continue
            self.sums[0] += 1
            away = np.hypot(rows - row, columns - column)
            near = is_open & (channels == channel) & (away <= self.distance)
            if near.any():
                is_open[np.where(near, away, np.inf).argmin()] = False
                self.sums[2] += 1

    def values(self) -> Values:
        predicted, real, matched = self.sums
        return {
            "centre_f1": ratio(2 * matched, predicted + real),
            "centre_precision": ratio(matched, predicted),
            "centre_recall": ratio(matched, real),
        }
`,
  OffsetMeasure: `class OffsetMeasure(Measure):
    """The endpoint error in pixels."""

    def __init__(self, unit: float) -> None:
        self.unit = unit
        # Pixels, sum of distances.
        self.sums = np.zeros(2)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        apart = predicted[0].astype(np.float64) - truth.astype(np.float64)
        distance = self.unit * np.hypot(apart[0], apart[1])
        distance = distance[~np.isnan(distance)]
        self.sums += [len(distance), distance.sum()]

    def values(self) -> Values:
        pixels, total = self.sums
        return {"endpoint_error": ratio(total, pixels)}
`,
  peaks_in: `def peaks_in(
    heat: Array, threshold: float, radius: float
) -> List[Tuple[int, int, int, float]]:
    """Row, column, channel and value of local maxima of heat maps, the largest first.

    Of equal neighbours the first in the order of rows is taken.
    """
    most = max(1.0, radius)
    reach = math.floor(most)
    largest = heat >= threshold
    height, width = heat.shape[1:]
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            steps = (down, right)
            is_far = down**2 + right**2 > most**2 or steps == (0, 0)
            if is_far or abs(down) >= height or abs(right) >= width:
                continue
            here = (
                slice(None),
                slice(max(0, -down), height - max(0, down)),
                slice(max(0, -right), width - max(0, right)),
            )
            there = (
                slice(None),
                slice(max(0, down), height + min(0, down)),
                slice(max(0, right), width + min(0, right)),
            )
            if steps < (0, 0):
                largest[here] &= ~(heat[there] >= heat[here])
            else:
                largest[here] &= ~(heat[there] > heat[here])
    places = zip(*np.nonzero(largest.transpose(1, 2, 0)))
    found = [
        (int(row), int(column), int(channel), float(heat[channel, row, column]))
        for row, column, channel in places
    ]
    return sorted(found, key=lambda peak: -peak[3])
`,
} as const;
