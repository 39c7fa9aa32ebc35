/** Cropping: positions removed at the border, by given margins or to another feature map's size. */
import type { PerAxis } from "../axis.ts";
import { Refusal } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { shiftStep } from "../geometry/shift.ts";
import { placedBySize } from "../geometry/sized.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { centredSet } from "../sizes/centred-offset.ts";
import { difference } from "../sizes/meet.ts";
import { atLeastSet, restrict } from "../sizes/size-set.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import { cropping } from "./axis-matrices.ts";
import { marginParameters, marginsOf } from "./margins.ts";
import { bracketed, cuts, margins as marginsNotation, oneOf } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { type AxisPositions, readsBy } from "./reads.ts";
import { inputsOf, oneMap } from "./roles.ts";
import {
  inputAt,
  nameAsLabel,
  noMultiplyAdds,
  noWeights,
  sameChannels,
  sameScale,
  spatial,
} from "./rules.ts";
import { marginTexts, type Said, said } from "./said.ts";
import { shiftedSize } from "./size-steps.ts";
import { spreadMargins } from "./windowed.ts";
import type { Lowered, Word } from "./word.ts";

export const cropTo: Operation<Attributes["crop_to"]> = {
  name: "crop_to",
  summary: "Crop to the height and width of another feature map: centred, or so that the two grids align.",
  kind: "crop",
  inputs: inputsOf("values", "size"),
  schema: { rule: oneOf("centred", "aligned"), offset: cuts },
  traits: spatial,
  label: nameAsLabel("crop"),
  say: sayCropTo,
  channels: sameChannels,
  size: ({ rule, offset }, inputs, axis) => {
    const reference = inputAt(inputs, 1);
    const surplus = difference(inputAt(inputs, 0), reference);
    if (surplus instanceof Refusal) return surplus;
    const cut = offset[axis];
    const possible = rule === "centred" || cut === undefined ? centredSet(surplus) : atLeastSet(surplus, cut);
    return possible instanceof Refusal ? possible : restrict(reference, possible);
  },
  geometry: ({ offset }, inputs, axis) => {
    const cut = offset[axis];
    if (cut === undefined) {
      return placedBySize(inputAt(inputs, 0), "what a centred crop cuts here depends on the input's size");
    }
    return compose(inputAt(inputs, 0), shiftStep(cut));
  },
  scale: sameScale,
  reads: (attributes, positions) => [shiftStep(croppedBefore(attributes, positions)).takes, undefined],
  matrix: (attributes, positions) =>
    cropping(inputAt(positions.inputs, 0), croppedBefore(attributes, positions), positions.output),
  gridAt: (attributes, positions) => shiftStep(croppedBefore(attributes, positions)),
  offset: ({ offset }) => offset,
  offsetAt: croppedBefore,
  realigned: ({ rule, offset }) => (rule === "centred" ? { rule: "aligned", offset } : undefined),
  keepsColours: true,
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  moment: "passes",
};

/** Positions cropped before the first: where that depends on the size, half the difference of the sizes. */
export function croppedBefore(
  { offset }: Attributes["crop_to"],
  { axis, inputs, output }: AxisPositions,
): number {
  return offset[axis] ?? (inputAt(inputs, 0) - output) / 2;
}

function sayCropTo({ rule, offset }: Attributes["crop_to"]): Said {
  const [y, x] = offset.map((cells) => (cells === undefined ? "half the difference" : `${cells}`));
  const rest = y === x ? `…, ${rule}, cropping ${y}` : `…, ${rule}, cropping ${y} down and ${x} across`;
  return { ...said("crop to"), rest };
}

/** Whether a node crops one feature map to the size of another. */
export function isCropTo<N extends { readonly operation: OperationName }>(
  node: N,
): node is Extract<N, { readonly operation: "crop_to" }> {
  return node.operation === "crop_to";
}

/** `map` cropped to the height and width of `reference`. */
export function croppedTo(
  map: number,
  reference: number,
  rule: "centred" | "aligned",
  offset: PerAxis<number | undefined>,
): Lowered {
  return { operation: "crop_to", attributes: { rule, offset }, inputs: [map, reference] };
}

const cropStep = ({ margins }: Attributes["crop"], axis: 0 | 1) => shiftStep(margins[axis].before);

export const crop: Operation<Attributes["crop"]> = {
  name: "crop",
  summary: "Positions removed from the border.",
  kind: "crop",
  inputs: oneMap,
  schema: { margins: bracketed(marginsNotation) },
  traits: spatial,
  label: nameAsLabel("crop"),
  say: ({ margins }) => said("crop", marginTexts(margins)),
  channels: sameChannels,
  size: ({ margins }, inputs, axis) =>
    applyStep(inputAt(inputs, 0), shiftedSize(-margins[axis].before - margins[axis].after)),
  geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), cropStep(attributes, axis)),
  scale: sameScale,
  reads: readsBy(cropStep),
  matrix: ({ margins }, { axis, inputs, output }) =>
    cropping(inputAt(inputs, 0), margins[axis].before, output),
  dilated: {
    kind: "spread",
    at: ({ margins }, spread) => ({ margins: spreadMargins(margins, spread) }),
  },
  keepsColours: true,
  moment: "passes",
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

export const cropWord: Word = {
  name: "crop",
  summary: "Remove positions from the border.",
  parameters: marginParameters("cut"),
  lower: (call) => {
    const margins = marginsOf(call, "crop");
    if (margins instanceof Refusal) return margins;
    return [{ operation: "crop", attributes: { margins }, inputs: [call.current.node] }];
  },
};
