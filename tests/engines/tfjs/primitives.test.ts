/** Every primitive on TensorFlow.js, against its float64 evaluation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Tensor } from "../../../compiler/tensors/primitives/primitive.ts";
import { primitives } from "../../../compiler/tensors/primitives/registry.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import { elementCount, four, type TensorType } from "../../../compiler/tensors/value.ts";
import { channelsFirst } from "../../../runtime/engines/feeds/channels-first.ts";
import type { Backend } from "../../../runtime/engines/tfjs/backend.ts";
import { startCpu } from "../../../runtime/engines/tfjs/cpu.ts";
import { TfjsExecutor } from "../../../runtime/engines/tfjs/executor.ts";
import { startWasm } from "../../../runtime/engines/tfjs/wasm.ts";
import { startWebGpu } from "../../../runtime/engines/tfjs/webgpu.ts";
import type { Random } from "../../../runtime/random.ts";
import { leftOut, useSoftwareGpu } from "../../numeric/engines.ts";
import { callProgram, resultOf, run } from "../../tensors/call-program.ts";
import { type Case, operandsOf } from "../../tensors/cases/case.ts";
import { cases } from "../../tensors/cases/cases.ts";

// the names of a record whose type is total over them
const names = Object.keys(primitives) as PrimitiveName[];

/** Single precision, sums of some hundred products of numbers below 10. */
const tolerance = 2e-5;

/** On a GPU in software, which compiles a shader for nearly every call. */
const softwareRuns = 12;

useSoftwareGpu();
const backends: (readonly [string, Backend])[] = [];
for (const start of [startCpu, startWasm, startWebGpu((name) => import(name))]) {
  const found = await start();
  const absent = "tf" in found ? leftOut({ ...found, engine: found.name }) : found.reason;
  if (absent === undefined && "tf" in found) backends.push([found.name, found]);
  else it.skip(`one is not here: ${absent}`);
}

async function runOn(backend: Backend, program: Program, operands: readonly Pick<Tensor, "data">[]) {
  const executor = new TfjsExecutor(backend);
  try {
    const prepared = await executor.prepare(program);
    const feeds = new Map(
      program.feeds.map(({ kind, name }, place) => [
        feedName(kind, name),
        operands[place]?.data ?? new Float64Array(0),
      ]),
    );
    const { outputs, maps = new Map() } = await prepared.run(feeds);
    const shapes = new Map(
      program.outputs.map(({ kind, name, value }) => [outputName(kind, name), program.values[value]?.shape]),
    );
    const turned = Array.from(maps, ([name, data]) => {
      const [batch, channels, height, width] = four(shapes.get(name) ?? []);
      return [name, channelsFirst(data, [batch, height, width, channels])] as const;
    });
    return new Map([...outputs, ...turned]);
  } finally {
    executor.close();
  }
}

/** Few different numbers, all below 0. */
function tied(operands: readonly TensorType[], random: Random): readonly number[] {
  return operands.flatMap(({ shape }) =>
    Array.from({ length: elementCount(shape) }, () => -1 - random.integer(3)),
  );
}

describe.each(backends)("a primitive on %s is what it is in float64:", (_name, backend) => {
  it.each(names)("%s", async (name) => {
    const one = cases[name] as Case<PrimitiveName>; // the case of that name
    await fc.assert(
      fc.asyncProperty(one.calls, fc.nat(), async (call, seed) => {
        const operands = operandsOf(one, call, seed);
        const program = callProgram(name, call);
        const expected = run(program, operands);
        const found = await runOn(backend, program, operands);
        for (const { name: place } of program.outputs) {
          const { data } = resultOf(expected, "map", place);
          const values = found.get(outputName("map", place));
          expect(values?.length).toBe(data.length);
          const wrong = data.findIndex(
            (value, i) =>
              !(Math.abs((values?.[i] ?? Number.NaN) - value) <= tolerance * (1 + Math.abs(value))),
          );
          expect(wrong, `result ${place}, element ${wrong}: ${values?.[wrong]}, not ${data[wrong]}`).toBe(-1);
        }
      }),
      { numRuns: backend.software ? softwareRuns : 40, seed: 20261123 },
    );
  });

  it("the first maximum of a window wins, whatever its padding, dilation and overlap", async () => {
    const one: Case<"window_max"> = {
      ...cases.window_max,
      draw: ({ operands }, _, random) => tied(operands, random),
    };
    await fc.assert(
      fc.asyncProperty(one.calls, fc.nat(), async (call, seed) => {
        const operands = operandsOf(one, call, seed);
        const program = callProgram("window_max", call);
        const expected = resultOf(run(program, operands), "map", "1").data;
        const found = await runOn(backend, program, operands);
        expect([...(found.get(outputName("map", "1")) ?? [])]).toEqual([...expected]);
      }),
      { numRuns: backend.software ? softwareRuns : 80, seed: 20261124 },
    );
  });

  it("leaves no tensor behind", async () => {
    const { tf } = backend;
    const call = { attributes: { axes: [1] }, operands: [{ type: "float32", shape: [3, 4] }] } as const;
    const operands = operandsOf(cases.sum as Case<PrimitiveName>, call as never, 1); // a call of that case
    const before = tf.memory().numTensors;
    await runOn(backend, callProgram("moments", call), operands);
    await runOn(backend, callProgram("moments", call), operands);
    expect(tf.memory().numTensors).toBe(before);
  });
});
