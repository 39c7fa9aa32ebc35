/** Feature maps that are joined again and again, or for a convolution, computed part by part. */
import { describe, expect, it } from "vitest";
import { evaluate, feedName } from "../../compiler/tensors/evaluate.ts";
import { plan } from "../../compiler/tensors/passes/plan.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import { predictionProgram } from "../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram } from "../../compiler/tensors/programs/training.ts";
import { printProgram } from "../../compiler/tensors/text/print.ts";
import { elementCount } from "../../compiler/tensors/value.ts";
import { shapesAt } from "../../runtime/engines/check-inputs.ts";
import { Random } from "../../runtime/random.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** Four layers of six channels each, which read all before them. */
const dense = `conv(8, 3x3)
  repeat 4 { fork by concat { path {} path { batchnorm relu conv(6, 3x3, bias = false) dropout(0.2) } } } as joined
  batchnorm relu conv(10, 1x1)`;

const [height, width] = [6, 8];

const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const parts = { block: 4 };

function programs(layers: string) {
  const { graph } = compileNetwork(
    `network N { input image [2, H, W] ${layers} conv(3, 1x1) output labels by softmax }`,
  );
  const shaped = shapesAt(graph, new Map([["image", [height, width] as const]]));
  const outputs = graph.outputs.map((output) => ({ output, predicts: "classes" as const, terms: [term] }));
  const options = { dropout: true };
  return {
    training: gradientsProgram(shaped, 2, outputs, options),
    trainingByParts: gradientsProgram(shaped, 2, outputs, { ...options, parts }),
    prediction: predictionProgram(shaped, 2),
    predictionByParts: predictionProgram(shaped, 2, { parts }),
  };
}

function results(program: Program) {
  const given = ({ kind, name, value }: { kind: string; name: string; value: number }) => {
    const { type, shape } = program.values[value] ?? { type: "float32", shape: [] };
    const random = new Random(1, `${kind} ${name}`);
    return Float64Array.from({ length: elementCount(shape) }, () =>
      type === "int32" ? random.integer(3) : kind === "statistic" ? 0.5 + random.uniform() : random.normal(),
    );
  };
  const { outputs, state } = evaluate(program, {
    feeds: new Map(program.feeds.map((feed) => [feedName(feed.kind, feed.name), given(feed)])),
    state: new Map(program.state.map((one) => [one.name, given(one)])),
  });
  return new Map([...outputs, ...state]);
}

type Results = ReturnType<typeof results>;

function stepsOf({ steps }: Program, primitive: string) {
  return steps.filter((step) => step.primitive === primitive).length;
}

/** Steps that copy feature maps. */
function copies({ steps, values }: Program) {
  return steps.filter(({ primitive, results: [result = -1] }) => {
    const { shape = [] } = values[result] ?? {};
    const isMap = shape[2] === height && shape[3] === width;
    return isMap && ["concat", "slice", "pad"].includes(primitive);
  }).length;
}

function expectEqual(found: Results, expected: Results): void {
  expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [name, { data }] of expected) {
    for (const [i, value] of data.entries())
      expect(Math.abs((found.get(name)?.data[i] ?? Number.NaN) - value), name).toBeLessThan(
        1e-9 * (1 + Math.abs(value)),
      );
  }
}

describe("feature maps that are joined again and again", () => {
  const { training, trainingByParts, prediction, predictionByParts } = programs(dense);

  it("give the same values and gradients part by part", () => {
    expectEqual(results(trainingByParts), results(training));
    expectEqual(results(predictionByParts), results(prediction));
  });

  it("are neither copied nor kept whole", () => {
    // four joins; the gradients of their eight operands, of which the input's is nobody's
    expect(copies(training)).toBe(4 + 8);
    expect(copies(trainingByParts)).toBe(0);
    expect(plan(trainingByParts).peak.bytes).toBeLessThan(0.9 * plan(training).peak.bytes);
  });

  it("have the moments of each part computed once", () => {
    // the first convolution and the four layers
    expect(stepsOf(trainingByParts, "moments")).toBe(5);
  });
});

/** Two maps of 8 channels, for a convolution whose filter has at most 2 · 3 · 16 of a map's 6 · 8 · 16 numbers. */
const skip = (reader: string, channels = 8) => `conv(${channels}, 3x3) as early
  conv(8, 3x3) batchnorm relu
  skip early by concat
  ${reader}`;

describe("two feature maps that are joined for a convolution", () => {
  const { training, trainingByParts, prediction, predictionByParts } = programs(skip("conv(6, 1x3)"));

  it("give the same values and gradients part by part", () => {
    expectEqual(results(trainingByParts), results(training));
    expectEqual(results(predictionByParts), results(prediction));
  });

  it("are not copied, nor are the gradients of their parts", () => {
    expect([copies(training), copies(prediction)]).toEqual([1 + 2, 1]);
    expect([copies(trainingByParts), copies(predictionByParts)]).toEqual([0, 0]);
  });
});

it.each([
  ["read by more than convolutions", "batchnorm relu conv(6, 1x3)", 8],
  ["read by a filter that is large beside them", "conv(8, 3x3)", 8],
  ["of channels that fill no blocks", "conv(6, 1x3)", 6],
  [
    "read by another convolution that reads them whole, of more channels",
    "fork by concat { path { conv(6, 1x3) } path { conv(20, 1x1) } }",
    8,
  ],
  [
    "read by another convolution that reads them whole, of groups",
    "fork by add { path { conv(6, 1x3) } path { conv(6, 1x3, groups = 2) } }",
    8,
  ],
])("feature maps that are joined once stay whole where they are %s", (_, reader, channels) => {
  const { training, trainingByParts, prediction, predictionByParts } = programs(skip(reader, channels));
  expect(printProgram(trainingByParts)).toBe(printProgram(training));
  expect(printProgram(predictionByParts)).toBe(printProgram(prediction));
});
