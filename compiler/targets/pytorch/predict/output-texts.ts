/** What `predict.py` makes of outputs that are no classes of pixels, in Python (runtime/targets/, runtime/prediction/output/). */

/** Where an input takes the image of another. */
export const copyText = `    for name in COPIES:
        if name not in images:
            images[name] = read_finite(file, CHANNELS[name])
`;

/** In `predict_file`: the file of an output of the whole image. */
export const tableCall = `        if output.classes:
            path = Path(f"{start}.{output.name}.csv")
            save_table(path, maps[field], output.classes)
            written.append(path)
            continue
`;

export const tableText = `def save_table(path: Path, output: Tensor, classes: Sequence[str]) -> None:
    """The classes of the whole image, the most probable first."""
    values = output.flatten().tolist()
    probabilities = [1 - values[0], values[0]] if len(values) == 1 else values
    rows = sorted(zip(classes, probabilities), key=lambda row: -row[1])
    save_lines(
        path, ["class,probability", *(f"{name},{value:.6f}" for name, value in rows)]
    )
`;

export const linesText = `def save_lines(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text("\\n".join(lines) + "\\n", encoding="utf-8")
    os.replace(temporary, path)
`;

/** In `predict_file`: what `save_objects` takes. @param background the class that is no object; -1: none is called so */
export function keepText(background: number) {
  return {
    before: `    shown_values: Dict[str, Array] = {}
    outside: Optional[Array] = None
`,
    values: `            shown_values[field] = values
`,
    classes:
      background < 0
        ? ""
        : `        outside = classes == ${background} if outside is None else outside
`,
    after: `    save_objects(start, shown_values, outside)
`,
  };
}

/** Of outputs that are centres, and of offsets to them. */
export const objectsText = `def save_objects(
    start: str, values: Mapping[str, Array], outside: Optional[Array]
) -> None:
    """The points of heat maps, and the number of the object of each pixel."""
    centres: Optional[List[Peak]] = None
    for field, (threshold, radius, names) in POINTS.items():
        peaks = peaks_in(values[field].transpose(2, 0, 1), threshold, radius)
        centres = peaks if centres is None else centres
        save_points(Path(f"{start}.{OUTPUTS[field].name}.csv"), peaks, names)
    for field, (unit, distance) in OWNERS.items():
        numbers = grouped_pixels(values[field], centres or [], unit, distance)
        if outside is not None:
            numbers[outside] = 0
        save_png(Path(f"{start}.{OUTPUTS[field].name}.objects.png"), numbers)


def save_points(
    path: Path, peaks: Sequence[Peak], names: Optional[Sequence[str]]
) -> None:
    """As the target reads them."""
    lines = ["number,x,y,score" if names is None else "number,x,y,class,score"]
    for number, (row, column, channel, score) in enumerate(peaks, 1):
        name = "" if names is None else f"{names[channel]},"
        lines.append(f"{number},{column + 0.5},{row + 0.5},{name}{score:.4f}")
    save_lines(path, lines)


def grouped_pixels(
    offsets: Array, peaks: Sequence[Peak], unit: float, distance: float
) -> Array:
    """The number of the centre nearest to where each offset leads, from 1; 0: none.

    Cheng et al. 2020, section 3.3.
    """
    height, width = offsets.shape[:2]
    exact = offsets.astype(np.float64)
    y = np.arange(height)[:, None] + unit * exact[:, :, 0]
    x = np.arange(width) + unit * exact[:, :, 1]
    numbers = np.zeros((height, width), np.uint16)
    nearest = np.full((height, width), np.inf)
    for number, (row, column, *_) in enumerate(peaks[:65535], 1):
        away = np.hypot(row - y, column - x)
        nearer = (away <= distance) & (away < nearest)
        numbers[nearer] = number
        nearest[nearer] = away[nearer]
    return numbers
`;

export const pictureTexts = {
  heat_picture: `def heat_picture(values: Array, image: Array) -> Array:
    """The largest over the classes."""
    return bytes_of(values.max(2, keepdims=True))
`,
  offset_picture: `def offset_picture(unit: float) -> Draw:
    """The colour is the direction, black no offset, full colour 32 pixels and more."""

    def picture(values: Array, image: Array) -> Array:
        down, right = (values[:, :, i, None].astype(np.float64) for i in range(2))
        strength = np.minimum(1, unit * np.hypot(down, right) / 32)
        turned = np.arctan2(down, right) - 2 * np.pi * np.arange(3) / 3
        levels = np.floor(127.5 * strength * (1 + np.cos(turned)) + 0.5)
        return np.where(strength > 0, levels, 0).astype(np.uint8)

    return picture
`,
  grey_picture: `def grey_picture(values: Array, image: Array) -> Array:
    """The last channel."""
    return bytes_of(values[:, :, -1:])
`,
  colour_picture: `def colour_picture(values: Array, image: Array) -> Array:
    return bytes_of(values)
`,
  depth_picture: `def depth_picture(unit: float, log: bool) -> Draw:
    """Grey of 16 bits in the unit of the target's files; 0: not known."""

    def picture(values: Array, image: Array) -> Array:
        exact = values.astype(np.float64)
        steps = (np.exp(exact) if log else exact) / unit
        known = np.nan_to_num(steps.clip(0, 65535), nan=0.0)
        return np.floor(known + 0.5).astype(np.uint16)

    return picture
`,
  normals_picture: `def normals_picture(values: Array, image: Array) -> Array:
    """127.5 (n + 1) of the unit vector."""
    exact = values.astype(np.float64)
    length = np.sqrt((exact**2).sum(2, keepdims=True))
    units = exact / np.where(length > 0, length, 1)
    levels = np.floor(127.5 * (units + 1) + 0.5)
    return np.where(length > 0, levels, 0).astype(np.uint8)
`,
  chroma_picture: `def chroma_picture(values: Array, image: Array) -> Array:
    """a* and b* over 100, with the lightness of the image."""
    shown = np.repeat(image, 3, 2) if image.shape[2] == 1 else image
    lab = lab_of(shown)
    lab[:, :, 1:] = 100 * values.astype(np.float64)
    return bytes_of(rgb_of(lab))
`,
} as const;
