/**
 * The sample that stands for all examples has every operation; and some of it, on the quick engines of this machine.
 * `npm run verify:engines -- --short` compares the whole sample, without `--short` every example.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { outputName } from "../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import { primitives } from "../../compiler/tensors/primitives/registry.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import { elementCount } from "../../compiler/tensors/value.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { Executor } from "../../runtime/engines/executor.ts";
import { ProgramSession } from "../../runtime/engines/program-session.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { compareEngines } from "../../tools/verify/engines/compare-engines.ts";
import { judge } from "../../tools/verify/engines/judge.ts";
import { type NarrowExample, narrowExample } from "../../tools/verify/engines/narrow-examples.ts";
import { sample } from "../../tools/verify/engines/samples.ts";
import { type MemorySubject, memorySubjects } from "../../tools/verify/memory/subjects.ts";
import { networkOf } from "../../tools/verify/targets/examples.ts";

/** `cpu` would take minutes. */
const engines: Engine[] = [];
for (const name of ["wasm", "native"] as const) {
  const engine = await loadEngine(name);
  const report = await engine.probe();
  if (report.works) engines.push(engine);
  else it.skip(`${name} is not here: ${report.reason}`);
}

it("wasm is on every machine", () => expect(engines.map(({ name }) => name)).toContain("wasm"));

describe("the sample", () => {
  const operationsOf = async (subjects: readonly MemorySubject[]) => {
    const networks = await Promise.all(subjects.map(networkOf));
    return new Set(networks.flatMap(({ graph }) => graph.nodes.map(({ operation }) => operation)));
  };

  it("is taken from every file of examples/", () => {
    const files = readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"));
    expect(memorySubjects.map(({ example }) => example).sort()).toEqual(files.sort());
  });

  it("has every operation that an example has, but activations and normalisations of one example alone", async () => {
    const [some, all] = [await operationsOf(sample), await operationsOf(memorySubjects)];
    const lacking = ["elu", "groupnorm", "hard_sigmoid", "hard_swish", "instancenorm", "relu6"];
    expect([...all].filter((operation) => !some.has(operation)).toSorted()).toEqual(lacking);
  });

  it("has every primitive in its trainings but those that no example needs", async () => {
    const used = new Set<PrimitiveName>();
    for (const subject of sample)
      for (const { steps } of await programsOfStep(await narrowExample(subject)))
        for (const { primitive } of steps) used.add(primitive);
    const names = Object.keys(primitives) as readonly PrimitiveName[]; // a record whose type is total over them
    expect(names.filter((name) => !used.has(name)).sort()).toEqual([
      "cumulative_sum", // losses that order their values: tests/numeric/losses.test.ts
      "erf",
      "floor",
      "matmul",
      "sort",
      "stop_gradient",
    ]);
  });
});

/** The programs that a training step prepares, the gradients of the batch last. */
async function programsOfStep({ network, options, inputs, targets }: NarrowExample) {
  const programs: Program[] = [];
  const enough = new Error("enough");
  const listing: Executor = {
    prepare: async (program) => {
      programs.push(program);
      if (program.outputs.some(({ kind }) => kind === "gradient")) throw enough;
      return { program, run: async () => ({ outputs: zeros(program), commit: () => {} }), close: () => {} };
    },
    writeState: () => {},
    readState: async () => new Float32Array(),
    allocations: () => 0,
    close: () => {},
  };
  const step = new ProgramSession(listing, network.graph, options).step(inputs, targets, 0);
  await expect(step).rejects.toBe(enough);
  return programs;
}

function zeros({ outputs, values }: Program): ReadonlyMap<string, Float32Array> {
  return new Map(
    outputs.map(({ kind, name, value }) => [
      outputName(kind, name),
      new Float32Array(elementCount(values[value]?.shape ?? [])),
    ]),
  );
}

/** Left out: their steps in float64 take most of a minute. */
const slow: ReadonlySet<string> = new Set(["crf-rnn.fcn", "deeplab-v3.fcn", "iizuka-colourisation.fcn"]);
const quick = sample.filter(({ example }) => !slow.has(example));

it.each(quick.map((subject) => [subject.example, subject] as const))(
  "%s predicts, compares, differentiates and takes a step as in float64",
  async (_, subject) => {
    const comparison = await compareEngines(await narrowExample(subject), engines, {
      steps: 1,
      learningRate: 0.01,
      torch: false,
    });
    expect((await judge(comparison)).failures).toEqual([]);
  },
  120_000,
);
