/**
 * A fully connected conditional random field as a layer: mean-field inference unrolled, and trained through (Zheng et al. 2015,
 * section 4).
 */
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { compose, type GridStep } from "../geometry/grid-step.ts";
import { liesNowhere } from "../geometry/grid-within.ts";
import { join } from "../geometry/join.ts";
import { wholeWhere } from "../geometry/sized.ts";
import { windowStep } from "../geometry/windows.ts";
import { meet } from "../sizes/meet.ts";
import type { CrfAttributes, OperationName } from "./attributes.ts";
import {
  count as countNotation,
  extent as extentNotation,
  flag as flagNotation,
  orAll,
  real,
  whole,
} from "./notation.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { argumentOf, extent, flag, named, required, requiredArgument } from "./parameters.ts";
import { inputsOf } from "./roles.ts";
import { inputAt, nameAsLabel, perChannel, sameScale, spatial } from "./rules.ts";
import { flagged, pair, said, unless, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import type { ParameterType, Word } from "./word.ts";

export const crf: Operation<CrfAttributes> = {
  name: "crf",
  summary:
    "A conditional random field over positions, fully connected or within windows: class scores after mean-field inference with trained kernel weights and label compatibility.",
  kind: "random field",
  inputs: inputsOf("values", "colours"),
  schema: {
    iterations: whole,
    window: orAll(extentNotation(countNotation)),
    appearanceWeight: policy(real),
    smoothnessWeight: policy(real),
    appearancePosition: real,
    smoothnessPosition: real,
    appearanceColour: real,
    frozen: policy(flagNotation),
  },
  traits: spatial,
  label: nameAsLabel("CRF"),
  say: (attributes) => {
    const { window, iterations, frozen } = attributes;
    return withSettings(
      said("crf"),
      ["guide = …"],
      window === "all" ? [] : [`window = ${pair(window)}`],
      unless(`${iterations}`, "5", "iterations"),
      unless(`${attributes.appearanceWeight}`, "4", "appearance_weight"),
      unless(`${attributes.appearancePosition}`, "67", "appearance_position"),
      unless(`${attributes.appearanceColour}`, "3", "appearance_colour"),
      unless(`${attributes.smoothnessWeight}`, "3", "smoothness_weight"),
      unless(`${attributes.smoothnessPosition}`, "1", "smoothness_position"),
      flagged("frozen", frozen),
    );
  },
  channels: ({ window }, inputs): number | Refusal => {
    const channels = inputAt(inputs, 0);
    if (window !== "all" && window.some((cells) => cells % 2 === 0)) {
      return refuse("operations/crf-needs-odd-window", { height: window[0], width: window[1] }, "window");
    }
    return channels >= 2 ? channels : refuse("operations/crf-needs-classes", { channels });
  },
  size: (_, inputs) => meet(inputAt(inputs, 0), inputAt(inputs, 1)),
  /** Every position receives messages from all others, or from those that its window reaches. The grid stays the same. */
  geometry: (attributes, inputs, axis): AxisGeometry => {
    const [scores, guide] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const sources = messageSources(attributes, axis);
    if (sources === "all") return wholeWhere(liesNowhere(scores) ? guide : scores);
    const known = compose(scores, sources.scores);
    return sources.guide === undefined ? known : join([known, compose(guide, sources.guide)]);
  },
  scale: sameScale,
  reads: (attributes, { axis }) => {
    const sources = messageSources(attributes, axis);
    return sources === "all" ? ["all", "all"] : [sources.scores.takes, sources.guide?.takes];
  },
  moment: "ends",
  weights: ({ appearanceWeight, smoothnessWeight, frozen }, inputs) => {
    const classes = inputAt(inputs, 0);
    const compatibility: WeightSpecification = {
      name: "compatibility",
      shape: [classes, classes],
      initialisation: { kind: "potts" },
      trainable: !frozen,
      counted: true,
    };
    return [
      perChannel("appearance", classes, appearanceWeight, !frozen),
      perChannel("smoothness", classes, smoothnessWeight, !frozen),
      compatibility,
    ];
  },
  /** The label compatibility alone, a 1x1 convolution: what the filters cost depends on the image. */
  multiplyAdds: ({ iterations }, _, [classes, height, width]) =>
    iterations * height * width * classes * classes,
};

/** The positions of scores and guide that a position depends on; without iterations it depends on none of the guide. */
export function messageSources(
  { window, iterations }: Pick<CrfAttributes, "window" | "iterations">,
  axis: 0 | 1,
): { readonly scores: GridStep; readonly guide: GridStep | undefined } | "all" {
  const around = (cells: number) => windowStep(2 * cells + 1, 1, 1, cells);
  if (iterations === 0) return { scores: around(0), guide: undefined };
  if (window === "all") return window;
  // An iteration reaches half a window; the sums that normalise the messages from there reach half a window further.
  const half = (window[axis] - 1) / 2;
  return { scores: around(iterations * half), guide: around((iterations + 1) * half) };
}

export function isRandomField<N extends { readonly operation: OperationName }>(
  node: N,
): node is Extract<N, { readonly operation: "crf" }> {
  return node.operation === "crf";
}

const weight: ParameterType = { kind: "number", least: 0, most: 1000 };
const deviation: ParameterType = { kind: "number", least: 0.1, most: 10_000 };

export const crfWord: Word = {
  name: "crf",
  summary:
    "A conditional random field on the class scores of the current feature map, fully connected unless a window is given; the colours of an image determine which positions are similar.",
  parameters: [
    required("guide", { kind: "map" }, "The image whose colours are compared: an input, of the same size."),
    named(
      "window",
      extent,
      "Height and width, odd, of the window from which a position receives messages; they are summed exactly.",
      "all positions",
    ),
    named(
      "iterations",
      { kind: "count", least: 0 },
      "Iterations of the mean field; 0 returns the scores unchanged.",
      "5",
    ),
    named(
      "appearance_weight",
      weight,
      "Initial weight, for every class, of nearby positions of similar colour.",
      "4",
    ),
    named("appearance_position", deviation, "Standard deviation of their distance, in positions.", "67"),
    named(
      "appearance_colour",
      deviation,
      "Standard deviation of their difference in colour, in grey levels of 255.",
      "3",
    ),
    named(
      "smoothness_weight",
      weight,
      "Initial weight, for every class, of nearby positions of any colour.",
      "3",
    ),
    named("smoothness_position", deviation, "Standard deviation of their distance, in positions.", "1"),
    named("frozen", flag, "Training leaves the weights as they are.", "false"),
  ],
  lower: (call) => {
    const number = (name: string, otherwise: number): number => argumentOf(call, name, "number") ?? otherwise;
    const attributes: CrfAttributes = {
      iterations: argumentOf(call, "iterations", "count") ?? 5,
      window: argumentOf(call, "window", "extent") ?? "all",
      appearanceWeight: number("appearance_weight", 4),
      appearancePosition: number("appearance_position", 67),
      appearanceColour: number("appearance_colour", 3),
      smoothnessWeight: number("smoothness_weight", 3),
      smoothnessPosition: number("smoothness_position", 1),
      frozen: argumentOf(call, "frozen", "flag") ?? false,
    };
    const guide = requiredArgument(call, "guide", "map");
    return [{ operation: "crf", attributes, inputs: [call.current.node, guide.node] }];
  },
};
