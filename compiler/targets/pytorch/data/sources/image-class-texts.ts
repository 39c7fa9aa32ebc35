/** The class of a whole image, in Python (runtime/data/layers/image-class.ts, runtime/data/annotations/class-list.ts). */
export const imageClassTexts = {
  ImageClass: `class ImageClass(NamedTuple):
    """One class for the whole image, at every pixel of it."""

    names: Tuple[str, ...]
    # The pattern of CSV files; None: the nearest folder that is called as a class.
    own: Optional[str] = None

    def read(self, pair: Pair) -> Layer:
        name, where = self.found(pair)
        if name not in self.names:
            classes = ", ".join(self.names)
            raise ValueError(f'{where}: "{name}" is not one of {classes}')
        number = np.int16(self.names.index(name))
        return Layer(np.broadcast_to(number, read_size(pair.image)))

    def found(self, pair: Pair) -> Tuple[str, str]:
        """The name of the class, and what says so."""
        if self.own is not None:
            return class_in_list(file_of(pair, self.own), pair)
        folders = os.path.dirname(os.path.abspath(pair.image))
        for folder in reversed(re.split(r"[\\\\/]", folders)):
            if folder in self.names:
                return folder, pair.image
        raise ValueError(f"{pair.image} is not in a folder named after a class")

    def resample(self, layer: Layer, canvas: Canvas) -> Array:
        return np.full(canvas.wanted, layer.values[0, 0], np.int64)
`,
  class_in_list: `def class_in_list(file: str, pair: Pair) -> Tuple[str, str]:
    """Named by what the stars match, by the file, or by that without its ending."""
    listed = read_classes(file, os.stat(file).st_mtime_ns)
    own = os.path.basename(pair.image)
    for key in (pair.name, own, re.sub(r"\\.[^.]*$", "", own)):
        if key in listed:
            name, line = listed[key]
            return name, f"{file}:{line}"
    raise ValueError(f"{file} has no line for {pair.image}")


@lru_cache(maxsize=None)
def read_classes(file: str, changed: int) -> Dict[str, Tuple[str, int]]:
    """By image its class, and the line that says so; the first line names columns."""
    head, *lines = Path(file).read_text("utf-8-sig").split("\\n")
    sign = separator_of(head)
    columns = [name.lower() for name in fields_of(head, sign)]
    if "image" not in columns or "class" not in columns:
        raise ValueError(f"{file}:1: the columns image and class are missing")
    places = (columns.index("image"), columns.index("class"))
    listed: Dict[str, Tuple[str, int]] = {}
    for number, line in enumerate(lines, 2):
        if line.strip() == "":
            continue
        fields = fields_of(line, sign) + [""] * len(columns)
        image, name = (fields[place] for place in places)
        if image == "" or name == "":
            raise ValueError(f"{file}:{number}: expected an image and its class")
        if listed.get(image, (name, 0))[0] != name:
            other, before = listed[image]
            raise ValueError(
                f"{file}:{number}: {image} is {name} here, and {other} in line {before}"
            )
        listed[image] = (name, number)
    return listed
`,
  separator_of: `def separator_of(head: str) -> str:
    """Of the fields of a CSV file, by its first line."""
    return next((sign for sign in (",", "\\t", ";") if sign in head), ",")


def fields_of(line: str, sign: str) -> List[str]:
    """Without the spaces and quotes around them."""
    fields = (field.strip() for field in line.split(sign))
    return [re.sub(r'^"(.*)"$', r"\\1", field) for field in fields]
`,
} as const;
