/** Files paired by their names and split, in Python (runtime/data/pair-files.ts, runtime/data/split.ts). */
export const pairingText = `@dataclass(frozen=True)
class Pair:
    """The files of one image."""

    name: str
    image: str
    label: Optional[str] = None
    # One file for each object, of which the labels are made.
    objects: Tuple[str, ...] = ()
    # What the labels are drawn from: height, width, and shapes.
    drawing: Any = None
    # Files of inputs and outputs of their own, by their pattern.
    own: Optional[Mapping[str, str]] = None


Pairs = List[Pair]


class Splits(NamedTuple):
    train: Pairs
    validate: Pairs
    test: Pairs

    def named(self, split: str) -> Pairs:
        """Raises ValueError for another name than those of the fields."""
        if split not in self._fields:
            raise ValueError(f"{split} is not one of {', '.join(self._fields)}")
        return list(getattr(self, split))


class Share(NamedTuple):
    """A fraction of all pairs, drawn by a seed and their names."""

    share: float
    seed: int


class Patterns(NamedTuple):
    """Files of an input or output, by split; None: among those of training."""

    train: str
    validate: Optional[str] = None
    test: Optional[str] = None


NOTHING = Share(0, 0)


def split_pairs(pairs: Pairs, validate: Share, test: Share = NOTHING) -> Splits:
    """The test pairs are drawn first, so that no other share changes them."""
    rest, tested = _set_aside(pairs, "test", test, len(pairs))
    train, validated = _set_aside(rest, "validation", validate, len(pairs))
    return Splits(train, validated, tested)


def match_files(root: Path, pattern: str) -> Dict[str, str]:
    """Paths by what the stars of the pattern matched, in the order of these keys."""
    parts = pattern.replace("\\\\", "/").split("/")
    fixed = 0
    while fixed < len(parts) - 1 and not set(parts[fixed]) & set("*?[{"):
        fixed += 1
    start = root.joinpath(*parts[:fixed])
    expression = re.compile(_expression("/".join(parts[fixed:])))
    found: Dict[str, str] = {}
    for folder, folders, names in os.walk(start, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            match = expression.fullmatch(path.relative_to(start).as_posix())
            if match is None:
                continue
            key = "/".join(part for part in match.groups() if part)
            if key in found:
                raise ValueError(
                    f"{path} and {found[key]} both match {pattern} with the same name "
                    f'("{key}"), so they cannot be paired'
                )
            found[key] = str(path)
    return {key: found[key] for key in sorted(found, key=_order)}


def files_of(root: Path, pattern: str, slices: bool = False) -> Dict[str, str]:
    """With slices, each image of the files. Raises ValueError when there is none."""
    found = match_files(root, pattern)
    if not found:
        raise ValueError(f"no file in {root} matches {pattern}")
    if not slices:
        return found
    single: Dict[str, str] = {}
    for key, file in found.items():
        for i in range(count_images(file)):
            single[f"{key}#{i}" if key else str(i)] = f"{file}#{i}"
    return single


def pair_files(
    root: Path, images: str, labels: Optional[str], slices: bool = False
) -> Pairs:
    """Images, and labels with the same name."""
    files = files_of(root, images, slices)
    if labels is None:
        return [Pair(name, image) for name, image in files.items()]
    partners = _partners(root, files, labels, slices)
    return [Pair(name, image, partners[name]) for name, image in files.items()]


def pair_own(
    pairs: Pairs, root: Path, own: Sequence[Patterns], split: str, slices: bool = False
) -> Pairs:
    """The pairs with the files of inputs and outputs of their own."""
    if not own:
        return pairs
    files = {pair.name: pair.image for pair in pairs}
    found = {
        one.train: _own_files(root, files, getattr(one, split) or one.train, slices)
        for one in own
    }
    return [
        replace(pair, own={name: by_key[pair.name] for name, by_key in found.items()})
        for pair in pairs
    ]


def _own_files(
    root: Path, files: Mapping[str, str], pattern: str, slices: bool
) -> Dict[str, str]:
    """Without a star it is one file for all images."""
    if "*" in pattern:
        return _partners(root, files, pattern, slices)
    file = next(iter(files_of(root, pattern).values()))
    return {name: file for name in files}


def _partners(
    root: Path, files: Mapping[str, str], pattern: str, slices: bool
) -> Dict[str, str]:
    partners = files_of(root, pattern, slices)
    lonely = [file for key, file in files.items() if key not in partners]
    others = [file for key, file in partners.items() if key not in files]
    for lost, what in ((lonely, "has no partner"), (others, "has no image")):
        if lost:
            more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
            raise ValueError(f"{lost[0]}{more} {what}; partners match {pattern}")
    return partners


def groups_of(pairs: Pairs) -> List[Tuple[str, Pairs]]:
    """What stays in one split: the slices of a volume, where there are several."""
    alone = [(pair.name, [pair]) for pair in pairs]
    groups: Dict[str, Pairs] = {}
    for pair in pairs:
        file, index = place(pair.image)
        if index is None:
            return alone
        groups.setdefault(file, []).append(pair)
    if len(groups) < 2:
        return alone
    return [
        (re.sub(r"#\\d+$", "", members[0].name), members) for members in groups.values()
    ]


def _set_aside(
    pairs: Pairs, part: str, share: Share, every: int
) -> Tuple[Pairs, Pairs]:
    groups = groups_of(pairs)
    wanted = math.floor(share.share * every * len(groups) / max(1, len(pairs)) + 0.5)
    count = 0
    if share.share >= 1:
        count = len(groups)
    elif share.share > 0 and len(groups) > 1:
        count = min(len(groups) - 1, max(1, wanted))
    drawn = sorted(
        groups,
        key=lambda group: (
            Random(share.seed, f"{part} {group[0]}").uniform(),
            _order(group[0]),
        ),
    )
    chosen = {pair.image for _, members in drawn[:count] for pair in members}
    rest = [pair for pair in pairs if pair.image not in chosen]
    return rest, [pair for pair in pairs if pair.image in chosen]


def _order(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _expression(pattern: str) -> str:
    """Of a pattern with *, **, ?, [0-9] and {png,jpg}; each star is a group."""
    if set(pattern) & set("()!"):
        raise ValueError(f"the pattern {pattern} has characters that are not supported: ( ) !")
    whole = r"(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+"
    text = ""
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        starts = at == 0 or pattern[at - 1] == "/"
        if pattern.startswith("**/", at) and starts:
            text += f"(?:({whole})/)?"
            at += 3
        elif pattern[at:] == "**" and starts:
            text += f"({whole})"
            at += 2
        elif sign == "*":
            text += r"(?!\\.)(?=.)([^/]*?)" if starts else "([^/]*?)"
            while pattern[at : at + 1] == "*":
                at += 1
        elif sign in "[{":
            end = pattern.index("]" if sign == "[" else "}", at)
            inner = pattern[at + 1 : end]
            if sign == "[":
                text += f"[{'^' + inner[1:] if inner[:1] == '^' else inner}]"
            else:
                choices = "|".join(re.escape(one) for one in inner.split(","))
                text += f"(?:{choices})"
            at = end + 1
        else:
            text += (r"[^/.]" if starts else "[^/]") if sign == "?" else re.escape(sign)
            at += 1
    return text
`;
