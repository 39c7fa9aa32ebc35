/** Measures of classes and boundaries, in Python (runtime/metrics/confusion.ts, surfaces.ts, calibration.ts, image-class.ts, boundaries.ts). */
export const classTexts = {
  LabelMeasure: `# Of the probability of the predicted class (Guo et al. 2017, section 4).
CALIBRATION_BINS = 15


class LabelMeasure(Measure):
    """Of classes: the confusion matrix (Long, Shelhamer & Darrell 2015, section 5)."""

    def __init__(
        self,
        names: Sequence[str],
        activation: Optional[str],
        outlines: bool = False,
        calibration: bool = False,
    ) -> None:
        count = len(names)
        self.names = names
        self.activation = activation
        self.outlines = outlines
        self.calibration = calibration
        # The matrix [label, prediction], four sums of each class for the outlines
        # (distances.py), and three of each bin of probability.
        self.sums = np.zeros(count**2 + 4 * count + 3 * CALIBRATION_BINS)

    def classes_of(self, output: Tensor) -> Optional[List[Tensor]]:
        classes = chosen_classes(output)
        if not self.calibration:
            return [classes]
        return [classes, confidence_of(output, self.activation)]

    def add_batch(self, predicted: Sequence[Array], truth: Array) -> None:
        if self.outlines:
            super().add_batch(predicted, truth)
        else:
            self.add(predicted, truth)  # counts pixels, of whichever image

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        classes, count = predicted[0], len(self.names)
        matrix, surfaces, bins = self.parts()
        # The first row is of pixels without a label, -1.
        pairs = (truth.astype(np.int64, copy=False) + 1) * count + classes
        found = np.bincount(pairs.ravel(), minlength=(count + 1) * count)
        matrix += found.reshape(count + 1, count)[1:]
        if self.outlines:
            add_outlines(surfaces, classes, truth)
        if self.calibration:
            known = truth >= 0
            confidence = predicted[1][known].astype(np.float64)
            places = (
                np.ceil(confidence * CALIBRATION_BINS)
                .astype(np.int64)
                .clip(1, CALIBRATION_BINS)
                - 1
            )
            right = (classes[known] == truth[known]).astype(np.float64)
            for row, weights in enumerate((None, right, confidence)):
                bins[row] += np.bincount(places, weights, CALIBRATION_BINS)

    def parts(self) -> Tuple[Array, Array, Array]:
        count = len(self.names)
        first, second = count * count, count * count + 4 * count
        return (
            self.sums[:first].reshape(count, count),
            self.sums[first:second].reshape(4, count),
            self.sums[second:].reshape(3, CALIBRATION_BINS),
        )

    def rates(self) -> Tuple[List[Optional[float]], ...]:
        """IoU, Dice and accuracy of each class."""
        matrix = self.parts()[0]
        hits, labelled, found = np.diag(matrix), matrix.sum(1), matrix.sum(0)
        every = zip(hits, labelled, found)
        iou, dice, accuracy = zip(
            *(
                (ratio(n, t + p - n), ratio(2 * n, t + p), ratio(n, t))
                for n, t, p in every
            )
        )
        return list(iou), list(dice), list(accuracy)

    def values(self) -> Values:
        matrix, _, bins = self.parts()
        iou, dice, accuracy = self.rates()
        total, labelled = matrix.sum(), matrix.sum(1)
        weighted = sum((one or 0) * n for one, n in zip(iou, labelled))
        values = {
            "mean_iou": mean(iou),
            "mean_dice": mean(dice),
            "pixel_accuracy": ratio(np.trace(matrix), total),
            "mean_accuracy": mean(accuracy),
            "frequency_weighted_iou": ratio(weighted, total),
        }
        if self.outlines:
            each = [self.surface(number) for number in range(len(self.names))]
            for name in ("boundary_f", "hausdorff95"):
                values[name] = mean([one[name] for one in each])
        if self.calibration:
            values["calibration_error"] = ratio(
                np.abs(bins[1] - bins[2]).sum(), bins[0].sum()
            )
        return values

    def surface(self, number: int) -> Values:
        agreement, outlined, distance, present = self.parts()[1][:, number]
        return {
            "boundary_f": ratio(agreement, outlined),
            "hausdorff95": ratio(distance, present),
        }

    def report(self) -> Optional[Dict[str, Any]]:
        matrix = self.parts()[0]
        classes = [
            {
                "name": name,
                "iou": iou,
                "accuracy": accuracy,
                "dice": dice,
                "pixels": int(pixels),
                **(self.surface(number) if self.outlines else {}),
            }
            for number, (name, iou, dice, accuracy, pixels) in enumerate(
                zip(self.names, *self.rates(), matrix.sum(1))
            )
        ]
        confusion = [[int(count) for count in row] for row in matrix]
        return {"pixels": int(matrix.sum()), "classes": classes, "confusion": confusion}


def confidence_of(output: Tensor, activation: Optional[str]) -> Tensor:
    """The probability of the chosen class; without an activation of logits."""
    if output.shape[1] == 1:
        return torch.maximum(output[:, 0], 1 - output[:, 0])
    return (output if activation is not None else output.softmax(1)).amax(1)
`,
  chosen_classes: `def chosen_classes(output: Tensor) -> Tensor:
    """Of [batch, channels, ...]; one channel is the probability of class 1."""
    if output.shape[1] == 1:
        return (output[:, 0] >= 0.5).long()
    return output.max(1).indices  # argmax of PyTorch 1 is slow on the CPU
`,
  ImageClassMeasure: `class ImageClassMeasure(Measure):
    """The share of images whose most probable class is right."""

    of_image = True

    def __init__(self) -> None:
        # Images; right ones.
        self.sums = np.zeros(2)

    def classes_of(self, output: Tensor) -> Optional[List[Tensor]]:
        if output.shape[1] == 1:
            return [(output[:, 0] > 0.5).long()]
        return [output.argmax(1)]

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        # Every position has the class of the image.
        real = int(truth.flat[0])
        if real >= 0:
            self.sums += [1, int(predicted[0].flat[0]) == real]

    def values(self) -> Values:
        images, right = self.sums
        return {"image_accuracy": ratio(right, images)}
`,
  outlines: `def add_outlines(sums: Array, predicted: Array, truth: Array) -> None:
    """Boundary F (Csurka et al. 2013, section 3) and the 95th percentile of distances.

    A boundary pixel of a class is next to a pixel of another class; pixels whose label
    is not known belong to none.
    """
    known = truth >= 0
    diagonal = math.hypot(*truth.shape)
    tolerance = max(1.0, 0.0075 * diagonal)
    for number in range(sums.shape[1]):
        inside = [(one == number) & known for one in (predicted, truth)]
        if not (inside[0].any() or inside[1].any()):
            continue
        surfaces = [outline(one, known, True) for one in inside]
        sums[2, number] += apart(surfaces, diagonal)
        sums[3, number] += 1
        edges = [outline(one, known, False) for one in inside]
        if len(edges[0]) == 0 and len(edges[1]) == 0:
            continue
        sums[1, number] += 1
        if len(edges[0]) > 0 and len(edges[1]) > 0:
            shares = [
                float((distances(one, other) <= tolerance).mean())
                for one, other in (edges, edges[::-1])
            ]
            if sum(shares) > 0:
                sums[0, number] += 2 * shares[0] * shares[1] / sum(shares)


def outline(inside: Array, known: Array, with_edge: bool) -> Array:
    """Places [n, 2] of the pixels beside one of another class, or the image's edge."""
    differs = np.pad(~inside & known, 1, constant_values=with_edge)
    beside = differs[:-2, 1:-1] | differs[2:, 1:-1]
    beside |= differs[1:-1, :-2] | differs[1:-1, 2:]
    return np.argwhere(inside & beside)


def apart(surfaces: Sequence[Array], otherwise: float) -> float:
    """The larger of both directions' 95th percentiles."""
    if len(surfaces[0]) == 0 or len(surfaces[1]) == 0:
        return otherwise
    return max(
        float(np.percentile(distances(one, other), 95))
        for one, other in (surfaces, surfaces[::-1])
    )


def distances(places: Array, others: Array) -> Array:
    """From each place to the nearest of the others."""
    found = []
    for start in range(0, len(places), 256):
        part = places[start : start + 256, None] - others
        found.append((part**2).sum(2).min(1))
    return np.sqrt(np.concatenate(found))
`,
  BoundaryMeasure: `class BoundaryMeasure(Measure):
    """The best F-measure at one threshold (ODS; Martin, Fowlkes & Malik 2004).

    Within 0.75% of the image's diagonal a boundary is found; pixels are not paired.
    """

    def __init__(self) -> None:
        # By predicted probability in hundredths: pixels; those near a true boundary;
        # and by the best probability near them, true ones.
        self.sums = np.zeros((3, 100))

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        known = truth >= 0
        reach = max(1, math.floor(0.0075 * math.hypot(*truth.shape) + 0.5))
        found = np.where(known, predicted[0][-1], 0).astype(np.float32)
        edges = np.where(known, truth, 0).astype(np.float32)
        places, best = hundredths(found), hundredths(highest_near(found, reach))
        near = highest_near(edges, reach) == 1
        chosen = (places[known], places[known & near], best[known & (edges == 1)])
        for row, one in enumerate(chosen):
            self.sums[row] += np.bincount(one, minlength=100)

    def values(self) -> Values:
        total = self.sums[2].sum()
        if total == 0:
            return {"ods": None}
        best = 0.0
        predicted, correct, recalled = self.sums[:, ::-1].cumsum(1)[:, :-1]
        for number, right, reached in zip(predicted, correct, recalled):
            precision, recall = right / number if number > 0 else 0, reached / total
            if precision + recall > 0:
                best = max(best, 2 * precision * recall / (precision + recall))
        return {"ods": float(best)}


def hundredths(values: Array) -> Array:
    return np.floor(values.astype(np.float64) * 100).astype(np.int64).clip(0, 99)


def highest_near(values: Array, reach: int) -> Array:
    """The highest value in the square of so many pixels to each side."""
    for axis in range(2):
        size = values.shape[axis]
        most = values.copy()
        for move in range(1, min(reach, size - 1) + 1):
            low = [slice(None), slice(None)]
            high = [slice(None), slice(None)]
            low[axis], high[axis] = slice(0, size - move), slice(move, size)
            here, there = tuple(low), tuple(high)
            most[here] = np.maximum(most[here], values[there])
            most[there] = np.maximum(most[there], values[here])
        values = most
    return values
`,
} as const;
