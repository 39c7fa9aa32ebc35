/** Cropping: positions removed at the border, by given margins or to another feature map's size. */
import { Refusal } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { shiftStep } from "../geometry/shift.ts";
import { placedBySize } from "../geometry/sized.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { centredSet } from "../sizes/centred-offset.ts";
import { difference } from "../sizes/meet.ts";
import { atLeastSet, restrict } from "../sizes/size-set.ts";
import type { Attributes } from "./attributes.ts";
import { marginParameters, marginsOf } from "./margins.ts";
import type { Operation } from "./operation.ts";
import { inputAt, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { shiftedSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

export const cropTo: Operation<Attributes["crop_to"]> = {
  name: "crop_to",
  summary: "Crop to the height and width of another feature map: centred, or so that the two grids align.",
  traits: spatial,
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
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

export const crop: Operation<Attributes["crop"]> = {
  name: "crop",
  summary: "Positions removed from the border.",
  traits: spatial,
  channels: sameChannels,
  size: ({ margins }, inputs, axis) =>
    applyStep(inputAt(inputs, 0), shiftedSize(-margins[axis].before - margins[axis].after)),
  geometry: ({ margins }, inputs, axis) => compose(inputAt(inputs, 0), shiftStep(margins[axis].before)),
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
