/** How each augmentation moves pixels, in Python (runtime/data/augment/place-changes.ts). */
export const placeTexts = {
  flip: `def flip(draw: Draw, probability: float = 0.5) -> None:
    """Left to right."""
    if draw.random.happens(probability):
        canvas = draw.canvas
        draw.canvas = canvas.through(Linear(xx=-1), x0=canvas.width)
`,
  flip_vertical: `def flip_vertical(draw: Draw, probability: float = 0.5) -> None:
    """Top to bottom."""
    if draw.random.happens(probability):
        canvas = draw.canvas
        draw.canvas = canvas.through(Linear(yy=-1), y0=canvas.height)
`,
  quarter_turns: `def quarter_turns(draw: Draw, probability: float = 1) -> None:
    """By a multiple of 90 degrees counter-clockwise."""
    canvas, random = draw.canvas, draw.random
    height, width, wanted = canvas.height, canvas.width, canvas.wanted
    if draw.odd_turns is None or wanted[0] == wanted[1]:
        turns = random.integer(4) if random.happens(probability) else 0
    elif draw.odd_turns:
        turns = 1 + 2 * random.integer(2)
    else:
        turns = 2 if random.uniform() < probability / (4 - 2 * probability) else 0
    if turns == 1:
        canvas = canvas.through(Linear(0, 1, -1, 0), 0, width)
    elif turns == 2:
        canvas = canvas.through(Linear(yy=-1), y0=height)
        canvas = canvas.through(Linear(xx=-1), x0=width)
    elif turns == 3:
        canvas = canvas.through(Linear(0, -1, 1, 0), height, 0)
    if turns % 2 == 1:
        canvas = canvas._replace(height=width, width=height, wanted=wanted[::-1])
    draw.canvas = canvas
`,
  rotate: `def rotate(draw: Draw, degrees: float, probability: float = 1) -> None:
    """About the centre, by an angle up to so many degrees to each side."""
    if not draw.random.happens(probability):
        return
    angle = draw.random.between(-degrees, degrees) * math.pi / 180
    cos, sin = math.cos(angle), math.sin(angle)
    y, x = draw.canvas.height / 2, draw.canvas.width / 2
    draw.canvas = draw.canvas.through(
        Linear(cos, sin, -sin, cos), y - cos * y - sin * x, x + sin * y - cos * x
    )
`,
  scale: `def scale(draw: Draw, factors: Tuple[float, float], probability: float = 1) -> None:
    """Enlarged or shrunk by a factor of a range."""
    if not draw.random.happens(probability):
        return
    least, most = factors
    factor = least if least == most else draw.random.between(least, most)
    canvas = draw.canvas.through(Linear(yy=1 / factor, xx=1 / factor))
    draw.canvas = canvas._replace(
        height=canvas.height * factor, width=canvas.width * factor
    )
`,
  shift: `def shift(draw: Draw, most: Tuple[int, int], probability: float = 1) -> None:
    """By whole pixels, down and right."""
    if not draw.random.happens(probability):
        return
    down, right = (draw.random.integer(2 * reach + 1) - reach for reach in most)
    draw.canvas = draw.canvas.through(Linear(), -down, -right)
`,
  shear: `def shear(draw: Draw, degrees: float, probability: float = 1) -> None:
    """Columns or rows slanted about the centre."""
    if not draw.random.happens(probability):
        return
    columns = draw.random.integer(2) == 0
    slope = math.tan(draw.random.between(-degrees, degrees) * math.pi / 180)
    canvas = draw.canvas
    if columns:
        inner = Linear(xy=-slope)
        canvas = canvas.through(inner, x0=slope * canvas.height / 2, rigid=False)
    else:
        inner = Linear(yx=-slope)
        canvas = canvas.through(inner, y0=slope * canvas.width / 2, rigid=False)
    draw.canvas = canvas
`,
  perspective: `def perspective(draw: Draw, distortion: float, probability: float = 1) -> None:
    """The homography of moved corners (Heckbert 1989, section 2.2.3)."""
    if not draw.random.happens(probability):
        return
    height, width = draw.canvas.height, draw.canvas.width
    corners = []
    for y, x in ((0, 0), (0, 1), (1, 1), (1, 0)):
        moved = [draw.random.between(-distortion, distortion) for _ in range(2)]
        corners.append(((y + moved[0]) * height, (x + moved[1]) * width))
    (y0, x0), (y1, x1), (y2, x2), (y3, x3) = corners
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    area = dx1 * dy2 - dx2 * dy1
    g = (sx * dy2 - dx2 * sy) / area
    h = (dx1 * sy - sx * dy1) / area
    a, b, c = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    d, e, f = y1 - y0 + g * y1, y3 - y0 + h * y3, y0

    def warp(y: Array, x: Array) -> Tuple[Array, Array]:
        w = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d)
        across = (e - f * h) * x + (c * h - b) * y + (b * f - c * e)
        along = (f * g - d) * x + (a - c * g) * y + (c * d - a * f)
        return height * along / w, width * across / w

    draw.canvas = warped(draw.canvas, warp)
`,
  elastic: `def elastic(
    draw: Draw, deviation: float = 10, grid: int = 3, probability: float = 1
) -> None:
    """Gaussian displacements at the points of a grid, bicubic between them.

    Ronneberger, Fischer & Brox 2015, section 3.1; Keys 1981, equation 15.
    """
    if not draw.random.happens(probability):
        return
    height, width = draw.canvas.height, draw.canvas.width
    last = grid - 1
    moves = np.array(
        [deviation * draw.random.normal() for _ in range(2 * grid * grid)]
    ).reshape(2, grid, grid)

    def weights(position: Array) -> Tuple[Array, List[Array]]:
        kept = position.clip(0, last)
        first = np.minimum(last - 1, np.floor(kept)).astype(np.int64)
        t = kept - first
        return first, [
            ((2 - t) * t - 1) * t * 0.5,
            ((3 * t - 5) * t * t + 2) * 0.5,
            ((4 - 3 * t) * t + 1) * t * 0.5,
            (t - 1) * t * t * 0.5,
        ]

    def warp(y: Array, x: Array) -> Tuple[Array, Array]:
        row, rows = weights(y / height * last)
        column, columns = weights(x / width * last)
        moved = np.zeros((2, *np.broadcast(y, x).shape))
        for i in range(4):
            for j in range(4):
                line = (row - 1 + i).clip(0, last)
                place = (column - 1 + j).clip(0, last)
                moved += rows[i] * columns[j] * moves[:, line, place]
        return y + moved[0], x + moved[1]

    draw.canvas = warped(draw.canvas, warp)
`,
  warped: `def warped(
    canvas: Canvas, inner: Callable[[Array, Array], Tuple[Array, Array]]
) -> Canvas:
    """inner takes new points to those of the canvas."""
    (yy, yx, xy, xx), (y0, x0), warp = canvas.linear, canvas.offset, canvas.warp

    def whole(y: Array, x: Array) -> Tuple[Array, Array]:
        y, x = inner(y, x)
        y, x = yy * y + yx * x + y0, xy * y + xx * x + x0
        return (y, x) if warp is None else warp(y, x)

    return canvas._replace(linear=Linear(), offset=(0.0, 0.0), warp=whole)
`,
  crop: `def crop(draw: Draw, size: Tuple[int, int]) -> None:
    """A window at a random place."""
    place_window(draw, size)
`,
  class_crop: `def class_crop(draw: Draw, size: Tuple[int, int], rare: float) -> None:
    """A share of the windows contains a pixel of a class of the image.

    Each class that the image shows is equally likely (Isensee et al. 2021).
    """
    pixel = None
    if draw.classes is not None and draw.random.happens(rare):
        pixel = class_pixel(draw, draw.classes)
    if pixel is None:
        place_window(draw, size)
        return
    canvas = draw.canvas
    top = _around(pixel[0], canvas.height, size[0], draw.random)
    left = _around(pixel[1], canvas.width, size[1], draw.random)
    step = draw.step
    draw.canvas = canvas.window(size, top // step * step, left // step * step)


def class_pixel(draw: Draw, classes: Array) -> Optional[Tuple[int, int]]:
    """A random pixel of a random class; None where nothing is labelled."""
    canvas = draw.canvas
    size = (max(1, math.trunc(canvas.height)), max(1, math.trunc(canvas.width)))
    seen = nearest(classes, canvas, size, -1)
    present = np.unique(seen[seen >= 0])
    if len(present) == 0:
        return None
    chosen = present[draw.random.integer(len(present))]
    places = np.flatnonzero(seen == chosen)
    at = int(places[draw.random.integer(len(places))])
    return at // size[1], at % size[1]


def _around(position: int, content: float, window: int, random: Random) -> int:
    room = math.trunc(content - window)
    if room <= 0:
        return _place(content, window, random)
    least, most = max(0, position - window + 1), min(room, position)
    return most if least >= most else least + random.integer(most - least + 1)
`,
} as const;
