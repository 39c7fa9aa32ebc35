/** Resampling, margins and pixel shuffle: operations that choose, repeat or mix positions. */
import type { Helper } from "./helper.ts";

const alongAxes = {
  needs: [],
  text: `
/** A position that another one is made of, and its share. */
type Entry = [position: number, share: number];

/**
 * One matrix along the height and one along the width: what each row and column of the result is made of. As products of matrices
 * they have right gradients on every backend; TensorFlow.js's gradient of half-pixel resizing is wrong.
 */
function alongAxes(x: tf.Tensor4D, rows: Entry[][], columns: Entry[][]): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const first = tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [height, batch * width * channels]);
  const down = tf.reshape(tf.matMul(matrixOf(rows, height), first), [rows.length, batch, width, channels]);
  const second = tf.reshape(tf.transpose(down, [2, 1, 0, 3]), [width, batch * rows.length * channels]);
  const across = tf.matMul(matrixOf(columns, width), second);
  const result = tf.reshape(across, [columns.length, batch, rows.length, channels]);
  return tf.transpose(result, [1, 2, 0, 3]) as tf.Tensor4D;
}

function matrixOf(rows: Entry[][], length: number): tf.Tensor2D {
  const values = new Float32Array(rows.length * length);
  rows.forEach((entries, row) => {
    for (const [position, share] of entries) {
      const at = row * length + position;
      values[at] = (values[at] ?? 0) + share;
    }
  });
  return tf.tensor2d(values, [rows.length, length]);
}
`,
} as const;

const bilinear = {
  needs: ["alongAxes"],
  text: `
/** Linear interpolation along an axis: half-pixel centres with repeated edges, or aligned corners. */
function interpolated(length: number, results: number, alignCorners: boolean): Entry[][] {
  return Array.from({ length: results }, (_, i) => {
    const corner = results === 1 ? 0 : (i * (length - 1)) / (results - 1);
    const centre = ((2 * i + 1) * length - results) / (2 * results);
    const at = Math.min(Math.max(alignCorners ? corner : centre, 0), length - 1);
    const low = Math.min(Math.floor(at), Math.max(0, length - 2));
    const entries: Entry[] = [
      [low, 1 - (at - low)],
      [low + 1, at - low],
    ];
    return entries.filter(([, share]) => share !== 0);
  });
}
`,
} as const;

const nearest = {
  needs: ["alongAxes"],
  text: `
/** Position ⌊i · length / results⌋; with aligned corners the nearest to i · (length − 1) / (results − 1), halves upwards. */
function nearestOf(length: number, results: number, alignCorners: boolean): Entry[][] {
  return Array.from({ length: results }, (_, i) => {
    if (!alignCorners) return [[Math.floor((i * length) / results), 1]];
    const spaces = results - 1;
    return [[spaces === 0 ? 0 : Math.floor((2 * i * (length - 1) + spaces) / (2 * spaces)), 1]];
  });
}
`,
} as const;

const alignment = `{ alignCorners = false }: { readonly alignCorners?: boolean } = {}`;

const resizeBilinear = {
  needs: ["bilinear", "pair"],
  text: `
function resizeBilinear(x: tf.Tensor4D, [height, width]: Pair, ${alignment}): tf.Tensor4D {
  return alongAxes(
    x,
    interpolated(x.shape[1], height, alignCorners),
    interpolated(x.shape[2], width, alignCorners),
  );
}
`,
} as const;

const resizeNearest = {
  needs: ["nearest", "pair"],
  text: `
function resizeNearest(x: tf.Tensor4D, [height, width]: Pair, ${alignment}): tf.Tensor4D {
  return alongAxes(x, nearestOf(x.shape[1], height, alignCorners), nearestOf(x.shape[2], width, alignCorners));
}
`,
} as const;

const upsampleBilinear = {
  needs: ["resizeBilinear", "pair"],
  text: `
function upsampleBilinear(x: tf.Tensor4D, factor: number | Pair, alignment?: { readonly alignCorners?: boolean }): tf.Tensor4D {
  const [down, across] = pair(factor);
  return resizeBilinear(x, [x.shape[1] * down, x.shape[2] * across], alignment);
}
`,
} as const;

const upsampleNearest = {
  needs: ["resizeNearest", "pair"],
  text: `
function upsampleNearest(x: tf.Tensor4D, factor: number | Pair, alignment?: { readonly alignCorners?: boolean }): tf.Tensor4D {
  const [down, across] = pair(factor);
  return resizeNearest(x, [x.shape[1] * down, x.shape[2] * across], alignment);
}
`,
} as const;

const bedOfNails = {
  needs: ["alongAxes", "pair"],
  text: `
/** Each value at the top left of a window of zeros. */
function bedOfNails(x: tf.Tensor4D, factor: number | Pair): tf.Tensor4D {
  const along = (length: number, step: number): Entry[][] =>
    Array.from({ length: length * step }, (_, i) => (i % step === 0 ? [[i / step, 1]] : []));
  const [down, across] = pair(factor);
  return alongAxes(x, along(x.shape[1], down), along(x.shape[2], across));
}
`,
} as const;

const pixelShuffle = {
  needs: ["pair"],
  text: `
/** Channel c · fy · fx + i · fx + j of position (y, x) becomes channel c of position (y · fy + i, x · fx + j). */
function pixelShuffle(x: tf.Tensor4D, factor: number | Pair): tf.Tensor4D {
  const [batch, height, width, all] = x.shape;
  const [down, across] = pair(factor);
  const channels = all / (down * across);
  const apart = tf.reshape(x, [batch * height * width, channels, down * across]);
  const rows = tf.reshape(tf.transpose(apart, [0, 2, 1]), [batch * height, width, down, across * channels]);
  const result = tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch, height * down, width * across, channels]);
  return result as tf.Tensor4D;
}
`,
} as const;

const pixelUnshuffle = {
  needs: ["pair"],
  text: `
/** The inverse of pixel shuffle: the positions of a window become channels. */
function pixelUnshuffle(x: tf.Tensor4D, factor: number | Pair): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [down, across] = pair(factor);
  const [rows, columns] = [height / down, width / across];
  const laid = tf.reshape(x, [batch * rows, down, columns, across * channels]);
  const gathered = tf.reshape(tf.transpose(laid, [0, 2, 1, 3]), [batch * rows * columns, down * across, channels]);
  const result = tf.reshape(tf.transpose(gathered, [0, 2, 1]), [batch, rows, columns, channels * down * across]);
  return result as tf.Tensor4D;
}
`,
} as const;

const padded = {
  needs: ["sides"],
  text: `
/** Positions of that value around a feature map. */
function padded(x: tf.Tensor4D, [rows, columns]: Sides, value = 0): tf.Tensor4D {
  if (Math.max(...rows, ...columns) === 0) return x;
  return tf.pad(x, [[0, 0], rows, columns, [0, 0]], value);
}
`,
} as const;

const padZeros = {
  needs: ["padded"],
  text: `
function padZeros(x: tf.Tensor4D, margins: Sides): tf.Tensor4D {
  return padded(x, margins);
}
`,
} as const;

const padEdge = {
  needs: ["alongAxes", "sides"],
  text: `
/** The outermost positions repeated around a feature map. */
function padEdge(x: tf.Tensor4D, [rows, columns]: Sides): tf.Tensor4D {
  const along = (length: number, [before, after]: Pair): Entry[][] =>
    Array.from({ length: before + length + after }, (_, i) => [
      [Math.min(Math.max(i - before, 0), length - 1), 1],
    ]);
  return alongAxes(x, along(x.shape[1], rows), along(x.shape[2], columns));
}
`,
} as const;

const padReflect = {
  needs: ["alongAxes", "sides"],
  text: `
/** A feature map mirrored at its outermost positions, which are not repeated. */
function padReflect(x: tf.Tensor4D, [rows, columns]: Sides): tf.Tensor4D {
  const along = (length: number, [before, after]: Pair): Entry[][] => {
    const period = Math.max(1, 2 * (length - 1));
    return Array.from({ length: before + length + after }, (_, i) => {
      const at = (((i - before) % period) + period) % period;
      return [[at < length ? at : period - at, 1]];
    });
  };
  return alongAxes(x, along(x.shape[1], rows), along(x.shape[2], columns));
}
`,
} as const;

const cropped = {
  needs: ["sides"],
  text: `
/** A feature map without its outermost positions. */
function cropped(x: tf.Tensor4D, [[top, bottom], [left, right]]: Sides): tf.Tensor4D {
  if (Math.max(top, bottom, left, right) === 0) return x;
  const [batch, height, width, channels] = x.shape;
  return tf.slice(x, [0, top, left, 0], [batch, height - top - bottom, width - left - right, channels]);
}
`,
} as const;

const crop = {
  needs: ["cropped"],
  text: `
function crop(x: tf.Tensor4D, margins: Sides): tf.Tensor4D {
  return cropped(x, margins);
}
`,
} as const;

const cropTo = {
  needs: [],
  text: `
/** A feature map cropped to the size of another: from that offset on, or by as much on both sides. */
function cropTo(
  x: tf.Tensor4D,
  like: tf.Tensor4D,
  [top, left]: readonly [number | undefined, number | undefined] = [undefined, undefined],
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const start = [0, top ?? (height - like.shape[1]) / 2, left ?? (width - like.shape[2]) / 2, 0];
  return tf.slice(x, start as [number, number, number, number], [batch, like.shape[1], like.shape[2], channels]);
}
`,
} as const;

const sizeOf = {
  needs: ["pair"],
  text: `
function sizeOf(x: tf.Tensor4D): Pair {
  return [x.shape[1], x.shape[2]];
}
`,
} as const;

export const resamplingHelpers = {
  upsampleBilinear,
  upsampleNearest,
  resizeBilinear,
  resizeNearest,
  bedOfNails,
  pixelShuffle,
  pixelUnshuffle,
  cropTo,
  crop,
  padZeros,
  padEdge,
  padReflect,
  bilinear,
  nearest,
  alongAxes,
  padded,
  cropped,
  sizeOf,
} satisfies Readonly<Record<string, Helper>>;
