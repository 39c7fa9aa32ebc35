/** Pooling with padding, ceil mode and dilation; unpooling. The first maximum of a window wins. */
import type { Helper } from "./helper.ts";

const windows = {
  needs: ["pair", "sides"],
  text: `
interface Windows {
  readonly kernel: number | Pair;
  readonly stride: number | Pair;
  readonly padding?: number | Sides;
  readonly dilation?: number | Pair;
  /** A last window that the feature map fills in part is kept, unless it would start after the last position (Caffe's rule). */
  readonly ceil?: boolean;
}

/** How many windows there are along an axis, and the padding before the first and after the last position that they need. */
function windowsAlong(
  axis: 0 | 1,
  length: number,
  { kernel, stride, padding = 0, dilation = 1, ceil = false }: Windows,
): { count: number; before: number; after: number } {
  const [before, after] = sides(padding)[axis];
  const step = pair(stride)[axis];
  const reach = (pair(kernel)[axis] - 1) * pair(dilation)[axis] + 1;
  const free = (length + before + after - reach) / step;
  let count = (ceil ? Math.ceil(free) : Math.floor(free)) + 1;
  if (ceil && (count - 1) * step >= length + before) count -= 1;
  return { count, before, after: (count - 1) * step + reach - length - before };
}
`,
} as const;

const lowest = {
  needs: [],
  text: `
/** Below every value of a feature map, and finite: WebGPU may treat infinities as it likes. */
const lowest = -3.4028234663852886e38;
`,
} as const;

const maxPool = {
  needs: ["windows", "padded", "lowest", "pair", "withGradient", "maxima", "scattered"],
  text: `
/** Max pooling; padding never wins. On "wasm" the gradient of TensorFlow.js is wrong where a whole window is negative. */
function maxPool(x: tf.Tensor4D, pool: Windows): tf.Tensor4D {
  const down = windowsAlong(0, x.shape[1], pool);
  const across = windowsAlong(1, x.shape[2], pool);
  const margins: Sides = [
    [down.before, Math.max(0, down.after)],
    [across.before, Math.max(0, across.after)],
  ];
  return withGradient(
    [x],
    (map) => tf.maxPool(padded(map, margins, lowest), pair(pool.kernel), pair(pool.stride), "valid"),
    (dy, map) => [scattered(dy, placesOfMaxima(map, pool).places, [map.shape[1], map.shape[2]], pool)],
  );
}
`,
} as const;

const globalMaxPool = {
  needs: ["withGradient"],
  text: `
/** The maximum of each channel; where several positions have it, the gradient goes to the first. */
function globalMaxPool(x: tf.Tensor4D): tf.Tensor4D {
  return withGradient(
    [x],
    (map) => tf.max<tf.Tensor4D>(map, [1, 2], true),
    (dy, map) => {
      const [batch, height, width, channels] = map.shape;
      const all = tf.tile(tf.reshape(tf.range(0, height * width), [1, height, width, 1]), [batch, 1, 1, channels]);
      const isLargest = tf.equal(map, tf.max(map, [1, 2], true));
      const places = tf.where(isLargest, all, tf.fill(all.shape, height * width));
      return [tf.mul(tf.cast(tf.equal(places, tf.min(places, [1, 2], true)), "float32"), dy)];
    },
  );
}
`,
} as const;

const elements = {
  needs: ["windows", "padded", "everyNth", "pair"],
  text: `
/** The feature map at each element of the windows, in row order. Not differentiable. */
function elementsOf(x: tf.Tensor4D, pool: Windows, outside: number): tf.Tensor4D[] {
  const down = windowsAlong(0, x.shape[1], pool);
  const across = windowsAlong(1, x.shape[2], pool);
  const around = padded(
    x,
    [[down.before, Math.max(0, down.after)], [across.before, Math.max(0, across.after)]],
    outside,
  );
  const [height, width] = pair(pool.kernel);
  const [spacingY, spacingX] = pair(pool.dilation ?? 1);
  return Array.from({ length: height * width }, (_, place) =>
    everyNth(
      around,
      [Math.floor(place / width) * spacingY, (place % width) * spacingX],
      [down.count, across.count],
      pair(pool.stride),
    ),
  );
}
`,
} as const;

const maxima = {
  needs: ["elements", "lowest"],
  text: `
/** Where the first maximum of every window is: the number of its element. */
function placesOfMaxima(x: tf.Tensor4D, pool: Windows): { largest: tf.Tensor4D; places: tf.Tensor4D } {
  const [first, ...others] = elementsOf(x, pool, lowest);
  if (first === undefined) throw new RangeError("a pooling window has no elements");
  let largest = first;
  let places: tf.Tensor4D = tf.zeros(first.shape, "int32");
  others.forEach((element, i) => {
    const greater = tf.greater(element, largest);
    places = tf.where(greater, tf.fill(places.shape, i + 1, "int32"), places);
    largest = tf.maximum(element, largest);
  });
  return { largest, places };
}
`,
} as const;

const scattered = {
  needs: ["windows", "withZerosBetween", "pair", "sumOf"],
  text: `
/** Values at the indices of the maxima of a feature map of that size, zeros elsewhere; where windows overlap they add. */
function scattered(values: tf.Tensor4D, places: tf.Tensor4D, size: Pair, pool: Windows): tf.Tensor4D {
  const down = windowsAlong(0, size[0], pool);
  const across = windowsAlong(1, size[1], pool);
  const [height, width] = pair(pool.kernel);
  const [spacingY, spacingX] = pair(pool.dilation ?? 1);
  const [strideY, strideX] = pair(pool.stride);
  const spread: Pair = [(down.count - 1) * strideY + 1, (across.count - 1) * strideX + 1];
  const whole: Pair = [
    Math.max(spread[0] + (height - 1) * spacingY, down.before + size[0]),
    Math.max(spread[1] + (width - 1) * spacingX, across.before + size[1]),
  ];
  const parts = Array.from({ length: height * width }, (_, place) => {
    const here = tf.where(tf.equal(places, place), values, tf.zerosLike(values));
    const [top, left] = [Math.floor(place / width) * spacingY, (place % width) * spacingX];
    return tf.pad(withZerosBetween(here, [strideY, strideX], spread), [
      [0, 0],
      [top, whole[0] - top - spread[0]],
      [left, whole[1] - left - spread[1]],
      [0, 0],
    ]);
  });
  const [batch, , , channels] = values.shape;
  return tf.slice(sumOf(parts), [0, down.before, across.before, 0], [batch, ...size, channels]);
}
`,
} as const;

const gathered = {
  needs: ["elements", "sumOf"],
  text: `
/** The values of a feature map at the indices of the maxima. */
function gathered(x: tf.Tensor4D, places: tf.Tensor4D, pool: Windows): tf.Tensor4D {
  return sumOf(
    elementsOf(x, pool, 0).map((element, place) =>
      tf.where(tf.equal(places, place), element, tf.zerosLike(element)),
    ),
  );
}
`,
} as const;

const maxUnpool = {
  needs: ["maxima", "scattered", "gathered", "withGradient", "windows"],
  text: `
/** Unpooling: values return to where \`pooled\` had the maxima of its windows. TensorFlow.js has no gradient of it. */
function maxUnpool(values: tf.Tensor4D, pooled: tf.Tensor4D, pool: Windows): tf.Tensor4D {
  const size: Pair = [pooled.shape[1], pooled.shape[2]];
  return withGradient(
    [values, pooled],
    (map, from) => scattered(map, placesOfMaxima(from, pool).places, size, pool),
    (dy, _, from) => [gathered(dy, placesOfMaxima(from, pool).places, pool), tf.zerosLike(from)],
  );
}
`,
} as const;

const dilatedMaxPool = {
  needs: ["maxima", "scattered", "withGradient", "windows"],
  text: `
/** Max pooling with positions between the elements of a window, which TensorFlow.js does not differentiate. */
function dilatedMaxPool(x: tf.Tensor4D, pool: Windows): tf.Tensor4D {
  return withGradient(
    [x],
    (map) => placesOfMaxima(map, pool).largest,
    (dy, map) => [scattered(dy, placesOfMaxima(map, pool).places, [map.shape[1], map.shape[2]], pool)],
  );
}
`,
} as const;

const averagePool = {
  needs: ["windows", "alongAxes", "means"],
  text: `
/** Average pooling; padding does not count. */
function averagePool(x: tf.Tensor4D, pool: Windows): tf.Tensor4D {
  const along = (axis: 0 | 1): Entry[][] => {
    const length = x.shape[axis === 0 ? 1 : 2];
    const { count, before } = windowsAlong(axis, length, pool);
    return Array.from({ length: count }, (_, i) =>
      meanOf(
        Array.from(
          { length: pair(pool.kernel)[axis] },
          (_, k) => i * pair(pool.stride)[axis] - before + k * pair(pool.dilation ?? 1)[axis],
        ).filter((position) => position >= 0 && position < length),
      ),
    );
  };
  return alongAxes(x, along(0), along(1));
}
`,
} as const;

const adaptiveAveragePool = {
  needs: ["alongAxes", "means", "bins", "pair"],
  text: `
/** The means of so many bins of height and width. */
function adaptiveAveragePool(x: tf.Tensor4D, [rows, columns]: Pair): tf.Tensor4D {
  const along = (length: number, bins: number): Entry[][] =>
    binsOf(length, bins).map(([start, end]) =>
      meanOf(Array.from({ length: end - start }, (_, i) => start + i)),
    );
  return alongAxes(x, along(x.shape[1], rows), along(x.shape[2], columns));
}
`,
} as const;

const adaptiveMaxPool = {
  needs: ["bins", "globalMaxPool", "pair"],
  text: `
/** The maxima of so many bins of height and width. */
function adaptiveMaxPool(x: tf.Tensor4D, [rows, columns]: Pair): tf.Tensor4D {
  const bands = binsOf(x.shape[1], rows).map(([top, bottom]) =>
    tf.concat(
      binsOf(x.shape[2], columns).map(([left, right]) =>
        globalMaxPool(tf.slice(x, [0, top, left, 0], [-1, bottom - top, right - left, -1])),
      ),
      2,
    ),
  );
  return tf.concat(bands, 1);
}
`,
} as const;

const bins = {
  needs: [],
  text: `
/** Bin i of b over n positions: from ⌊i · n / b⌋ up to ⌈(i + 1) · n / b⌉. */
function binsOf(length: number, bins: number): [start: number, end: number][] {
  return Array.from({ length: bins }, (_, i) => [
    Math.floor((i * length) / bins),
    Math.ceil(((i + 1) * length) / bins),
  ]);
}
`,
} as const;

const means = {
  needs: ["alongAxes"],
  text: `
function meanOf(positions: number[]): Entry[] {
  return positions.map((position) => [position, 1 / positions.length]);
}
`,
} as const;

export const poolingHelpers = {
  maxPool,
  globalMaxPool,
  averagePool,
  adaptiveAveragePool,
  adaptiveMaxPool,
  maxUnpool,
  dilatedMaxPool,
  windows,
  maxima,
  scattered,
  gathered,
  elements,
  bins,
  means,
  lowest,
} satisfies Readonly<Record<string, Helper>>;
