/**
 * Numbers from random bits: uniform ones, comparisons of these with a limit, and normal ones by the formula of Box and Muller 1958; many
 * of these in single precision, without a logarithm and a cosine for each: tables and short series give a number that is off by less
 * than a known amount, and where rounding does not depend on that amount, the rounded number is the formula's own.
 */

/** Uniform in [0, 1), with 53 bits: the first 27 of one word, and 26 of another. */
export function uniformOf(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** Standard normal, of two uniform numbers. */
export function normalOf(first: number, second: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - first));
  return radius * Math.cos(2 * Math.PI * second);
}

/** Words of random bits that a uniform number takes. */
export const wordsOfUniform = 2;

/** For each element 1 where `uniformOf` its words is below the limit, and 0 elsewhere: mostly the first word tells. */
export function fillBelow(data: Uint8Array, limit: number, words: Int32Array): void {
  const border = Math.floor(limit * 2 ** 27);
  for (let place = 0, at = 0; place < data.length; place++, at += wordsOfUniform) {
    const high = word(words, at) >>> 5;
    if (high === border) data[place] = uniformOf(word(words, at), word(words, at + 1)) < limit ? 1 : 0;
    else data[place] = (high - border) >>> 31;
  }
}

/**
 * Of the middle of each 512th of a turn its cosine and its sine; of the middle of each 256th of 1 … 2 one over it, and twice the logarithm
 * of that; of 2⁻⁽ⁿ⁺¹⁾, for n from 0, what it multiplies and adds.
 */
const table = Float64Array.from([
  ...range(512, (i) => (2 * Math.PI * (i + 0.5)) / 512).flatMap((x) => [Math.cos(x), Math.sin(x)]),
  ...range(256, (i) => 1 / (1 + (i + 0.5) / 256)).flatMap((x) => [x, 2 * Math.log(x)]),
  ...range(28, (n) => n).flatMap((n) => [2 ** (n - 52), 2 * (n + 1) * Math.LN2]),
]);

function range<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/**
 * For each number `deviation * normalOf(…)`, rounded. The generator's step (random.ts) stands here four times: what it changes stays in
 * registers, and numbers are computed while bits are drawn.
 * @param state of the generator, which continues after the numbers drawn
 */
export function fillNormal(data: Float32Array, deviation: number, state: Int32Array): void {
  let a = word(state, 0);
  let b = word(state, 1);
  let c = word(state, 2);
  let counter = word(state, 3);
  // here, since a module's constants are loaded each time where it is bundled
  const [low26, turn, radian] = [2 ** 26, 2 ** 53, Math.PI / 2 ** 52];
  const [part0, octave0] = [2 * 512, 2 * (512 + 256)];
  // of a number over its radius: series and tables are off by less than 2⁻³⁹, the formula in double precision by less than 2⁻⁴⁹
  const doubt = 2 ** -36;
  const values = table;
  for (let place = 0; place < data.length; place++) {
    const high = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + high) | 0;
    const low = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + low) | 0;
    const angleHigh = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + angleHigh) | 0;
    const angleLow = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + angleLow) | 0;
    // 1 less the first uniform number is 2⁻⁽ⁿ⁺¹⁾ times the middle of a part times 1 + r
    const top = 0x7ffffff - (high >>> 5);
    const n = Math.clz32(top) - 5;
    const octave = octave0 + 2 * n;
    const part = part0 + 2 * (((top << n) >>> 18) & 255);
    const rest = turn - ((high >>> 5) * low26 + (low >>> 6));
    const r = rest * inTable(values, octave) * inTable(values, part) - 1;
    const series = r * (2 - r * (1 - r * (2 / 3 - r / 2)));
    const square = inTable(values, octave + 1) + inTable(values, part + 1) - series;
    const radius = deviation * Math.sqrt(square);
    // the angle is that of the middle of a sector, and x
    const sector = 2 * (angleHigh >>> 23);
    const x = (((angleHigh >>> 5) & 0x3ffff) * low26 + (angleLow >>> 6) - 2 ** 43) * radian;
    const xx = x * x;
    const cosine =
      inTable(values, sector) * (1 - xx * (1 / 2 - xx * (1 / 24))) -
      inTable(values, sector + 1) * x * (1 - xx * (1 / 6));
    const value = radius * cosine;
    const error = radius * doubt;
    const rounded = Math.fround(value - error);
    const isKnown =
      rounded === Math.fround(value + error) &&
      high >>> 24 > 0 && // else `square` is small beside what it is made of
      top > 0xfff && // else it has too few bits to tell the part
      deviation > 1e-30; // else the number may be 0, whose sign no comparison sees
    data[place] = isKnown
      ? rounded
      : deviation * normalOf(uniformOf(high, low), uniformOf(angleHigh, angleLow));
  }
  state.set([a, b, c, counter]);
}

/** There are as many as are read. */
function word(words: Int32Array, at: number): number {
  return 0 | (words[at] as number);
}

/** It has every place that is read. */
function inTable(values: Float64Array, at: number): number {
  return values[at] as number;
}
