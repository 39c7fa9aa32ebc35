/** `data.py` without its constants: samples and their batches (runtime/data/make-batch.ts, runtime/data/batches.ts). */
export const samplesText = `class Samples(Dataset[Item]):
    """Images of a split with their targets.

    samples[index] and samples[epoch, index]: what is random follows from seed,
    epoch and index alone, whichever worker reads it, and in which order.
    """

    def __init__(
        self,
        split: str,
        root: Optional[Union[str, Path]] = None,
        augment: bool = False,
        seed: int = SEED,
        normalisations: Optional[Mapping[str, Normalisation]] = NORMALISATIONS,
    ) -> None:
        folder = Path(DATA if root is None else root)
        splits = find(folder)
        self.pairs = splits.named(split)
        self.augment = augment
        self.seed = seed
        known = {} if normalisations is None else normalisations
        if len(known) < len(INPUTS):
            known = {**measure_normalisations(splits.train), **known}
        # By input, for a weights file.
        self.normalisations = known
        self.targets = TARGETS
        self.kept: Dict[int, Mapping[str, Layer]] = {}
        self.room = KEPT_BYTES // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))

    def __len__(self) -> int:
        return len(self.pairs)

    def size(self, index: int) -> Tuple[int, int]:
        """Height and width of the targets of a sample."""
        if self.augment and CROP is not None:
            return CROP
        return read_size(self.pairs[index].image)

    def layers(self, index: int) -> Mapping[str, Layer]:
        """Of a sample, from memory where they have been read before.

        Kept until there is no more room; never in workers, which end with their epoch.
        """
        if index in self.kept:
            return self.kept[index]
        layers = read_layers(self.pairs[index], self.targets)
        size = bytes_of(layers)
        if size <= self.room and get_worker_info() is None:
            self.kept[index] = layers
            self.room -= size
        return layers

    def __getitem__(self, key: Key) -> Item:
        """[channels, height, width] of each input and target; classes [height, width]."""
        epoch, index, *odd = (0, key) if isinstance(key, int) else key
        pair = self.pairs[index]
        stream = f"epoch {epoch} pair {index}" if self.augment else ""
        seed = self.seed if self.augment else 0
        layers = self.layers(index)
        # The first has the size of the image.
        height, width = next(iter(layers.values())).values.shape[:2]
        classes = layers[CLASS_TARGET].values if CLASS_TARGET is not None else None
        turns = odd[0] if odd else None
        draw = changes.Draw((height, width), Random(seed, stream), turns, classes, STEP)
        if self.augment:
            draw_changes(draw)
        draw.finish()
        noise = PixelNoise(seed, f"noise on {pair.name} {stream}")
        inputs = {}
        for name, given in INPUTS.items():
            layer = layers[name]
            own = layer.values.shape[:2]
            canvas = draw.canvas.of_file(given.pixels, (height, width), own)
            samples = given.source.resample(layer, canvas)
            if given.source.own is None:
                samples = draw.shown(samples, layer.full_scale != 1, noise, False)
            if given.resized is None:
                samples = shrunk(samples, given.shrink)
            else:
                samples = resized(samples, given.resized)
            if given.noise > 0:
                values = noise.generator.standard_normal(samples.shape)
                samples = (samples + given.noise * values).astype(np.float32)
            inputs[name] = normalised(samples, self.normalisations[name])
        targets = {}
        for name, target in self.targets.items():
            layer = layers[name]
            values = target.resample(layer, draw.canvas)
            if isinstance(target, Image) and target.own is None:
                values = draw.shown(values, layer.full_scale != 1, noise, True)
            targets[name] = to_tensor(values)
        return inputs, targets


def collate(items: Sequence[Item]) -> Item:
    """A batch, [batch, ...] of each input and target; all samples of one size.

    Inputs are padded to an accepted size by mirroring, and targets are read at the
    positions of their output. Where that changes a target "NAME_pixels" is the target
    of the image's own pixels, for the metrics.
    """
    inputs, targets = (
        {name: torch.stack([one[name] for one in part]) for name in part[0]}
        for part in zip(*items)
    )
    height, width = next(iter(targets.values())).shape[-2:]
    fit = fit_image(height, width)
    aligned: Tensors = {}
    for name, target in targets.items():
        if fit.is_aligned(EXTRAS.get(name, name)):
            aligned[name] = target
        else:
            aligned[name] = ALIGN(EXTRAS.get(name, name), target)
            aligned[f"{name}_pixels"] = target
    return {name: fit.pad(name, one) for name, one in inputs.items()}, aligned


def batches(
    samples: Samples, size: int, epoch: int = 0, last: str = "join"
) -> List[List[Key]]:
    """Keys of the batches of an epoch, in the order in which fcn trains them.

    Images of different size go into different batches. last says what becomes of
    those that fill none: "join": a single one joins the batch before; "keep": they are
    a batch; "drop": they are left out. Without augmentation the order is that of the
    files.
    """
    order = list(range(len(samples)))
    if samples.augment:
        order = Random(samples.seed, f"order of epoch {epoch}").shuffled(order)
    plan: List[List[int]] = []
    opened: Dict[Tuple[int, int], List[int]] = {}
    filled: Dict[Tuple[int, int], List[int]] = {}
    for index in order:
        kind = samples.size(index)
        group = opened.setdefault(kind, [])
        group.append(index)
        if len(group) == size:
            plan.append(group)
            filled[kind] = opened.pop(kind)
    for kind, group in opened.items():
        if last == "join" and len(group) == 1 and kind in filled:
            filled[kind] += group
        elif last != "drop":
            plan.append(group)
    turns = Random(samples.seed, f"turns of epoch {epoch}")
    keyed: List[List[Key]] = []
    for group in plan:
        odd = None
        if samples.augment and ODD_TURNS is not None:
            odd = turns.uniform() < ODD_TURNS
        keyed.append([(epoch, index, odd) for index in group])
    return keyed


def measure_normalisations(pairs: Sequence[Pair]) -> Mapping[str, Normalisation]:
    """Mean and deviation of each channel, of up to 64 images."""
    count = min(64, len(pairs))
    chosen = [pairs[i * len(pairs) // count] for i in range(count)]
    measured = {}
    for name, (source, *_) in INPUTS.items():
        sums, squares = np.zeros(source.channels), np.zeros(source.channels)
        pixels = 0
        for pair in chosen:
            layer = source.read(pair)
            values = layer.values.astype(np.float64) / layer.full_scale
            values = values.reshape(-1, source.channels)
            sums += values.sum(0)
            squares += (values**2).sum(0)
            pixels += len(values)
        mean = sums / max(1, pixels)
        variance = squares / max(1, pixels) - mean**2
        # Below this it is rounding, and no contrast.
        deviation = np.sqrt(np.where(variance > 1e-10, variance, 1))
        measured[name] = Normalisation(mean.tolist(), deviation.tolist())
    return measured


def read_layers(pair: Pair, targets: Mapping[str, Source]) -> Dict[str, Layer]:
    """By input and output; what several have in common is read once.

    What has the size of the image comes first.
    """
    sources: Dict[str, Source] = {name: one.source for name, one in INPUTS.items()}
    sources.update(targets)
    pixels = {name: one.pixels for name, one in INPUTS.items()}
    known: List[Tuple[Source, Layer]] = []
    layers = {}
    for name in sorted(sources, key=lambda name: pixels.get(name, SAME) != SAME):
        source = sources[name]
        same = [
            one
            for other, one in known
            if (type(other), other) == (type(source), source)
        ]
        layer = same[0] if same else source.read(pair)
        known.append((source, layer))
        layers[name] = layer
        size, first = layer.values.shape[:2], known[0][1].values.shape[:2]
        if not is_file_size(size, first, pixels.get(name, SAME)):
            raise ValueError(
                f"{pair.image}: {name} has {size[0]} by {size[1]} pixels, "
                f"beside an image of {first[0]} by {first[1]}"
            )
    return layers


def is_file_size(
    size: Sequence[int], image: Sequence[int], pixels: Optional[Ratio]
) -> bool:
    """Where the sizes do not divide, both ways of rounding are right."""
    if pixels is None:
        return True
    return all(
        own in (max(1, math.floor(whole * one)), math.ceil(whole * one))
        for own, whole, one in zip(size, image, pixels)
    )


def bytes_of(layers: Mapping[str, Layer]) -> int:
    """Of memory: what several share counts once, and so does a repeated value."""
    arrays = {id(layer.values): layer.values for layer in layers.values()}
    return sum(
        math.prod(n for n, step in zip(one.shape, one.strides) if step != 0)
        * one.itemsize
        for one in arrays.values()
    )


def normalised(samples: Array, given: Normalisation) -> Tensor:
    """[height, width, channels] to [channels, height, width], channel by channel."""
    mean, deviation = (np.array(one)[:, None, None] for one in given)
    values = np.subtract(samples.transpose(2, 0, 1), mean, order="C")
    values /= deviation
    return torch.from_numpy(values.astype(np.float32))


def to_tensor(values: Array) -> Tensor:
    """[height, width, channels] to [channels, height, width]; classes as they are."""
    if values.ndim == 2 and values.dtype == np.int64:
        return torch.from_numpy(np.ascontiguousarray(values))
    first = values[None] if values.ndim == 2 else values.transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(first, np.float32))
`;

/** For heat maps: where positions are between pixels, none may have the pixel of a point. */
export const alignPeaksText = `def align_target(fit: Fit, name: str, target: Tensor) -> Tensor:
    """At the positions of an output; of points, the nearest to each gets its value."""
    aligned = fit.align(name, target)
    if name not in PEAKS:
        return aligned
    rows, columns = (axis.nearest(name) for axis in fit.targets)
    image, channel, y, x = torch.nonzero(target > 1 - 1e-7, as_tuple=True)
    places = torch.stack([image, channel, rows[y], columns[x]])
    known = ~aligned[tuple(places)].isnan()
    aligned[tuple(places[:, known])] = 1.0
    return aligned
`;
