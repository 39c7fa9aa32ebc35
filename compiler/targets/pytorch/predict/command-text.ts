/** The command line of `predict.py`, and the files that it writes (runtime/prediction/output/). */
export const commandText = `def normalisations_of(metadata: Mapping[str, str]) -> Dict[str, Tuple[Array, Array]]:
    """Mean and deviation of each input, of the weights' metadata."""
    first = json.loads(metadata["normalisation"])
    others = json.loads(metadata.get("other_normalisations", "{}"))
    found = {}
    for number, (name, known) in enumerate(NAMES.items()):
        one = first if number == 0 else others[known]
        mean, deviation = (np.array(one[key]) for key in ("mean", "deviation"))
        found[name] = (mean.astype(np.float32), deviation.astype(np.float32))
    return found


def eight_bits(samples: Array, full_scale: int) -> Array:
    """For the eye; floating-point samples outside 0 to 1 are stretched."""
    if samples.dtype == np.uint8:
        return samples
    black, white = 0.0, float(full_scale)
    if full_scale == 1 and (samples.min() < 0 or samples.max() > 1):
        black, white = float(samples.min()), float(samples.max())
        if black == white:
            black, white = black - 1, white + 1
    shares = (samples.astype(np.float64) - black) / (white - black)
    return np.floor(255 * shares + 0.5).astype(np.uint8)


def overlaid(shown: Array, classes: Array) -> Array:
    """The colours of the classes, half over the image."""
    base = shown.astype(np.float64)
    colours = np.array(PALETTE, np.float64)[classes]
    return np.floor(base + 0.5 * (colours - base) + 0.5).astype(np.uint8)


def bytes_of(values: Array) -> Array:
    """0 to 1 as 0 to 255; NaN is black."""
    known = np.nan_to_num(values.astype(np.float64), nan=0.0).clip(0, 1)
    return np.floor(255 * known + 0.5).astype(np.uint8)


def save_png(path: Path, samples: Array, palette: bool = False) -> None:
    """Under another name, then renamed: no half file is ever seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if samples.ndim == 3 and samples.shape[2] == 1:
        samples = samples[:, :, 0]
    image = Image.fromarray(np.ascontiguousarray(samples))
    if palette:
        image.putpalette([part for colour in PALETTE for part in colour])
    temporary = path.with_name(f"{path.name}.new")
    image.save(temporary, format="PNG")
    os.replace(temporary, path)


def save_classes(start: str, classes: Array, shown: Array, overlay: bool) -> Path:
    path = Path(f"{start}.labels.png")
    if len(PALETTE) > 255:
        save_png(path, classes.astype(np.uint16))
    else:
        save_png(path, classes.astype(np.uint8), palette=True)
    if overlay:
        save_png(Path(f"{start}.overlay.png"), overlaid(shown, classes))
    return path


def save_probabilities(start: str, probabilities: Array) -> None:
    """Grey of 16 bits, a file for each class."""
    plain = [re.sub(r"[^\\w-]+", "_", name) for name in CLASSES]
    for number, name in enumerate(plain):
        levels = probabilities[:, :, number].astype(np.float64).clip(0, 1) * 65535
        unique = name if plain.count(name) == 1 else f"{name}.{number}"
        grey = np.floor(levels + 0.5).astype(np.uint16)
        save_png(Path(f"{start}.probability-{unique}.png"), grey)


def find_images(given: Sequence[str]) -> List[str]:
    """Files, and those of folders by name."""
    found = []
    for one in given:
        if os.path.isdir(one):
            names = sorted(os.listdir(one))
            chosen = [name for name in names if name.lower().endswith(IMAGE_ENDINGS)]
            if not chosen:
                raise ValueError(f"{one} has no image files")
            found += [os.path.join(one, name) for name in chosen]
        else:
            found.append(one)
    return list(dict.fromkeys(found))


def names_of(files: Sequence[str]) -> List[str]:
    """What the files of each image are called: its name without its ending."""
    stems = []
    for file in files:
        path, number = place(os.path.basename(file))
        stem = re.sub(r"(?<=.)(\\.nii\\.gz|\\.[^.]*)$", "", path, flags=re.IGNORECASE)
        stems.append(stem if number is None else f"{stem}_{number}")
    names = [
        stem if stems.count(stem) == 1 else os.path.basename(file)
        for stem, file in zip(stems, files)
    ]
    if len(set(names)) < len(names):
        raise ValueError("two images have the same name; predict them one by one")
    return names


def predict_file(
    predictor: Predictor, file: str, start: str, options: argparse.Namespace
) -> List[Path]:
    """Writes the files of one image, and returns the first of each output."""
    picture = read_finite(file)
    images = {INPUT: read_finite(file, CHANNELS[INPUT])}
    for given in options.input:
        name, _, folder = given.partition("=")
        fields = [field for field, known in NAMES.items() if name in (field, known)]
        if fields in ([], [INPUT]):
            raise ValueError(f"the network has no other input {name}")
        other = os.path.join(folder, os.path.basename(file))
        images[fields[0]] = read_finite(other, CHANNELS[fields[0]])
COPIES    missing = [known for field, known in NAMES.items() if field not in images]
    if missing:
        raise ValueError(
            f"give the folder of the other input: --input {missing[0]}=DIR"
        )
    fit, maps = predictor.maps(
        {
            name: samples.astype(np.float64) / full_scale
            for name, (samples, full_scale) in images.items()
        }
    )
    written = []
BEFORE    for field, output in OUTPUTS.items():
TABLE        if output.picture is not None:
            values = predictor.values(fit, maps, field)
VALUES            source = picture.samples.astype(np.float64) / picture.full_scale
            path = Path(f"{start}.{output.name}.png")
            save_png(path, output.picture(values, source))
            written.append(path)
            continue
        begin = f"{start}.{output.name}" if len(OUTPUTS) > 1 else start
        classes = predictor.classes(fit, maps, field)
CLASSES        shown = eight_bits(*picture)
        shown = np.repeat(shown, 3, 2) if shown.shape[2] == 1 else shown
        written.append(save_classes(begin, classes, shown, options.overlay))
        if options.probabilities:
            save_probabilities(begin, predictor.probabilities(fit, maps, field))
AFTER    return written


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}.predict",
        description="Predicts images with the network.",
    )
    add = parser.add_argument
    add("images", nargs="+", help="image files, or folders of image files")
    add("--out", required=True, help="output folder")
    add("--weights", help="trained weights, .safetensors (default: the package's)")
    add(
        "--input",
        action="append",
        default=[],
        metavar="NAME=DIR",
        help="folder of the images for another input, with the same file names",
    )
    add(
        "--probabilities",
        action="store_true",
        help="also write NAME.probability-CLASS.png for each class",
    )
    add(
        "--no-overlay",
        dest="overlay",
        action="store_false",
        help="do not write NAME.overlay.png",
    )
    add("--device", default="cpu", help="cpu, cuda or mps (default: cpu)")
    add(
        "--tile",
        type=int,
        default=2048,
        help="longest side that is predicted whole, in pixels; larger images are "
        "predicted in tiles (default: 2048)",
    )
    options = parser.parse_args(arguments)
    own = Path(__file__).with_name("weights.safetensors")
    weights = own if options.weights is None else Path(options.weights)
    try:
        if not weights.exists():
            raise ValueError(
                f"{weights} does not exist; give trained weights: --weights"
            )
        files = find_images(options.images)
        predictor = Predictor(weights, options.device, options.tile)
        for file, name in zip(files, names_of(files)):
            start = os.path.join(options.out, name)
            for path in predict_file(predictor, file, start, options):
                print(path)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
`;
