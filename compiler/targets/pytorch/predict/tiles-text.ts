/** `tiles.py` without its constants: exact tiles from what positions see. */
export const tilesText = `class Sees(NamedTuple):
    """Position q P + r of an output sees the pixels fields[r] + q advance."""

    advance: int
    fields: Sequence[Optional[Tuple[int, int]]]

    def within(self, position: int, start: float, end: float) -> bool:
        """Whether all that the position sees is among these pixels."""
        turns, place = divmod(position, len(self.fields))
        seen = self.fields[place]
        if seen is None:
            return True
        moved = turns * self.advance
        return seen[0] + moved >= start and seen[1] + moved < end


class Positions(NamedTuple):
    """From the first to before the end, in the whole output; before: in the tile."""

    first: int
    end: int
    before: int


class Tile(NamedTuple):
    """Its first pixel, and by output what is taken from it."""

    origin: int
    takes: Mapping[str, Positions]


def part_of(
    name: str, image: Tensor, rows: Tuple[int, int], columns: Tuple[int, int]
) -> Tensor:
    """What a tile shows of an input: its first pixel and its length along each axis.

    An input that has one size shows the whole image in every tile.
    """
    pixels = PIXELS.get(name)
    if pixels is None:
        return image
    for axis, own, (first, length) in zip((2, 3), pixels, (rows, columns)):
        image = image.narrow(axis, math.floor(first * own), math.floor(length * own))
    return image


def plan_tiles(axes: Tuple[Axis, Axis], most: int) -> Tuple[List[Tile], List[Tile]]:
    """Tiles of at most so many pixels along each axis.

    Raises ValueError where there are none, with the reason.
    """
    rows, columns = (
        _plan_axis(number, axis, _tile_length(number, axis.input, most))
        for number, axis in enumerate(axes)
    )
    return rows, columns


def tile_size(axes: Tuple[Axis, Axis], most: int) -> Tuple[int, int]:
    """Pixels of each tile, height and width."""
    height, width = (
        _tile_length(number, axis.input, most) for number, axis in enumerate(axes)
    )
    return height, width


def _tile_length(axis: int, whole: int, most: int) -> int:
    """The largest accepted size with which tiles can end where the input ends."""
    if whole <= most:
        return whole
    if REASON is not None:
        raise ValueError(f"{REASON}; give a larger --tile to predict images whole")
    step = STEPS[axis]
    length = whole - -(-(whole - most) // step) * step
    while length > 0 and length not in ACCEPTED_SIZES[INPUT][axis]:
        length -= step
    if length <= 0:
        raise ValueError(f"no tile of at most {most} pixels is accepted; raise --tile")
    return length


def _plan_axis(axis: int, placed: Axis, length: int) -> List[Tile]:
    whole = placed.input
    last = whole - length
    ends = {name: 0 for name in GRIDS}
    tiles: List[Tile] = []
    origin = 0
    while True:
        exact = _exact(axis, origin, length, whole)
        takes = {}
        for name, (first, end, before) in exact.items():
            takes[name] = Positions(ends[name], end, before + ends[name] - first)
            ends[name] = end
        tiles.append(Tile(origin, takes))
        if origin == last:
            return tiles
        # The farthest tile that leaves no gap.
        following = min(last, origin + length // STEPS[axis] * STEPS[axis])
        while following > origin and any(
            first > ends[name] or end <= ends[name]
            for name, (first, end, _) in _exact(axis, following, length, whole).items()
        ):
            following -= STEPS[axis]
        if following <= origin:
            raise ValueError(f"positions see more than a tile of {length} pixels")
        origin = following


def _exact(axis: int, origin: int, length: int, whole: int) -> Dict[str, Positions]:
    """The widest run of positions of each output that see nothing beyond the tile."""
    start = float("-inf") if origin == 0 else origin
    end = float("inf") if origin + length == whole else origin + length
    found = {}
    for name, axes in GRIDS.items():
        size, stride, _ = axes[axis]
        symbol = SYMBOLS[axis]
        count = size.at(0 if symbol is None else (length - symbol[1]) // symbol[0])
        if stride is None or count is None:
            raise ValueError(f"{name} has no fixed positions")
        shift = int(origin / stride)
        best, first = (0, 0), 0
        for place in range(count + 1):
            sees = place < count and SEES[name][axis].within(shift + place, start, end)
            if not sees:
                if place - first > best[1] - best[0]:
                    best = (first, place)
                first = place + 1
        found[name] = Positions(shift + best[0], shift + best[1], best[0])
    return found
`;
