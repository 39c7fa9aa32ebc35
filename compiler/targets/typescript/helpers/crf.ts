/** The conditional random field over windows. */
import type { Helper } from "./helper.ts";

const crf = {
  needs: ["guidedPass", "pair", "padded", "alongAxes", "sumOf"],
  text: `
interface RandomField {
  /** Positions, odd. */
  readonly window: number | Pair;
  readonly iterations: number;
  /** Standard deviations of distances, in positions, and of colours, in grey levels of 255. */
  readonly appearancePosition: number;
  readonly appearanceColour: number;
  readonly smoothnessPosition: number;
}

/**
 * Class scores after mean-field iterations of a conditional random field (Zheng et al. 2015, algorithm 1), with messages from the
 * positions of a window: of similar colour in the guide, and of any.
 */
function crf(
  pass: Pass,
  scores: tf.Tensor4D,
  guide: tf.Tensor4D,
  name: string,
  input: string,
  { window, iterations, appearancePosition, appearanceColour, smoothnessPosition }: RandomField,
): tf.Tensor4D {
  const reach = pair(window).map((positions) => (positions - 1) / 2) as Pair;
  const [, height, width, classes] = scores.shape;
  const { mean, deviation } = pass.normalisation(input);
  const colours = tf.add(tf.mul(guide, tf.tensor1d([...deviation])), tf.tensor1d([...mean]));
  const shares = similarities(tf.mul(colours, 255 / appearanceColour), reach, appearancePosition);
  const down = gaussianBand(height, reach[0], smoothnessPosition);
  const across = gaussianBand(width, reach[1], smoothnessPosition);
  const compatibility = tf.transpose(pass.weight(\`\${name}.compatibility\`)) as tf.Tensor2D;
  let logits = scores;
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const probabilities = tf.softmax(logits);
    const around = shifts(probabilities, reach);
    const similar = sumOf(shares.map((share, i) => tf.mul(around[i] ?? probabilities, share)));
    const received = tf.add(
      tf.mul(similar, pass.weight(\`\${name}.appearance\`)),
      tf.mul(alongAxes(probabilities, down, across), pass.weight(\`\${name}.smoothness\`)),
    );
    const penalties = tf.matMul(tf.reshape(received, [-1, classes]), compatibility);
    logits = tf.sub(scores, tf.reshape(penalties, scores.shape));
  }
  return logits;
}

/** The values at each place of the window around a position, zeros outside of the feature map. */
function shifts(x: tf.Tensor4D, [down, across]: Pair): tf.Tensor4D[] {
  const around = padded(x, [[down, down], [across, across]]);
  const places = (2 * down + 1) * (2 * across + 1);
  return Array.from({ length: places }, (_, i) =>
    tf.slice(around, [0, Math.floor(i / (2 * across + 1)), i % (2 * across + 1), 0], x.shape),
  );
}

/** exp(−½ squared distance) of position and colour for each place of the window, D^−½ K D^−½ with the sums of the rows of K in D. */
function similarities(colours: tf.Tensor4D, reach: Pair, deviation: number): tf.Tensor4D[] {
  const inside = shifts(tf.onesLike(tf.slice(colours, [0, 0, 0, 0], [-1, -1, -1, 1])), reach);
  const kernels = shifts(colours, reach).map((there, i) => {
    const [y, x] = [Math.floor(i / (2 * reach[1] + 1)) - reach[0], (i % (2 * reach[1] + 1)) - reach[1]];
    const apart = tf.sum<tf.Tensor4D>(tf.squaredDifference(there, colours), 3, true);
    const kernel = tf.exp(tf.mul(tf.add(apart, (y * y + x * x) / deviation ** 2), -0.5));
    return tf.mul<tf.Tensor4D>(kernel, inside[i] ?? 0);
  });
  const inverse = tf.rsqrt(sumOf(kernels));
  const inverses = shifts(inverse, reach);
  return kernels.map((kernel, i) => tf.mul(tf.mul(kernel, inverse), inverses[i] ?? inverse));
}

/** Gaussian shares of the positions within reach, normalised as above. */
function gaussianBand(length: number, reach: number, deviation: number): Entry[][] {
  const within = (at: number): number[] =>
    Array.from({ length: 2 * reach + 1 }, (_, i) => at + i - reach).filter((i) => i >= 0 && i < length);
  const share = (apart: number): number => Math.exp(-((apart / deviation) ** 2) / 2);
  const sumAt = (at: number): number => within(at).reduce((sum, i) => sum + share(i - at), 0);
  return Array.from({ length }, (_, at) =>
    within(at).map((i) => [i, share(i - at) / Math.sqrt(sumAt(at) * sumAt(i))]),
  );
}
`,
} as const;

export const crfHelpers = { crf } satisfies Readonly<Record<string, Helper>>;
