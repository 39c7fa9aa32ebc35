/** The functions of `augment.ts` that change images; a project contains those that its train section names. */

export const changeTexts = {
  flipped: `
function flipped(view: View): View {
  return { ...view, source: (y, x) => view.source(y, view.width - x) };
}
`,
  flippedVertically: `
function flippedVertically(view: View): View {
  return { ...view, source: (y, x) => view.source(view.height - y, x) };
}
`,
  quarterTurned: `
/** By a multiple of 90°; by 180° alone where the crop would not fit into the turned image. */
function quarterTurned(view: View, [height, width]: Size, random: Random): View {
  const fits = height <= view.width && width <= view.height;
  const turns = fits ? Math.floor(random() * 4) : 2 * Math.floor(random() * 2);
  let turned = view;
  for (let i = 0; i < turns; i += 1) {
    const before = turned;
    turned = { height: before.width, width: before.height, source: (y, x) => before.source(x, before.width - y) };
  }
  return turned;
}
`,
  rotated: `
/** About the centre, counter-clockwise. */
function rotated(view: View, degrees: number): View {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [middle, centre] = [view.height / 2, view.width / 2];
  return {
    ...view,
    source: (y, x) =>
      view.source(
        middle + cos * (y - middle) + sin * (x - centre),
        centre - sin * (y - middle) + cos * (x - centre),
      ),
  };
}
`,
  scaled: `
function scaled(view: View, factor: number): View {
  return {
    height: view.height * factor,
    width: view.width * factor,
    source: (y, x) => view.source(y / factor, x / factor),
  };
}
`,
  shifted: `
function shifted(view: View, down: number, right: number): View {
  return { ...view, source: (y, x) => view.source(y - down, x - right) };
}
`,
  sheared: `
/** About the centre: columns or rows are slanted. */
function sheared(view: View, of: "columns" | "rows", degrees: number): View {
  const slope = Math.tan((degrees * Math.PI) / 180);
  return {
    ...view,
    source: (y, x) =>
      of === "columns"
        ? view.source(y, x - slope * (y - view.height / 2))
        : view.source(y - slope * (x - view.width / 2), x),
  };
}
`,
  elastic: `
/** Gaussian displacements at the points of a grid, the outermost on the edges; bicubic between them (Keys 1981, equation 15). */
function elastic(view: View, { deviation, grid }: { deviation: number; grid: number }, random: Random): View {
  const drawn = Array.from({ length: grid * grid }, () => [
    deviation * normal(random),
    deviation * normal(random),
  ]);
  const last = grid - 1;
  const near = (position: number): { first: number; weights: number[] } => {
    const kept = Math.min(last, Math.max(0, position));
    const first = Math.min(last - 1, Math.floor(kept));
    const t = kept - first;
    const weights = [
      ((2 - t) * t - 1) * t,
      (3 * t - 5) * t * t + 2,
      ((4 - 3 * t) * t + 1) * t,
      (t - 1) * t * t,
    ];
    return { first, weights: weights.map((weight) => weight / 2) };
  };
  const point = (index: number): number => Math.min(last, Math.max(0, index));
  return {
    ...view,
    source: (y, x) => {
      const rows = near((y / view.height) * last);
      const columns = near((x / view.width) * last);
      let [down, right] = [0, 0];
      for (const [i, row] of rows.weights.entries()) {
        for (const [j, column] of columns.weights.entries()) {
          const at = point(rows.first - 1 + i) * grid + point(columns.first - 1 + j);
          const [dy = 0, dx = 0] = drawn[at] ?? [];
          down += row * column * dy;
          right += row * column * dx;
        }
      }
      return view.source(y + down, x + right);
    },
  };
}
`,
  change: `
/** Values stay from 0 to 1. */
function change(values: Float32Array, by: number, to: (value: number, by: number) => number): void {
  for (const [i, value] of values.entries()) values[i] = Math.min(1, Math.max(0, to(Math.max(0, value), by)));
}
`,
  contrast: `
/** Of the difference from the mean of the image. */
function contrast(values: Float32Array, factor: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  change(values, factor, (value) => mean + (value - mean) * factor);
}
`,
  turnHues: `
/** In the hexcone model (HSV); value and saturation stay. */
function turnHues(values: Float32Array, degrees: number): void {
  for (let at = 0; at < values.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = values.subarray(at, at + 3);
    const most = Math.max(red, green, blue);
    const chroma = most - Math.min(red, green, blue);
    if (chroma === 0) continue;
    const sixth =
      most === red
        ? (green - blue) / chroma
        : most === green
          ? 2 + (blue - red) / chroma
          : 4 + (red - green) / chroma;
    for (const [channel, start] of [5, 3, 1].entries()) {
      const around = sixth + degrees / 60 + start;
      const k = around - 6 * Math.floor(around / 6);
      values[at + channel] = most - chroma * Math.max(0, Math.min(k, 4 - k, 1));
    }
  }
}
`,
  saturate: `
/** The difference of each colour from its grey, the luma of Rec. 601. */
function saturate(values: Float32Array, factor: number): void {
  for (let at = 0; at < values.length; at += 3) {
    const colour = values.subarray(at, at + 3);
    const [red = 0, green = 0, blue = 0] = colour;
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    change(colour, factor, (value) => grey + factor * (value - grey));
  }
}
`,
  blurred: `
/** By a Gaussian: along the rows, then along the columns. */
function blurred(values: Float32Array, [height, width]: Size, deviation: number): Float32Array {
  const radius = Math.max(1, Math.ceil(4 * deviation));
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const channels = values.length / (height * width);
  const along = (from: Float32Array, length: number, step: number): Float32Array =>
    from.map((_, at) => {
      const position = Math.floor(at / step) % length;
      const start = at - position * step;
      return weights.reduce(
        (total, weight, k) =>
          total + (weight / sum) * (from[start + mirrored(position + k - radius, length) * step] ?? 0),
        0,
      );
    });
  return along(along(values, width, channels), height, width * channels);
}
`,
  addNoise: `
function addNoise(values: Float32Array, deviation: number, random: Random): void {
  for (const [i, value] of values.entries()) values[i] = value + deviation * normal(random);
}
`,
  cutOut: `
/** Rectangles at random places get the mean of the image (DeVries & Taylor 2017, section 3.2). */
function cutOut(
  values: Float32Array,
  [height, width]: Size,
  { rectangle, count }: { rectangle: Size; count: number },
  random: Random,
): void {
  const channels = values.length / (height * width);
  const mean = Array.from({ length: channels }, (_, c) =>
    values.reduce((sum, value, i) => (i % channels === c ? sum + value / (height * width) : sum), 0),
  );
  for (let i = 0; i < count; i += 1) {
    const top = Math.floor(random() * height) - (rectangle[0] >> 1);
    const left = Math.floor(random() * width) - (rectangle[1] >> 1);
    for (let y = Math.max(0, top); y < Math.min(height, top + rectangle[0]); y += 1) {
      for (let x = Math.max(0, left); x < Math.min(width, left + rectangle[1]); x += 1) {
        values.set(mean, (y * width + x) * channels);
      }
    }
  }
}
`,
  between: `
function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random();
}
`,
  whole: `
function whole(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
`,
  normal: `
/** Of mean 0 and deviation 1 (Box & Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
`,
} as const;

export type ChangeName = keyof typeof changeTexts;
