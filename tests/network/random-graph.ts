/** Random graphs of every operation, for properties of the printed form and the verifier. */

import fc from "fast-check";
import type { PerAxis } from "../../compiler/axis.ts";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { GraphBuilder, type NodeRequest } from "../../compiler/network/build.ts";
import type { Graph, Origin } from "../../compiler/network/graph.ts";
import { type ActivationName, activations } from "../../compiler/ops/activations/registry.ts";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import type { Initialisation, Margins } from "../../compiler/ops/operation.ts";
import { operationOf } from "../../compiler/ops/registry.ts";
import { arityOf } from "../../compiler/ops/roles.ts";

type Made<A> = { readonly [K in keyof A]: fc.Arbitrary<A[K]> };

const flag = fc.boolean();
const axes = (least: number, most: number): fc.Arbitrary<PerAxis<number>> =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));
const column = fc.integer({ min: 1, max: 4 }).map((count): PerAxis<number> => [count, 1]);
const margin: fc.Arbitrary<Margins> = fc.record({ before: fc.nat(2), after: fc.nat(2) });
const margins: fc.Arbitrary<PerAxis<Margins>> = fc.tuple(margin, margin);
const rate = fc.double({ min: 0, max: 0.9, noNaN: true }).map(Math.abs); // Math.abs: no −0, which text does not keep
const initialisation = fc.oneof<fc.Arbitrary<Initialisation>[]>(
  fc.constantFrom({ kind: "he" }, { kind: "xavier" }, { kind: "bilinear" }),
  fc
    .constantFrom(undefined, 1, 2)
    .map((maps) => ({ kind: "identity", maps, deviation: maps === undefined ? 0 : 1e-7 })),
  rate.map((deviation) => ({ kind: "normal", deviation })),
  fc.double({ min: -2, max: 2, noNaN: true }).map((value) => ({ kind: "constant", value: value + 0 })),
);
const learned = { bias: flag, init: initialisation, frozen: flag };
const pool = {
  kernel: axes(2, 3),
  stride: axes(1, 3),
  dilation: axes(1, 2),
  padding: fc.constant(none()),
  ceil: flag,
};
const imageNormalisation = { epsilon: fc.constant(1e-5), scale: flag, shift: flag, frozen: flag };

function none(): PerAxis<Margins> {
  return [
    { before: 0, after: 0 },
    { before: 0, after: 0 },
  ];
}

const ofActivations = Object.fromEntries(
  Object.values(activations).map(({ name, parameters }) => [
    name,
    Object.fromEntries(Object.keys(parameters).map((parameter) => [parameter, rate])),
  ]),
) as { readonly [N in ActivationName]: Made<Attributes[N]> }; // the parameters are all numbers

const attributes: { readonly [O in Exclude<OperationName, "input">]: Made<Attributes[O]> } = {
  conv: {
    channels: fc.integer({ min: 1, max: 4 }),
    kernel: axes(1, 3),
    stride: axes(1, 2),
    dilation: axes(1, 2),
    groups: fc.constant(1),
    padding: margins,
    ...learned,
  },
  transposed_conv: {
    channels: fc.integer({ min: 1, max: 4 }),
    kernel: axes(1, 3),
    stride: axes(1, 2),
    groups: fc.constant(1),
    padding: margins,
    ...learned,
  },
  dense: { channels: fc.integer({ min: 1, max: 4 }), ...learned },
  maxpool: pool,
  avgpool: pool,
  adaptive_pool: { kind: fc.constantFrom("max", "average"), bins: axes(1, 3) },
  global_pool: { kind: fc.constantFrom("max", "average") },
  unpool: pool,
  bed_of_nails: { factor: axes(1, 2) },
  resize: {
    mode: fc.constantFrom("nearest", "bilinear"),
    factor: axes(1, 2),
    alignCorners: fc.constant(false),
  },
  resize_to: { mode: fc.constantFrom("nearest", "bilinear", "area"), alignCorners: flag },
  pixel_shuffle: { factor: axes(1, 2) },
  pixel_unshuffle: { factor: axes(1, 2) },
  batchnorm: { momentum: rate, epsilon: fc.constant(1e-5), scale: flag, shift: flag, frozen: flag },
  instancenorm: imageNormalisation,
  groupnorm: { groups: fc.integer({ min: 1, max: 2 }), ...imageNormalisation },
  layernorm: imageNormalisation,
  lrn: { size: fc.constantFrom(1, 3, 5), alpha: rate, beta: rate, k: fc.constantFrom(1, 2) },
  ...ofActivations,
  prelu: { init: rate, shared: flag },
  layer_scale: { init: rate, shared: flag },
  softmax: {},
  spatial_softmax: {},
  channel_pool: { kind: fc.constantFrom("max", "average") },
  channel_shuffle: { groups: fc.integer({ min: 1, max: 2 }) },
  attend: { heads: fc.integer({ min: 1, max: 2 }) },
  gather: { positions: column, mean: flag },
  distribute: { positions: column },
  dropout: { rate, drops: fc.constantFrom("values", "channels", "images") },
  crf: {
    iterations: fc.nat(20),
    window: fc.oneof(fc.constant("all" as const), fc.constantFrom([3, 1] as const, [1, 5] as const)),
    appearanceWeight: rate,
    smoothnessWeight: rate,
    appearancePosition: rate,
    smoothnessPosition: rate,
    appearanceColour: rate,
    frozen: flag,
  },
  concat: {},
  add: {},
  subtract: {},
  multiply: {},
  maximum: {},
  minimum: {},
  crop_to: {
    rule: fc.constantFrom("centred", "aligned"),
    offset: fc.tuple(fc.constantFrom(undefined, 1), fc.constantFrom(undefined, 2)),
  },
  crop: { margins },
  pad: { margins, mode: fc.constantFrom("zeros", "constant", "edge"), value: rate },
};

const origin: fc.Arbitrary<Origin> = fc.record({
  span: fc.constant(undefined),
  role: fc.constantFrom(undefined, "encoder", "decoder"),
  scope: fc.array(
    fc.record({
      kind: fc.constantFrom("block", "turn", "path"),
      name: fc.constantFrom("double", "i", "path"),
      index: fc.nat(20),
    }),
    { maxLength: 3 },
  ),
  construct: fc.constantFrom(undefined, "skip", "fork", "crop"),
  label: fc.option(fc.string(), { nil: undefined }),
});

interface Step {
  readonly operation: Exclude<OperationName, "input">;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
  /** Chooses the inputs among the nodes before. */
  readonly places: readonly number[];
  /** Any text is a name, as long as no other node has it. */
  readonly name: string;
}

const names = Object.keys(attributes) as (keyof typeof attributes)[]; // the table's own keys
const step: fc.Arbitrary<Step> = fc.constantFrom(...names).chain((operation) =>
  fc.record({
    operation: fc.constant(operation),
    // The union of the records; which operation they are for is chosen beside them.
    attributes: fc.record(attributes[operation] as Record<string, fc.Arbitrary<unknown>>),
    origin,
    places: fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }),
    name: fc.string({ unit: "grapheme", maxLength: 8 }),
  }),
);

/** Steps whose operation cannot take their inputs are left out, so every graph is well formed. */
export const randomGraph: fc.Arbitrary<Graph> = fc
  .record({
    name: fc.string(),
    steps: fc.array(step, { maxLength: 14 }),
    classes: fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined }),
    activation: fc.constantFrom(undefined, "softmax" as const, "sigmoid" as const),
  })
  .map(({ name, steps, classes, activation }) => {
    const builder = new GraphBuilder(name);
    const input: NodeRequest<"input"> = {
      operation: "input",
      attributes: {
        name: "image",
        channels: 2,
        size: [
          { symbol: "H", scale: 1, shift: 0 },
          { symbol: "W", scale: 2, shift: -1 },
        ],
      },
      inputs: [],
      name: "image",
      origin: noOrigin(),
    };
    appended(builder, input);
    for (const [place, { places, ...wanted }] of steps.entries()) {
      const inputs = inputsFor(builder, wanted.operation, places);
      if (inputs === undefined) continue;
      const copied =
        wanted.operation === "unpool" ? builder.node(inputs[1] ?? 0).attributes : wanted.attributes;
      const request = { ...wanted, attributes: copied, inputs, name: `${wanted.name}${place}` };
      builder.append(request as NodeRequest<OperationName>); // the attributes were made for this operation
    }
    const logits = builder.length - 1;
    const head = { attributes: {}, inputs: [logits], name: "head", origin: noOrigin() };
    const node = activation === undefined ? logits : appended(builder, { ...head, operation: activation });
    const graph = builder.finish([{ name: "labels", node, logits, activation }], classes);
    if (graph instanceof Refusal) return undefined;
    return graph;
  })
  .filter((graph) => graph !== undefined);

function noOrigin(): Origin {
  return { span: undefined, role: undefined, scope: [], construct: undefined, label: undefined };
}

function appended<O extends OperationName>(builder: GraphBuilder, request: NodeRequest<O>): number {
  const made = builder.append(request);
  if (made instanceof Refusal) throw new Error(`the graph has no ${request.operation}: ${made.problem.code}`);
  return made;
}

/** Maps before this one that the operation may join; sizes of different symbols never meet. */
function inputsFor(
  builder: GraphBuilder,
  operation: OperationName,
  places: readonly number[],
): readonly number[] | undefined {
  const { least } = arityOf(operationOf({ operation }).inputs);
  const chosen = places.slice(0, least).map((place) => place % builder.length);
  if (operation === "crf") return [chosen[0] ?? 0, 0]; // the guide of a crf is an input
  if (operation !== "unpool") return chosen;
  const pools = Array.from({ length: builder.length }, (_, id) => builder.node(id)).filter(
    (node) => node.operation === "maxpool",
  );
  const undone = pools[(places[1] ?? 0) % Math.max(1, pools.length)];
  const source = undone?.inputs[0];
  return undone === undefined || source === undefined ? undefined : [undone.id, undone.id, source];
}
