/** Padding: positions added around a feature map. */
import { Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { shiftStep } from "../geometry/shift.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { Attributes } from "./attributes.ts";
import { border } from "./axis-matrices.ts";
import { marginParameters, marginsOf } from "./margins.ts";
import { bracketed, margins as marginsNotation, oneOf, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, named, positional } from "./parameters.ts";
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

const modes = ["zeros", "constant", "reflect", "edge"] as const;

/**
 * The geometry is that of the positions inside: an added position has the place that the grid, continued, gives it, whatever
 * is copied into it.
 */
export const pad: Operation<Attributes["pad"]> = {
  name: "pad",
  summary:
    "Positions added around the feature map: zeros, a constant, a reflection about the border values, or copies of the border values.",
  kind: "pad",
  inputs: oneMap,
  schema: { margins: bracketed(marginsNotation), mode: oneOf(...modes), value: real },
  traits: spatial,
  label: nameAsLabel("pad"),
  say: ({ margins, mode, value }) =>
    said(
      "pad",
      marginTexts(margins),
      mode === "zeros" ? [] : [mode],
      mode === "constant" ? [`value = ${value}`] : [],
    ),
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
    patternOf(border(inputAt(inputs, 0), margins[axis], mode === "constant" ? "zeros" : mode)),
  ],
  matrix: ({ margins, mode }, { axis, inputs }) =>
    mode === "constant" ? undefined : border(inputAt(inputs, 0), margins[axis], mode),
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  dilated: {
    kind: "spread",
    at: (attributes, spread) =>
      attributes.mode === "zeros" || attributes.mode === "constant"
        ? { ...attributes, margins: spreadMargins(attributes.margins, spread) }
        : undefined,
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
    named("value", { kind: "number" }, "Constant: the value of the added positions.", undefined),
  ],
  lower: (call) => {
    const margins = marginsOf(call, "pad");
    if (margins instanceof Refusal) return margins;
    const word = argumentOf(call, "mode", "choice");
    if (word === undefined && argumentOf(call, "value", "number") !== undefined) {
      const facts = {
        word: "pad",
        needs: "the mode constant for a value",
        example: "pad(1, constant, value = 1)",
      };
      return refuse("operations/argument-needed", facts, "value");
    }
    const mode = modes.find((candidate) => candidate === word) ?? "zeros";
    const value = argumentOf(call, "value", "number");
    if (mode === "constant" && value === undefined) {
      const facts = {
        word: "pad",
        needs: "the value of the constant",
        example: "pad(1, constant, value = 1)",
      };
      return refuse("operations/argument-needed", facts);
    }
    if (mode !== "constant" && value !== undefined) {
      const reason = "only a constant has a value";
      return refuse(
        "operations/arguments-exclude",
        { word: "pad", first: mode, second: "value", reason },
        "value",
      );
    }
    const attributes = { margins, mode, value: value ?? 0 };
    return [{ operation: "pad", attributes, inputs: [call.current.node] }];
  },
};
