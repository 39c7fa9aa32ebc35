/** How each format of data is opened, in Python (runtime/data/formats/). */
export const formatTexts = {
  find_folder: `def find_folder(
    root: Path,
    images: str,
    labels: Optional[str],
    validate: Union[Share, Tuple[str, Optional[str]]],
    test: Union[Share, Tuple[str, Optional[str]]] = NOTHING,
    own: Sequence[Patterns] = (),
    objects: bool = False,
    slices: bool = False,
) -> Splits:
    """Images below a folder, paired with their labels by the stars of both patterns."""

    def pairs_of(split: str, images: str, labels: Optional[str]) -> Pairs:
        if objects and labels is not None:
            pairs = pair_objects(root, images, labels)
        else:
            pairs = pair_files(root, images, labels, slices)
        return pair_own(pairs, root, own, split, slices)

    splits = split_pairs(
        pairs_of("train", images, labels),
        validate if isinstance(validate, Share) else NOTHING,
        test if isinstance(test, Share) else NOTHING,
    )
    if not isinstance(validate, Share):
        splits = splits._replace(validate=pairs_of("validate", *validate))
    if not isinstance(test, Share):
        splits = splits._replace(test=pairs_of("test", *test))
    return splits
`,
  pair_objects: `def pair_objects(root: Path, images: str, objects: str) -> Pairs:
    """Images, and the files of their objects; the last star matches the object."""
    groups: Dict[str, List[str]] = {}
    for key, file in files_of(root, objects).items():
        group, slash, _ = key.rpartition("/")
        if slash == "":
            raise ValueError(f"{objects} needs two stars, for the image and the object")
        groups.setdefault(group, []).append(file)
    pairs = []
    for name, image in files_of(root, images).items():
        group = name
        while group not in groups and "/" in group:
            group = group.rpartition("/")[0]
        if group not in groups:
            raise ValueError(f"{image} has no object files of its own")
        files = groups.pop(group)
        pairs.append(Pair(name, image, str(Path(files[0]).parent), tuple(files)))
    if groups:
        lost = next(iter(groups.values()))[0]
        raise ValueError(f"the objects in {Path(lost).parent} have no image")
    return pairs
`,
  find_list: `def find_list(
    root: Path, name: str, validate: Union[Share, str], test: Union[Share, str]
) -> Splits:
    """The pairs of a list, and of those of the other splits beside it."""
    splits = split_pairs(
        read_list(root / name),
        validate if isinstance(validate, Share) else NOTHING,
        test if isinstance(test, Share) else NOTHING,
    )
    if isinstance(validate, str):
        splits = splits._replace(validate=read_list(root / validate))
    if isinstance(test, str):
        splits = splits._replace(test=read_list(root / test))
    return splits
`,
  read_list: `def read_list(file: Path) -> Pairs:
    """An image and its label on each line, relative to the file."""
    pairs = []
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1):
        text = line.strip()
        if text == "" or text.startswith("#"):
            continue
        signs = r"\\t+" if "\\t" in text else "," if "," in text else r"\\s+"
        fields = [field.strip() for field in re.split(signs, text)]
        if len(fields) != 2 or "" in fields:
            raise ValueError(
                f"{file}:{number}: expected an image and its label: {text}"
            )
        image, label = (os.path.abspath(file.parent / field) for field in fields)
        pairs.append(Pair(fields[0], image, label))
    if not pairs:
        raise ValueError(f"the list {file} has no pairs")
    return pairs
`,
  find_sets: `def find_sets(
    pairs_of: Callable[[str], Pairs],
    train: str,
    validate: Union[Share, str],
    test: Union[Share, str],
) -> Splits:
    """Data that comes in named sets, of which parts are taken or drawn."""
    splits = split_pairs(
        pairs_of(train),
        validate if isinstance(validate, Share) else NOTHING,
        test if isinstance(test, Share) else NOTHING,
    )
    if isinstance(validate, str):
        splits = splits._replace(validate=pairs_of(validate))
    if isinstance(test, str):
        splits = splits._replace(test=pairs_of(test))
    return splits
`,
  read_voc: `def read_voc(root: Path, name: str, labels: str) -> Pairs:
    """The images that ImageSets/Segmentation/NAME.txt names."""
    file = root / "ImageSets" / "Segmentation" / f"{name}.txt"
    names = file.read_text().split()
    if not names:
        raise ValueError(f"the list {file} is empty")
    return [
        Pair(
            one,
            str(root / "JPEGImages" / f"{one}.jpg"),
            str(root / labels / f"{one}.png"),
        )
        for one in names
    ]
`,
  read_camvid: `def read_camvid(root: Path, name: str, labelled: bool) -> Pairs:
    """The images of a folder, and their labels in the folder NAMEannot."""
    labels = f"{name}annot/{IMAGES}" if labelled else None
    return pair_files(root, f"{name}/{IMAGES}", labels)
`,
  read_cityscapes: `def read_cityscapes(root: Path, name: str, kind: str, labelled: bool) -> Pairs:
    """A folder for each city below that of the set."""
    return pair_files(
        root,
        f"leftImg8bit/{name}/*/*_leftImg8bit.png",
        f"{kind}/{name}/*/*_{kind}_labelIds.png" if labelled else None,
    )
`,
  layout: `BOTH = [
    (images, labels)
    for images in ("images", "image", "imgs", "img")
    for labels in ("labels", "label", "masks", "mask", "annotations")
]
SPLITS = ("train", "val", "test")
LAYOUTS: List[Dict[str, Tuple[str, str]]] = (
    [{s: (f"{i}/{s}", f"{l}/{s}") for s in SPLITS} for i, l in BOTH]
    + [{s: (f"{s}/{i}", f"{s}/{l}") for s in SPLITS} for i, l in BOTH]
    + [{s: (s, f"{s}annot") for s in SPLITS}]
    + [{"train": both} for both in BOTH]
)


def find_layout(root: Path, validate: Share, test: Share = NOTHING) -> Splits:
    """Images and labels in usual folders: images/train and labels/train, or others."""

    def there(folders: Tuple[str, str]) -> bool:
        return all((root / folder).is_dir() for folder in folders)

    def pairs(name: str) -> Pairs:
        images, labels = layout[name]
        return pair_files(root, f"{images}/{IMAGES}", f"{labels}/{IMAGES}")

    for layout in LAYOUTS:
        needed = [layout[name] for name in ("train", "val") if name in layout]
        if all(there(folders) for folders in needed):
            tested = "test" in layout and there(layout["test"])
            splits = split_pairs(
                pairs("train"),
                NOTHING if "val" in layout else validate,
                NOTHING if tested else test,
            )
            if "val" in layout:
                splits = splits._replace(validate=pairs("val"))
            return splits._replace(test=pairs("test")) if tested else splits
    raise ValueError(f"{root} has no images and labels in a known layout")
`,
} as const;
