/** Unpooling: values put back to where a pool found its maxima, or at the top left of a window of zeros. */
import { perAxis } from "../axis.ts";
import { Refusal, refuse } from "../diagnostics/problem.ts";
import { compose, type GridStep } from "../geometry/grid-step.ts";
import { rational } from "../geometry/rational.ts";
import { unpooled } from "../geometry/unpool.ts";
import { transposedWindowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { equalSet, restrict } from "../sizes/size-set.ts";
import type { Attributes, OperationName, PoolAttributes } from "./attributes.ts";
import { nails } from "./axis-matrices.ts";
import { count, extent as extentNotation } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, extent, positional } from "./parameters.ts";
import { poolSchema } from "./pooling.ts";
import { readsBy } from "./reads.ts";
import { inputsOf, oneMap } from "./roles.ts";
import { inputAt, nameAsLabel, noMultiplyAdds, noWeights, sameChannels, spatial } from "./rules.ts";
import { pair, said, withSettings } from "./said.ts";
import { sameMeaning } from "./schema.ts";
import { multipliedSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

export const unpool: Operation<Attributes["unpool"]> = {
  name: "unpool",
  summary: "Each value at its pooling index, zero elsewhere; values at the same position add.",
  kind: "resampling",
  inputs: inputsOf("values", "indices", "size"),
  schema: poolSchema,
  traits: spatial,
  label: nameAsLabel("unpool"),
  say: () => withSettings(said("unpool"), ["…"]),
  channels: (_, inputs) => {
    const values = inputAt(inputs, 0);
    const pool = inputAt(inputs, 1);
    return values === pool ? values : refuse("operations/unpool-channels-differ", { values, pool });
  },
  size: (_, inputs) => {
    const meeting = equalSet(inputAt(inputs, 0), inputAt(inputs, 1));
    return meeting instanceof Refusal ? meeting : restrict(inputAt(inputs, 2), meeting);
  },
  geometry: ({ kernel, stride, dilation, padding }, inputs, axis) =>
    unpooled(
      inputAt(inputs, 0),
      inputAt(inputs, 1),
      kernel[axis],
      stride[axis],
      dilation[axis],
      padding[axis].before,
    ),
  scale: () => ({ of: 2 }),
  reads: ({ kernel, stride, dilation, padding }, { axis }) => {
    const { takes } = transposedWindowStep(kernel[axis], stride[axis], padding[axis].before, dilation[axis]);
    return [takes, takes, undefined];
  },
  /** Values go to where the pool took its maxima from. */
  gridOf: 2,
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  moment: "passes",
};

/** Whether a node can be the pool whose maxima an unpool with these attributes goes back to. */
export function undoes(
  attributes: object,
  pool: { readonly operation: OperationName; readonly attributes: Attributes[OperationName] },
): boolean {
  if (pool.operation !== "maxpool") return false;
  // Both are those of a pool: the one by the caller's word, the other by its name.
  return sameMeaning(poolSchema, attributes as PoolAttributes, pool.attributes as PoolAttributes);
}

export const bedOfNails: Operation<Attributes["bed_of_nails"]> = {
  name: "bed_of_nails",
  summary: "Each value at the top left of a window of zeros.",
  kind: "resampling",
  inputs: oneMap,
  schema: { factor: extentNotation(count) },
  traits: spatial,
  label: nameAsLabel("bed of nails"),
  say: ({ factor }) => said("unpool", ["bed_of_nails", pair(factor)]),
  channels: sameChannels,
  size: ({ factor }, inputs, axis) => applyStep(inputAt(inputs, 0), multipliedSize(factor[axis])),
  geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), nailsStep(attributes, axis)),
  scale: ({ factor }) => perAxis((axis) => rational(1, factor[axis])),
  reads: readsBy(nailsStep),
  matrix: ({ factor }, { axis, inputs }) => nails(inputAt(inputs, 0), factor[axis]),
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  moment: "passes",
};

function nailsStep({ factor }: Attributes["bed_of_nails"], axis: 0 | 1): GridStep {
  return transposedWindowStep(1, factor[axis], 0);
}

export const unpoolWord: Word = {
  name: "unpool",
  summary: "The inverse of pooling: values at the pooling indices, or repeated, or surrounded by zeros.",
  parameters: [
    positional("pool", { kind: "map" }, "The maxpool whose pooling indices are used.", undefined),
    positional(
      "mode",
      { kind: "choice", words: ["nearest", "bed_of_nails"] },
      "Without a pool: how values are placed.",
      undefined,
    ),
    positional("factor", extent, "With a mode: how many times as large.", undefined),
  ],
  lower: (call) => {
    const { current } = call;
    const pool = argumentOf(call, "pool", "map");
    const mode = argumentOf(call, "mode", "choice");
    const factor = argumentOf(call, "factor", "extent");
    if (pool === undefined) {
      if (mode === undefined || factor === undefined) {
        const needs = mode === undefined ? "a pool, or nearest or bed_of_nails" : "a factor";
        return refuse("operations/argument-needed", {
          word: "unpool",
          needs,
          example: mode === undefined ? "unpool(pool1)" : `unpool(${mode}, 2)`,
        });
      }
      const inputs = [current.node];
      if (mode === "bed_of_nails") return [{ operation: "bed_of_nails", attributes: { factor }, inputs }];
      return [{ operation: "resize", attributes: { mode: "nearest", factor, alignCorners: false }, inputs }];
    }
    const other = mode !== undefined ? "mode" : factor !== undefined ? "factor" : undefined;
    if (other !== undefined) {
      const reason = "size and places follow from the pool";
      const facts = { word: "unpool", first: "a pool", second: mode ?? "a factor", reason };
      return refuse("operations/arguments-exclude", facts, other);
    }
    if (pool.operation !== "maxpool") {
      const facts = { called: `"${pool.called}"`, operation: pool.operation };
      return refuse("operations/unpool-needs-maxpool", facts, "pool");
    }
    // MapFacts pairs operation and attributes, which its type does not say.
    const attributes = pool.attributes as Attributes["maxpool"];
    const poolInput = inputAt(pool.inputs, 0);
    return [{ operation: "unpool", attributes, inputs: [current.node, pool.node, poolInput] }];
  },
};
