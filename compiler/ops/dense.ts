/** A fully connected layer: every value of the result is a weighted sum over the whole feature map. */
import type { PerAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { constantCells } from "../sizes/constant-cells.ts";
import { formula } from "../sizes/formula.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { existsSet } from "../sizes/size-set.ts";
import { sizeAt } from "../sizes/size-table.ts";
import type { Attributes } from "./attributes.ts";
import { learnedSchema } from "./convolution.ts";
import { count as countNotation } from "./notation.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { count, required, requiredArgument, weightArguments, weightParameters } from "./parameters.ts";
import { readsAll } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, nameAsLabel, perChannel, spatial } from "./rules.ts";
import { said, weightTexts, withSettings } from "./said.ts";
import { fixedSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

export const dense: Operation<Attributes["dense"]> = {
  name: "dense",
  summary:
    "A fully connected layer on the whole feature map, whose size must be constant; the result is one position.",
  kind: "dense",
  inputs: oneMap,
  schema: { channels: countNotation, ...learnedSchema },
  traits: spatial,
  label: nameAsLabel("dense"),
  say: (attributes) => withSettings(said("dense", [`${attributes.channels}`]), weightTexts(attributes)),
  channels: ({ channels, init }) =>
    init.kind === "bilinear" || init.kind === "identity"
      ? refuse("operations/dense-has-no-kernel", { initialisation: init.kind }, "init")
      : channels,
  size: ({ channels }, inputs, axis) => {
    const size = inputAt(inputs, 0);
    if (constantCells(size) === undefined) return needsConstantSize(channels, size, axis);
    return applyStep(size, fixedSize(1));
  },
  geometry: () => ({ kind: "whole", grid: undefined }),
  scale: () => "whole",
  reads: readsAll,
  weights: ({ channels, bias, init, frozen }, inputs, sizes) => {
    const [height, width] = cellsOf(sizes);
    const into = inputAt(inputs, 0);
    const weight: WeightSpecification = {
      name: "weight",
      shape: [channels, into, height, width],
      initialisation: init,
      trainable: !frozen,
      counted: true,
      // Every value of the feature map, and every channel of the result.
      kernel: {
        fan: { in: into * height * width, out: channels },
        groups: 1,
        outputs: channels,
        transposed: false,
      },
    };
    return bias ? [weight, perChannel("bias", channels, 0, !frozen)] : [weight];
  },
  multiplyAdds: ({ channels }, inputs) =>
    inputAt(inputs, 0).reduce((product, extent) => product * extent, channels),
  moment: "ends",
};

/** @throws Error where a size is not constant, which `size` refuses before. */
function cellsOf(sizes: PerAxis<readonly SizeFunction[]>): PerAxis<number> {
  const [height, width] = sizes.map((inputs) => constantCells(inputAt(inputs, 0)));
  if (height === undefined || width === undefined) throw new Error("a dense layer on a map of no one size");
  return [height, width];
}

/** Input sizes that classifiers are trained at, to say how large the feature map would be there. */
const usualSizes = [224, 256, 32, 512];

function needsConstantSize(channels: number, size: SizeFunction, axis: 0 | 1): Refusal {
  const usual = usualSizes.find((candidate) => sizeAt(size, candidate) !== undefined);
  const cells = usual === undefined ? undefined : sizeAt(size, usual);
  return refuse("operations/dense-needs-constant-size", {
    channels,
    axis: axis === 0 ? "y" : "x",
    symbol: size.symbol ?? "size",
    formula: formula(size, existsSet(size), { unicode: true }),
    example: usual === undefined || cells === undefined ? undefined : { size: usual, cells },
  });
}

export const denseWord: Word = {
  name: "dense",
  summary: "A fully connected layer on the whole feature map, whose height and width must be constant.",
  parameters: [
    required("channels", count, "Values of the result, which is one position."),
    ...weightParameters.filter(({ name }) => name !== "groups"),
  ],
  lower: (call) => {
    const { bias, init, frozen } = weightArguments(call);
    const attributes = { channels: requiredArgument(call, "channels", "count"), bias, init, frozen };
    return [{ operation: "dense", attributes, inputs: [call.current.node] }];
  },
};
