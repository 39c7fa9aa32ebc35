/**
 * The conditional random field over windows, as mean-field iterations of public operators. Every position's window is laid out
 * along a dimension of its own: [batch, channels, window, positions].
 *
 * The fully connected one is refused: which vertices of its lattice exist depends on the image.
 */
import { perAxis } from "../../../axis.ts";
import { refuse } from "../../../diagnostics/problem.ts";
import { guideInput } from "../../../network/guide-input.ts";
import { int, ints, tensor } from "../../../onnx/attribute.ts";
import { one } from "../../../onnx/tensors.ts";
import type { Row, RowContext } from "../row.ts";

export const crf: Row<"crf"> = (node, [scores = "", guide = ""], row) => {
  const { iterations, window, appearancePosition, appearanceColour, smoothnessPosition } = node.attributes;
  if (iterations === 0) return scores;
  if (window === "all")
    return refuse("targets/crf-without-window", {
      target: "onnx",
      because: "a model has a fixed graph",
    });
  const { graph, normalisations } = row.around;
  const { input } = guideInput((id) => graph.nodes[id], node.inputs[1] ?? -1);
  if (input === undefined) throw new Error(`${node.name} has no guide`);
  const { name, channels: colours } = input.attributes;
  const { mean = [], deviation = [] } = normalisations.get(name) ?? {};
  const classes = node.map.channels;
  const taps = new Windows(window, row);

  // Grey levels of 255 in units of standard deviations.
  const perColour = (what: string, of: (channel: number) => number) =>
    row.constant(
      what,
      [1, colours, 1, 1],
      Array.from({ length: colours }, (_, channel) => of(channel)),
    );
  const unit = 255 / appearanceColour;
  const factor = perColour("colour factor", (channel) => unit * (deviation[channel] ?? 1));
  const offset = perColour("colour offset", (channel) => unit * (mean[channel] ?? 0));
  const levels = row.step("Add", [row.step("Mul", [guide, factor]), offset]);
  const apart = row.step("Sub", [taps.of(levels, colours), taps.centre(levels, colours)]);
  const colour = sum(row.step("Mul", [apart, apart]), 1, row);
  const alike = row.step("Add", [colour, taps.distances("appearance distances", appearancePosition)]);
  const kernels = [
    { kernel: taps.kernel(alike), weight: "appearance" },
    { kernel: taps.kernel(taps.distances("smoothness distances", smoothnessPosition)), weight: "smoothness" },
  ];

  const compatibility = row.weight("compatibility", [classes, classes, 1, 1]);
  const unaries = scores;
  let logits = scores;
  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    const around = taps.of(row.step("Softmax", [logits], { axis: int(1) }), classes);
    const messages = kernels.map(({ kernel, weight }) => {
      const received = sum(row.step("Mul", [around, kernel]), 2, row);
      return row.step("Mul", [received, row.weight(weight, [classes, 1, 1])]);
    });
    const together = row.step("Reshape", [row.step("Add", messages), row.shape(0)]);
    const penalty = row.step("Conv", [together, compatibility]);
    logits =
      iteration === iterations ? row.main("Sub", [unaries, penalty]) : row.step("Sub", [unaries, penalty]);
  }
  return logits;
};

/** Over one dimension, which stays with extent 1. */
function sum(value: string, dimension: number, row: RowContext): string {
  return row.step("ReduceSum", [value, row.model.integers([dimension])], { keepdims: int(1) });
}

/** The windows around all positions of a feature map with the size of the node's first input. */
class Windows {
  readonly #window: readonly [height: number, width: number];
  readonly #row: RowContext;
  /** [1, 1, window, positions]: 1 inside the feature map, 0 outside. */
  readonly #inside: string;

  constructor(window: readonly [height: number, width: number], row: RowContext) {
    this.#window = window;
    this.#row = row;
    const shape = row.integers(row.joined([1, 1], row.extent(0)));
    this.#inside = this.of(row.step("ConstantOfShape", [shape], { value: tensor(one) }), 1);
  }

  get #count(): number {
    return this.#window[0] * this.#window[1];
  }

  /** [batch, channels, height, width] → [batch, channels, window, positions]; zeros outside. */
  of(value: string, channels: number): string {
    const count = this.#count;
    const [y, x] = perAxis((axis) => (this.#window[axis] - 1) / 2);
    // One kernel for every tap of the window, with a one there.
    const taps = Array.from({ length: channels * count * count }, (_, i) =>
      Math.floor(i / count) % count === i % count ? 1 : 0,
    );
    const weight = this.#row.constant(`taps of ${channels}`, [channels * count, 1, ...this.#window], taps);
    const unfolded = this.#row.step("Conv", [value, weight], {
      pads: ints([y, x, y, x]),
      group: int(channels),
    });
    return this.#row.step("Reshape", [unfolded, this.#row.model.integers([0, channels, count, -1])]);
  }

  /** [batch, channels, height, width] → [batch, channels, 1, positions] */
  centre(value: string, channels: number): string {
    return this.#row.step("Reshape", [value, this.#row.model.integers([0, channels, 1, -1])]);
  }

  /** Squared distances from the centre in units of the deviation, [1, 1, window, 1]. */
  distances(what: string, deviation: number): string {
    const [height, width] = this.#window;
    const squared = Array.from({ length: this.#count }, (_, i) => {
      const [y, x] = [Math.floor(i / width) - (height - 1) / 2, (i % width) - (width - 1) / 2];
      return (y * y + x * x) / deviation ** 2;
    });
    return this.#row.constant(what, [1, 1, this.#count, 1], squared);
  }

  /** exp(−distance / 2) inside the feature map, normalised symmetrically: D^−½ K D^−½ with the row sums of K in D. */
  kernel(squared: string): string {
    const row = this.#row;
    const half = row.step("Mul", [squared, row.model.number(-0.5)]);
    const shares = row.step("Mul", [row.step("Exp", [half]), this.#inside]);
    const inverse = row.step("Reciprocal", [row.step("Sqrt", [sum(shares, 2, row)])]);
    const ofPosition = row.step("Mul", [shares, inverse]);
    const shape = row.integers(row.joined([-1, 1], row.extent(0)));
    return row.step("Mul", [ofPosition, this.of(row.step("Reshape", [inverse, shape]), 1)]);
  }
}
