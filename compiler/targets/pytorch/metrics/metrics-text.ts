/** `metrics.py`: what sums of every output are made of (runtime/metrics/). */
export const metricsText = `class Metrics:
    """The measures of every output.

    With everything=True those too that take time.
    """

    def __init__(self, everything: bool = False) -> None:
        self.measures = measures(everything)

    def add(
        self,
        outputs: Any,
        targets: Mapping[str, Tensor],
        pixels: bool = True,
    ) -> None:
        """Counts a batch: outputs of the network and targets of a collated batch.

        At the pixels of the images; with pixels=False at the positions of the outputs.
        """
        for name, measure in self.measures.items():
            field = FIELDS[name]
            values = (
                outputs[field] if isinstance(outputs, dict) else getattr(outputs, field)
            )
            values = values.detach().float()
            key = TRUTHS.get(field, field)
            truth = targets[key]
            classes = measure.classes_of(values)
            fitted = f"{key}_pixels"
            if pixels and fitted in targets and not measure.of_image:
                truth = targets[fitted]
                fit = fit_image(int(truth.shape[-2]), int(truth.shape[-1]))
                if classes is not None:
                    classes = [fit.classes_of_image(field, one) for one in classes]
                else:
                    values = fit.values_of_image(field, measure.decoded(values))
            elif classes is None:
                values = measure.decoded(values)
            predicted = [values] if classes is None else classes
            arrays = [one.cpu().numpy() for one in predicted]
            measure.add_batch(arrays, truth.cpu().numpy())

    def state(self) -> Tensor:
        """All sums, float64: those of several processes add up."""
        sums = [one.sums.ravel() for one in self.measures.values()]
        return torch.from_numpy(np.concatenate(sums))

    def load_sum(self, state: Tensor) -> None:
        """Continues from sums, in place of those counted so far."""
        at = 0
        values = state.cpu().numpy()
        for one in self.measures.values():
            part = values[at : at + one.sums.size]
            one.sums = part.reshape(one.sums.shape).copy()
            at += one.sums.size

    def values(self) -> Dict[str, Values]:
        """By output and measure; None where nothing was counted."""
        return {name: one.values() for name, one in self.measures.items()}

    def classes(self) -> Dict[str, Dict[str, Any]]:
        """Class by class, of the outputs that distinguish the classes of the data."""
        reports = {name: one.report() for name, one in self.measures.items()}
        return {name: one for name, one in reports.items() if one is not None}


class Measure:
    """Of one output."""

    sums: Array
    # Whether the output is one value for the whole image.
    of_image = False

    def classes_of(self, output: Tensor) -> Optional[List[Tensor]]:
        """What is read at the nearest position; None: values, between positions."""
        return None

    def decoded(self, output: Tensor) -> Tensor:
        return output

    def add_batch(self, predicted: Sequence[Array], truth: Array) -> None:
        """[batch, ...] of each."""
        for image, labels in enumerate(truth):
            self.add([one[image] for one in predicted], labels)

    def add(self, predicted: Sequence[Array], truth: Array) -> None:
        """One image: values [channels, height, width]; classes [height, width]."""
        raise NotImplementedError

    def values(self) -> Values:
        raise NotImplementedError

    def report(self) -> Optional[Dict[str, Any]]:
        return None


def ratio(part: float, whole: float) -> Optional[float]:
    return None if whole == 0 else float(part / whole)


def mean(values: Sequence[Optional[float]]) -> Optional[float]:
    present = [value for value in values if value is not None]
    return ratio(sum(present), len(present))
`;
