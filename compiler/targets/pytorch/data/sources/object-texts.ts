/** The objects of an image, their centres and the offsets to them, in Python (runtime/data/objects/, layers/centres.ts, layers/offsets.ts). */
export const objectTexts = {
  Centres: `class Centres(NamedTuple):
    """Heat maps of the centres of objects, one for each class; NaN: not known."""

    deviation: float
    # The names of the classes; None: one channel has every object.
    names: Optional[Tuple[str, ...]] = None
    own: Optional[str] = None

    def read(self, pair: Pair) -> Layer:
        objects = objects_of(pair, self.own)
        centres = {}
        for number, centre in objects.centres.items():
            channel = self.channel(centre)
            if channel is not None:
                centres[number] = (centre.y, centre.x, channel)
        owner = objects.owner
        if owner is None or not (owner < 0).any():
            owner = np.broadcast_to(np.int64(0), objects.size)
        return Layer(owner, 1, centres)

    def channel(self, centre: Centre) -> Optional[int]:
        """None: an annotation of a category that is not learned."""
        if self.names is None:
            return 0
        if centre.name in self.names:
            return self.names.index(centre.name)
        if centre.name is not None and self.own is None:
            return None
        if centre.name is None:
            raise ValueError(f"{centre.where}: the objects have no class")
        known = ", ".join(self.names)
        raise ValueError(f'{centre.where}: "{centre.name}" is not one of {known}')

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        numbers = resample_nearest(layer.values, canvas, -1)
        known = np.where(numbers >= 0, 0, np.nan).astype(np.float32)
        heat = np.repeat(known[:, :, None], len(self.names or (0,)), 2)
        for number, point in placed_centres(canvas, layer.centres).items():
            channel = layer.centres[number][2]
            draw_gaussian(heat[:, :, channel], point, self.deviation)
        return heat


def draw_gaussian(heat: Array, point: Point, deviation: float) -> None:
    """The larger of it and what is there; the pixel that has the point gets 1."""
    height, width = heat.shape
    y, x = point
    row, column = math.floor(y), math.floor(x)
    # A point on the lower or right edge of its image belongs to the last pixel.
    if 0 <= y <= height and 0 <= x <= width:
        row, column = min(row, height - 1), min(column, width - 1)
    # Beyond three deviations it is 0.
    far = math.ceil(3 * deviation)
    rows = np.arange(max(0, row - far), min(height, row + far + 1))[:, None]
    columns = np.arange(max(0, column - far), min(width, column + far + 1))
    squares = (rows - row) ** 2 + (columns - column) ** 2
    values = np.exp(-squares / (2 * deviation * deviation)) * (squares <= far * far)
    before = heat[rows, columns]
    heat[rows, columns] = np.where(values > before, values, before)
`,
  Offsets: `class Offsets(NamedTuple):
    """From each pixel of an object to its centre, down and to the right; NaN: of none."""

    # Pixels that 1 means.
    unit: float
    own: Optional[str] = None

    def read(self, pair: Pair) -> Layer:
        objects = objects_of(pair, self.own)
        if objects.owner is None:
            raise ValueError(
                f"{pair.image}: offsets are read from images that number the objects, "
                "and these are points"
            )
        centres = {
            number: (centre.y, centre.x, 0)
            for number, centre in objects.centres.items()
        }
        return Layer(objects.owner, 1, centres)

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        numbers = resample_nearest(layer.values, canvas, 0)
        found = np.full((*numbers.shape, 2), np.nan, np.float32)
        for number, (y, x) in placed_centres(canvas, layer.centres).items():
            rows, columns = np.nonzero(numbers == number)
            found[rows, columns, 0] = (y - rows - 0.5) / self.unit
            found[rows, columns, 1] = (x - columns - 0.5) / self.unit
        return found
`,
  objects_of: `class Centre(NamedTuple):
    """In pixels; the centre of the first pixel is at 0.5."""

    y: float
    x: float
    # Of its class; None: the file does not say.
    name: Optional[str]
    # What says so.
    where: str


class Objects(NamedTuple):
    """Of one image."""

    size: Tuple[int, int]
    # The number of the object of each pixel, 0: none, -1: not known. None: points.
    owner: Optional[Array]
    centres: Mapping[int, Centre]


def objects_of(pair: Pair, own: Optional[str]) -> Objects:
    """Of a file of their own, or of what the labels are made of."""
    if own is not None:
        file = file_of(pair, own)
        if re.search(r"\\.(csv|tsv|txt)$", file, re.IGNORECASE):
            return points_of(pair, file)
        return with_centres(read_label(file).values, file)
    if pair.drawing is not None:
        height, width, shapes = pair.drawing
        numbered = [
            (-1 if one.crowd else number, one.polygons, one.runs)
            for number, one in enumerate(shapes, 1)
        ]
        names = [None, *(one.category for one in shapes)]
        owner = drawn((height, width, numbered)).values
        return with_centres(owner, pair.label or pair.image, names)
    if pair.objects:
        return with_centres(read_objects(pair.objects)[0], pair.label or pair.image)
    if pair.label is None:
        raise ValueError(f"{pair.image} has no label")
    return with_centres(read_label(pair.label).values, pair.label)


def with_centres(
    owner: Array, where: str, names: Optional[List[Optional[str]]] = None
) -> Objects:
    """The centre of an object is the mean of its pixels."""
    rows, columns = np.nonzero(owner > 0)
    numbers, places = np.unique(owner[rows, columns], return_inverse=True)
    counts = np.bincount(places, minlength=len(numbers))
    y, x = (np.bincount(places, at + 0.5) / counts for at in (rows, columns))
    centres = {
        int(number): Centre(
            float(y[i]), float(x[i]), None if names is None else names[number], where
        )
        for i, number in enumerate(numbers)
    }
    return Objects((owner.shape[0], owner.shape[1]), owner, centres)


def points_of(pair: Pair, file: str) -> Objects:
    """A CSV file with the columns x, y and, of several classes, class."""
    height, width = read_size(pair.image)
    head, *lines = Path(file).read_text("utf-8-sig").split("\\n")
    sign = separator_of(head)
    columns = [name.lower() for name in fields_of(head, sign)]
    if "x" not in columns or "y" not in columns:
        raise ValueError(f"{file}:1: the columns x and y are missing")
    centres: Dict[int, Centre] = {}
    for number, line in enumerate(lines, 2):
        if line.strip() == "":
            continue
        fields = dict(zip(columns, fields_of(line, sign)))
        where = f"{file}:{number}"
        try:
            x, y = float(fields["x"]), float(fields["y"])
        except (KeyError, ValueError):
            raise ValueError(f"{where}: x and y are two numbers: {line}") from None
        if not (0 <= y <= height and 0 <= x <= width):
            raise ValueError(f"{where}: the point is outside its image {pair.image}")
        centres[len(centres) + 1] = Centre(y, x, fields.get("class"), where)
    return Objects((height, width), None, centres)


def placed_centres(
    canvas: Canvas, centres: Mapping[int, Tuple[float, float, int]]
) -> Dict[int, Point]:
    """Where they are on the canvas; through a warp the pixel that comes from nearest."""
    if canvas.warp is None:
        yy, yx, xy, xx = canvas.linear
        determinant = yy * xx - yx * xy
        placed = {}
        for number, (y, x, _) in centres.items():
            down, right = y - canvas.offset[0], x - canvas.offset[1]
            placed[number] = (
                (xx * down - yx * right) / determinant,
                (yy * right - xy * down) / determinant,
            )
        return placed
    ys, xs = np.broadcast_arrays(*canvas.points(*canvas.wanted))
    steps = np.hypot(np.diff(ys, axis=1), np.diff(xs, axis=1))
    most = min(float(steps.max(initial=1.0)), 16)
    placed = {}
    for number, (y, x, _) in centres.items():
        away = np.hypot(y - ys, x - xs)
        row, column = divmod(int(away.argmin()), away.shape[1])
        if away[row, column] <= most:
            placed[number] = (row + 0.5, column + 0.5)
    return placed
`,
} as const;
