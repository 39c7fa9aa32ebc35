/** The class of `predict.py` that predicts images of any size (runtime/prediction/predictor.ts). */
export const predictorText = `class Predictor:
    """A network with trained weights, for images of any size."""

    def __init__(
        self,
        weights: Union[str, Path],
        device: Union[str, torch.device] = "cpu",
        tile: int = 2048,
    ) -> None:
        self.network: nn.Module = Network()
        metadata = load_weights(self.network, weights)
        self.network.to(device).eval()
        self.device = device
        self.tile = tile
        self.normalisations = normalisations_of(metadata)

    @torch.no_grad()
    def maps(self, images: Mapping[str, Array]) -> Tuple[Fit, Maps]:
        """The outputs at their positions, [1, channels, rows, columns].

        Images are by input, [height, width, channels] from 0 to 1. Of a large image
        tiles are predicted, whose results are those of the whole.
        """
        height, width = images[INPUT].shape[:2]
        fit = fit_image(height, width, SAME)
        padded = {}
        for name, image in images.items():
            shown = AS_INPUT
            mean, deviation = self.normalisations[name]
            values = (shown - mean) / deviation
            tensor = torch.from_numpy(values.astype(np.float32).transpose(2, 0, 1))
            padded[name] = fit.pad(name, tensor)[None].contiguous()
        if fit.inputs[0].patches * fit.inputs[1].patches > 1:
            return fit, self.in_patches(padded, fit)
        if max(axis.input for axis in fit.inputs) > self.tile:
            return fit, self.in_tiles(padded, fit)
        return fit, self.run(padded)

    def run(self, inputs: Maps) -> Maps:
        given = {name: image.to(self.device) for name, image in inputs.items()}
        outputs = self.network(**given)
        return {name: getattr(outputs, name).cpu() for name in GRIDS}

    def in_patches(self, inputs: Maps, fit: Fit) -> Maps:
        """A network of one size, given the parts of an image one by one."""
        rows, columns = (axis.patches for axis in fit.inputs)
        lines: List[Maps] = []
        for row in range(rows):
            parts = []
            for column in range(columns):
                part = {
                    name: image.chunk(rows, 2)[row].chunk(columns, 3)[column]
                    for name, image in inputs.items()
                }
                parts.append(self.run(part))
            lines.append(
                {name: torch.cat([one[name] for one in parts], 3) for name in GRIDS}
            )
        return {name: torch.cat([line[name] for line in lines], 2) for name in GRIDS}

    def in_tiles(self, inputs: Maps, fit: Fit) -> Maps:
        rows, columns = plan_tiles(fit.inputs, self.tile)
        height, width = tile_size(fit.inputs, self.tile)
        lines: List[Maps] = []
        for row in rows:
            parts: List[Maps] = []
            for column in columns:
                top, left = row.origin, column.origin
                outputs = self.run(
                    {
                        name: part_of(name, image, (top, height), (left, width))
                        for name, image in inputs.items()
                    }
                )
                taken = {}
                for name, map in outputs.items():
                    down, right = row.takes[name], column.takes[name]
                    map = map.narrow(2, down.before, down.end - down.first)
                    taken[name] = map.narrow(3, right.before, right.end - right.first)
                parts.append(taken)
            lines.append(
                {name: torch.cat([one[name] for one in parts], 3) for name in GRIDS}
            )
        return {name: torch.cat([line[name] for line in lines], 2) for name in GRIDS}

    def classes(self, fit: Fit, maps: Maps, output: str) -> Array:
        """The class of every pixel, [height, width]."""
        chosen = chosen_classes(maps[output])
        return fit.classes_of_image(output, chosen)[0].numpy()

    def probabilities(self, fit: Fit, maps: Maps, output: str) -> Array:
        """Of every class, [height, width, classes]."""
        values = fit.values_of_image(output, maps[output])[0]
        if len(values) == 1:
            values = torch.cat([1 - values, values])
        return values.permute(1, 2, 0).numpy()

    def values(self, fit: Fit, maps: Maps, output: str) -> Array:
        """Of an output that learned something else, [height, width, channels]."""
        factor = OUTPUTS[output].factor
        if factor > 1:
            height, width = (axis.image * factor for axis in fit.inputs)
            fit = fit_image(height, width, (Fraction(factor), Fraction(factor)))
        values = fit.values_of_image(output, decoded(output, maps[output]))
        return values[0].permute(1, 2, 0).numpy()
`;

/** How an image becomes what an input takes; of a network of one input images are taken as they are. */
export const asInputTexts = {
  head: `def as_input(name: str, image: Array, size: Tuple[int, int]) -> Array:
    """An image as an input takes it beside one of a size of the input INPUT."""
`,
  resized: `    if name in SIZES:
        return resized(image, SIZES[name])
`,
  same: `    if image.shape[:2] != size:
        raise ValueError(f"the image of {name} has another size than that of {INPUT}")
    return image
`,
  scaled: `    own, pixels = image.shape[:2], PIXELS[name]
    wanted = [max(1, math.floor(n * by)) for n, by in zip(size, pixels)]
    above = [math.ceil(n * by) for n, by in zip(size, pixels)]
    if all(n in both for n, *both in zip(own, wanted, above)):
        return image
    factor = 1 / pixels[0]
    if own == size and pixels[0] == pixels[1] and factor.denominator == 1:
        return shrunk(image, int(factor))
    raise ValueError(
        f"the image of {name} has {own[0]} by {own[1]} pixels; beside {size[0]} by "
        f"{size[1]} of {INPUT} it needs {wanted[0]} by {wanted[1]}"
    )
`,
} as const;
