/** What several helpers share. */
import type { Helper } from "./helper.ts";

const pass = {
  needs: [],
  text: `
/** One pass through the network. */
interface Pass {
  readonly weight: (name: string) => tf.Variable;
  readonly training: boolean;
  readonly dropoutMask: DropoutMask;
}
`,
} as const;

const guidedPass = {
  needs: [],
  replaces: "pass",
  text: `
/** One pass through the network. */
interface Pass {
  readonly weight: (name: string) => tf.Variable;
  /** Of an input. */
  readonly normalisation: (input: string) => Normalisation;
  readonly training: boolean;
  readonly dropoutMask: DropoutMask;
}
`,
} as const;

const pair = {
  needs: [],
  text: `
/** Along height and width. */
type Pair = [number, number];

function pair(value: number | Pair): Pair {
  return typeof value === "number" ? [value, value] : value;
}
`,
} as const;

const sides = {
  needs: ["pair"],
  text: `
/** [[top, bottom], [left, right]] */
type Sides = [Pair, Pair];

function sides(margins: number | Sides): Sides {
  return typeof margins === "number" ? [[margins, margins], [margins, margins]] : margins;
}
`,
} as const;

const withGradient = {
  needs: [],
  text: `
/** An operation with gradients of its own: those of its inputs, from that of its result and the inputs. */
function withGradient<I extends tf.Tensor4D[]>(
  inputs: [...I],
  forward: (...inputs: I) => tf.Tensor4D,
  gradients: (dy: tf.Tensor4D, ...inputs: I) => tf.Tensor[],
): tf.Tensor4D {
  const operation = tf.customGrad((...args) => {
    // TensorFlow.js hands over the inputs and, last, the function that keeps tensors for the gradient.
    const save = args.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const given = args as unknown as I;
    save(given);
    return {
      value: forward(...given),
      gradFunc: (dy, saved) => gradients(dy as tf.Tensor4D, ...(saved as I)),
    };
  });
  return operation(...inputs) as tf.Tensor4D;
}
`,
} as const;

const sumOf = {
  needs: [],
  text: `
/** One after the other: \`tf.addN\` gives wrong values on "webgpu" for more than seven tensors, without an error. */
function sumOf(maps: tf.Tensor4D[]): tf.Tensor4D {
  return maps.reduce((sum, map) => tf.add(sum, map));
}
`,
} as const;

export const commonHelpers = { pass, guidedPass, pair, sides, withGradient, sumOf } satisfies Readonly<
  Record<string, Helper>
>;
