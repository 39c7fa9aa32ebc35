/** What every augmentation is drawn on, in Python (runtime/data/augment/draw.ts). */
export const drawText = `class Shown(NamedTuple):
    """An image whose values change, float32 [height, width, channels]."""

    samples: Array
    # Samples stay within 0 and 1; those of floating-point files have no such range.
    clipped: bool
    # Of what is drawn for every pixel.
    noise: PixelNoise

    def kept(self, values: Array) -> Array:
        inside = np.clip(values, 0, 1) if self.clipped else values
        return inside.astype(np.float32)


ValueChange = Callable[[Shown], Array]


class Draw:
    """The changes drawn for one image: of place on a canvas, then of values."""

    def __init__(
        self,
        size: Tuple[int, int],
        random: Random,
        odd_turns: Optional[bool] = None,
        classes: Optional[Array] = None,
        step: int = 1,
    ) -> None:
        self.canvas = Canvas(size[0], size[1], size)
        self.random = random
        # Whether images are turned by 90 or 270 degrees; None: as it comes.
        self.odd_turns = odd_turns
        # The class of each pixel of the image, -1: none.
        self.classes = classes
        # Windows begin at multiples of so many pixels.
        self.step = step
        self.changes: List[Tuple[bool, ValueChange]] = []

    def finish(self) -> None:
        """Where the content is larger or smaller than wanted, it is placed at random."""
        canvas = self.canvas
        if (canvas.height, canvas.width) != canvas.wanted:
            place_window(self, canvas.wanted)

    def shown(
        self, samples: Array, clipped: bool, noise: PixelNoise, target: bool
    ) -> Array:
        """A target changes its tones only."""
        for tone, change in self.changes:
            if tone or not target:
                samples = change(Shown(samples, clipped, noise))
        return samples


def place_window(draw: Draw, size: Tuple[int, int]) -> None:
    """At a random place: inside the content where that is large enough."""
    canvas = draw.canvas
    top = _place(canvas.height, size[0], draw.random, draw.step)
    left = _place(canvas.width, size[1], draw.random, draw.step)
    draw.canvas = canvas.window(size, top, left)


def _place(content: float, window: int, random: Random, step: int = 1) -> int:
    room = math.trunc(math.trunc(content - window) / step)
    if room == 0:
        return 0
    return int(math.copysign(random.integer(abs(room) + 1) * step, room))
`;
