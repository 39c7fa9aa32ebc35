/** COCO and nnU-Net in Python (runtime/data/formats/coco.ts, nnunet.ts, runtime/data/annotations/). */
export const annotationTexts = {
  coco: `class Annotations(NamedTuple):
    """What a file of COCO annotations and the folder of its images hold."""

    pairs: Pairs
    # Categories by name, as the program writes names.
    categories: Dict[str, int]


def find_coco(
    root: Path,
    train: Tuple[str, str],
    validate: Union[Share, Tuple[str, str]],
    test: Union[Share, Tuple[str, str]] = NOTHING,
) -> Splits:
    """A file of annotations and the folder of its images, for each split."""
    splits = split_pairs(
        read_coco(root, *train).pairs,
        validate if isinstance(validate, Share) else NOTHING,
        test if isinstance(test, Share) else NOTHING,
    )
    if not isinstance(validate, Share):
        splits = splits._replace(validate=read_coco(root, *validate).pairs)
    if not isinstance(test, Share):
        splits = splits._replace(test=read_coco(root, *test).pairs)
    return splits


def read_coco(root: Path, annotations: str, images: str) -> Annotations:
    """Larger objects are drawn before smaller ones, and groups before both."""
    path = root / annotations
    content = json.loads(path.read_text("utf-8"))
    names = {one["id"]: one["name"] for one in content["categories"]}
    shapes: Dict[int, List[Tuple[float, Shape]]] = {}
    for one in content["annotations"]:
        shape = shape_of(one, path, names)
        if shape is not None:
            area = math.inf if shape.crowd else float(one.get("area", 0))
            shapes.setdefault(one["image_id"], []).append((area, shape))
    pairs = []
    for image in content["images"]:
        drawn = sorted(shapes.get(image["id"], []), key=lambda shape: -shape[0])
        drawing = (image["height"], image["width"], [shape for _, shape in drawn])
        name = image["file_name"]
        pairs.append(
            Pair(
                re.sub(r"\\.[^./]*$", "", name),
                str(root / images / name),
                str(path),
                drawing=drawing,
            )
        )
    categories = {in_words(one["name"]): one["id"] for one in content["categories"]}
    return Annotations(pairs, categories)


class Shape(NamedTuple):
    """Polygons, or the lengths of runs."""

    value: int
    polygons: List[List[float]]
    runs: Optional[List[int]]
    # Whether it is a group, whose objects are not told apart.
    crowd: bool
    category: Optional[str]


def shape_of(
    annotation: Any, path: Path, names: Mapping[int, str]
) -> Optional[Shape]:
    """None: it has no pixels."""
    shape, value = annotation.get("segmentation"), annotation["category_id"]
    kind = (annotation.get("iscrowd") == 1, names.get(value))
    if isinstance(shape, list):
        polygons = [corners for corners in shape if len(corners) >= 6]
        return Shape(value, polygons, None, *kind) if polygons else None
    if shape is None:
        return None
    counts = shape.get("counts")
    if isinstance(counts, str):
        return Shape(value, [], runs_of(counts), *kind)
    if isinstance(counts, list):
        return Shape(value, [], counts, *kind)
    raise ValueError(f"{path}: annotation {annotation.get('id')} has no segmentation")


def runs_of(text: str) -> List[int]:
    """Run lengths in characters of five bits (COCO API, maskApi.c)."""
    runs: List[int] = []
    value, shift = 0, 0
    for character in text:
        bits = ord(character) - 48
        value += (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value, shift = 0, 0
    return runs


def coco_values(
    root: Path, train: Tuple[str, str], classes: Sequence[str], ignore: Sequence[int]
) -> Dict[Union[int, str], int]:
    """A class is the category of its name; the first may be everything else."""
    categories = read_coco(root, *train).categories
    values: Dict[Union[int, str], int] = {value: -1 for value in ignore}
    named = [categories.get(in_words(name)) for name in classes]
    unknown = [name for name, one in zip(classes[1:], named[1:]) if one is None]
    if unknown:
        raise ValueError(f"{root / train[0]} has no category {', '.join(unknown)}")
    rest = 0 if named[0] is None else -1
    for value in (0, *categories.values()):
        values[value] = rest
    for number, one in enumerate(named):
        if one is not None:
            values[one] = number
    return values
`,
  in_words: `def in_words(name: str) -> str:
    """As programs write a name: "traffic light" is traffic_light."""
    return re.sub(r"\\W+", "_", name.lower(), flags=re.ASCII)
`,
  nnunet: `def find_nnunet(
    root: Path,
    channel: int,
    labelled: bool,
    validate: Share,
    test: Union[Share, str] = NOTHING,
    own: Sequence[Patterns] = (),
) -> Splits:
    """The raw data sets of nnU-Net; volumes slice by slice."""
    ending = dataset_of(root)[0]
    volumes = (
        re.search(r"\\.(nii|nii\\.gz|npy|tiff?)$", ending, re.IGNORECASE) is not None
    )

    def pairs_of(name: str, split: str) -> Pairs:
        images = f"images{name}/*_{channel:04d}{ending}"
        labels = f"labels{name}/*{ending}" if labelled else None
        pairs = pair_files(root, images, labels, volumes)
        return pair_own(pairs, root, own, split, volumes)

    splits = split_pairs(
        pairs_of("Tr", "train"), validate, test if isinstance(test, Share) else NOTHING
    )
    if isinstance(test, str):
        splits = splits._replace(test=pairs_of(test, "test"))
    return splits


def dataset_of(root: Path) -> Tuple[str, Dict[str, int]]:
    """The ending of its files, and values by label, of dataset.json."""
    content = json.loads((root / "dataset.json").read_text("utf-8"))
    labels = {}
    for key, value in content["labels"].items():
        if isinstance(value, int):
            labels[key] = value
        elif isinstance(value, str) and key.isdigit():
            labels[value] = int(key)
        else:
            raise ValueError(f"the label {key} is a region of several values")
    return content.get("file_ending", ".nii.gz"), labels


def nnunet_values(root: Path, classes: Sequence[str]) -> Dict[Union[int, str], int]:
    """By name; classes without names take the labels in the order of their values."""
    labels = dataset_of(root)[1]
    ignored = labels.pop("ignore", None)
    values: Dict[Union[int, str], int] = {} if ignored is None else {ignored: -1}
    words = {in_words(name): value for name, value in labels.items()}
    ordered = sorted(labels.values())
    for number, name in enumerate(classes):
        if in_words(name) in words:
            values[words[in_words(name)]] = number
        elif name.startswith("class ") and len(ordered) == len(classes):
            values[ordered[number]] = number
        else:
            raise ValueError(f"dataset.json has no label {name}")
    return values
`,
} as const;
