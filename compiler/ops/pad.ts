/** Padding: positions added around a feature map. */
import { Refusal } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { shiftStep } from "../geometry/shift.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { Attributes } from "./attributes.ts";
import { border } from "./axis-matrices.ts";
import { marginParameters, marginsOf } from "./margins.ts";
import { bracketed, margins as marginsNotation, oneOf } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, positional } from "./parameters.ts";
import { patternOf } from "./reads.ts";
import { oneMap } from "./roles.ts";
import {
  inputAt,
  nameAsLabel,
  noMultiplyAdds,
  noWeights,
  sameChannels,
  sameScale,
  spatial,
} from "./rules.ts";
import { marginTexts, said } from "./said.ts";
import { shiftedSize, sizeAtLeast } from "./size-steps.ts";
import { spreadMargins } from "./windowed.ts";
import type { Word } from "./word.ts";

const modes = ["zeros", "reflect", "edge"] as const;

/**
 * The geometry is that of the positions inside: an added position has the place that the grid, continued, gives it, whatever
 * is copied into it.
 */
export const pad: Operation<Attributes["pad"]> = {
  name: "pad",
  summary:
    "Positions added around the feature map: zeros, a reflection about the border values, or copies of the border values.",
  kind: "pad",
  inputs: oneMap,
  schema: { margins: bracketed(marginsNotation), mode: oneOf(...modes) },
  traits: spatial,
  label: nameAsLabel("pad"),
  say: ({ margins, mode }) => said("pad", marginTexts(margins), mode === "zeros" ? [] : [mode]),
  channels: sameChannels,
  size: ({ margins, mode }, inputs, axis) => {
    const { before, after } = margins[axis];
    const map = inputAt(inputs, 0);
    // Mirroring about the border position needs as many positions inside it as it adds.
    const enough = mode === "reflect" ? applyStep(map, sizeAtLeast(Math.max(before, after) + 1)) : map;
    return enough instanceof Refusal ? enough : applyStep(enough, shiftedSize(before + after));
  },
  geometry: ({ margins }, inputs, axis) => compose(inputAt(inputs, 0), shiftStep(-margins[axis].before)),
  scale: sameScale,
  reads: ({ margins, mode }, { axis, inputs }) => [
    patternOf(border(inputAt(inputs, 0), margins[axis], mode)),
  ],
  matrix: ({ margins, mode }, { axis, inputs }) => border(inputAt(inputs, 0), margins[axis], mode),
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  dilated: {
    kind: "spread",
    at: ({ margins, mode }, spread) =>
      mode === "zeros" ? { mode, margins: spreadMargins(margins, spread) } : undefined,
  },
  keepsColours: true,
  moment: "passes",
};

export const padWord: Word = {
  name: "pad",
  summary: "Add positions around the feature map.",
  parameters: [
    ...marginParameters("added"),
    positional("mode", { kind: "choice", words: modes }, "The values of the added positions.", "zeros"),
  ],
  lower: (call) => {
    const margins = marginsOf(call, "pad");
    if (margins instanceof Refusal) return margins;
    const word = argumentOf(call, "mode", "choice");
    const mode = modes.find((candidate) => candidate === word) ?? "zeros";
    return [{ operation: "pad", attributes: { margins, mode }, inputs: [call.current.node] }];
  },
};
