/** What is read of an image, in Python (runtime/data/layers/). */
export const sourceTexts = {
  Image: `class Image(NamedTuple):
    """Samples from 0 to 1."""

    channels: int
    # The pattern of files of its own; None: the images of the data.
    own: Optional[str] = None

    def read(self, pair: Pair) -> Layer:
        return Layer(*read_finite(file_of(pair, self.own), self.channels))

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        return resample_smoothly(layer.values, layer.full_scale, canvas)
`,
  Classes: `class Classes(NamedTuple):
    """The class of each pixel, -1: ignored."""

    values: Values
    # Values below this that are not declared are classes themselves.
    direct: int = 0
    instances: bool = False
    border: int = 0

    def read(self, pair: Pair) -> Layer:
        return Layer(classes_of(self.label(pair), self, pair))

    def label(self, pair: Pair) -> LabelImage:
        if pair.drawing is not None:
            height, width, shapes = pair.drawing
            return drawn((height, width, [one[:3] for one in shapes]))
        if pair.objects:
            return merged(*read_objects(pair.objects), self.border)
        if pair.label is None:
            raise ValueError(f"{pair.image} has no label")
        label = read_label(pair.label)
        return merged(label.values, None, self.border) if self.instances else label

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        return resample_nearest(layer.values, canvas, -1).astype(np.int64)


def classes_of(label: LabelImage, classes: Classes, pair: Pair) -> Array:
    """Raises ValueError for values that belong to no class."""
    stored, places = np.unique(label.values, return_inverse=True)
    table = np.array([class_of(int(value), label, classes) for value in stored])
    if (table == -2).any():
        unknown = ", ".join(
            f"#{value:06x}" if label.kind == "colour" else str(value)
            for value in stored[table == -2][:8]
        )
        raise ValueError(f"{pair.label}: values that belong to no class: {unknown}")
    found: Array = table[places].reshape(label.values.shape)
    return found.astype(np.int16)


def class_of(value: int, label: LabelImage, classes: Classes) -> int:
    """-1: ignored, -2: of no class."""
    level: Optional[int] = value
    colour: Optional[int] = value
    if label.kind == "colour":
        level = value & 255 if value == (value & 255) * 0x010101 else None
    elif label.kind == "palette":
        colour = label.palette[value] if value < len(label.palette) else None
    else:
        colour = value * 0x010101 if value <= 255 else None
    if level is not None and level in classes.values:
        return classes.values[level]
    if colour is not None and f"#{colour:06x}" in classes.values:
        return classes.values[f"#{colour:06x}"]
    return level if level is not None and level < classes.direct else -2
`,
  merged: `def read_objects(files: Tuple[str, ...]) -> Tuple[Array, Array]:
    """The number of the object at each pixel, 0: none; and where two overlap."""
    owner = (read_label(files[0]).values != 0).astype(np.int64)
    overlap = np.zeros(owner.shape, bool)
    for number, file in enumerate(files[1:], 2):
        inside = read_label(file).values != 0
        if inside.shape != owner.shape:
            raise ValueError(f"{file} has another size than {files[0]}")
        overlap |= inside & (owner != 0)
        owner[inside] = number
    return owner, overlap


def merged(owner: Array, overlap: Optional[Array], border: int) -> LabelImage:
    """0 outside objects, 1 inside, 2 where two meet, 3 near the edge of one."""
    height, width = owner.shape
    edge = np.zeros(owner.shape, bool)
    meets = np.zeros(owner.shape, bool) if overlap is None else overlap.copy()
    for here, there in neighbours(height, width, 1):
        differs = owner[here] != owner[there]
        edge[here] |= differs
        meets[here] |= differs & (owner[here] != 0) & (owner[there] != 0)
    values = (owner != 0).astype(np.int64)
    if border > 0:
        near = np.zeros(owner.shape, bool)
        for here, there in neighbours(height, width, border):
            near[there] |= edge[here] & (owner[here] != owner[there])
        values[near & (owner != 0)] = 3
    values[meets] = 2
    return LabelImage("grey", values, [])


def neighbours(
    height: int, width: int, reach: int
) -> List[Tuple[Tuple[slice, slice], Tuple[slice, slice]]]:
    """Pairs of parts of an image, a move of up to so many pixels apart."""

    def parts(move: int, size: int) -> Tuple[slice, slice]:
        here = slice(max(0, -move), min(size, size - move))
        return here, slice(max(0, move), min(size, size + move))

    moves = range(-reach, reach + 1)
    pairs = []
    for down in moves:
        for right in moves:
            if abs(down) < height and abs(right) < width and (down or right):
                rows, columns = parts(down, height), parts(right, width)
                pairs.append(((rows[0], columns[0]), (rows[1], columns[1])))
    return pairs
`,
  drawn: `def drawn(drawing: Any) -> LabelImage:
    """Shapes (value, polygons, runs), later ones over earlier ones, 0 where none is."""
    height, width, shapes = drawing
    values = np.zeros((height, width), np.int64)
    for value, polygons, runs in shapes:
        if runs is None:
            for corners in polygons:
                fill_polygon(corners, value, values)
            continue
        columns = np.zeros(height * width, bool)
        at = 0
        for number, length in enumerate(runs):
            if number % 2 == 1:
                columns[at : at + length] = True
            at += length
        values[columns.reshape(width, height).T] = value
    return LabelImage("grey", values, [])


def fill_polygon(corners: List[float], value: int, values: Array) -> None:
    """The pixels whose centres are inside, by the even-odd rule."""
    height, width = values.shape
    x, y = corners[0::2], corners[1::2]
    x = x[: len(y)]
    for row in range(max(0, math.ceil(min(y) - 0.5)), math.ceil(min(height, max(y)))):
        centre = row + 0.5
        crossings = []
        for x0, y0, x1, y1 in zip(x, y, x[1:] + x[:1], y[1:] + y[:1]):
            if (y0 <= centre) != (y1 <= centre):
                crossings.append(x0 + (centre - y0) / (y1 - y0) * (x1 - x0))
        crossings.sort()
        for left, right in zip(crossings[0::2], crossings[1::2]):
            start = max(0, math.ceil(left - 0.5))
            values[row, start : max(start, min(width, math.ceil(right - 0.5)))] = value
`,
  Boundaries: `class Boundaries(NamedTuple):
    """1 where a grey image is at least half of white, -1: unknown."""

    own: Optional[str] = None

    def read(self, pair: Pair) -> Layer:
        file = pair.label if self.own is None else file_of(pair, self.own)
        if file is None:
            raise ValueError(f"{pair.image} has no label")
        samples, full_scale = read_finite(file, 1)
        return Layer((samples[:, :, 0] >= full_scale / 2).astype(np.int16))

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        return resample_nearest(layer.values, canvas, -1).astype(np.int64)
`,
  Depth: `class Depth(NamedTuple):
    """Depth or its natural logarithm; NaN where it is not known.

    Enlarging by s divides depth by s (Eigen et al. 2014, section 3.3).
    """

    own: str
    unit: float
    missing: Optional[int]
    log: bool

    def read(self, pair: Pair) -> Layer:
        file = file_of(pair, self.own)
        samples, _ = read_picture(file)
        if samples.shape[2] != 1:
            raise ValueError(f"{file}: depth is read from grey images")
        values = samples.astype(np.float64) * self.unit
        with np.errstate(invalid="ignore", divide="ignore"):
            known = (values > 0) & (values < np.inf)
            if self.missing is not None:
                known &= samples != self.missing
            shown = np.where(known, np.log(values) if self.log else values, np.nan)
        return Layer(shown.astype(np.float32))

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        values = resample_nearest(layer.values, canvas, np.nan)
        scale = canvas.enlargement()
        if scale == 1:
            return values
        exact = values.astype(np.float64)
        changed = exact - math.log(scale) if self.log else exact / scale
        return changed.astype(np.float32)
`,
  Normals: `class Normals(NamedTuple):
    """Unit vectors, x to the right, y up, z towards the viewer; NaN: not known."""

    own: str

    def read(self, pair: Pair) -> Layer:
        samples, full_scale = read_integers(file_of(pair, self.own), "normals")
        vectors = samples.astype(np.float64) / (full_scale / 2) - 1
        lengths = np.sqrt((vectors**2).sum(2, keepdims=True))
        # Shorter vectors have no direction: 8 bits move a unit vector by 0.01.
        unknown = (lengths < 0.5) | (samples == 0).all(2, keepdims=True)
        with np.errstate(invalid="ignore"):
            units = np.where(unknown, np.nan, vectors / lengths)
        return Layer(units.astype(np.float32))

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        values = resample_nearest(layer.values, canvas, np.nan)
        yy, yx, xy, xx = canvas.similarity
        scale = canvas.enlargement()
        if scale == 1 and yy == 1 and xx == 1:
            return values
        right = values[:, :, 0].astype(np.float64)
        down = -values[:, :, 1].astype(np.float64)
        turned = values.copy()
        turned[:, :, 0] = scale * (yx * down + xx * right)
        turned[:, :, 1] = -scale * (yy * down + xy * right)
        return turned
`,
  Chroma: `class Chroma(NamedTuple):
    """a* and b* of CIELAB (D65), divided by 100, of the images of the data."""

    def read(self, pair: Pair) -> Layer:
        samples, full_scale = read_integers(pair.image, "colours")
        lab = lab_of(samples.astype(np.float64) / full_scale)
        return Layer((lab[:, :, 1:] / 100).astype(np.float32))

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        return resample_smoothly(layer.values, 1, canvas)
`,
  file_of: `def file_of(pair: Pair, own: Optional[str]) -> str:
    """The image of the data, or a file of a pattern of its own."""
    if own is None:
        return pair.image
    if pair.own is None:
        raise ValueError(f"{pair.image} has no file for {own}")
    return pair.own[own]
`,
} as const;
