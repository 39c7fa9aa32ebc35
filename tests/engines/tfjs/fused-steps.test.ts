/** Which steps one kernel computes together, and that it computes what they do. */
import { expect, it } from "vitest";
import { evaluate, feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import { readProgram } from "../../../compiler/tensors/text/read.ts";
import { channelsFirst, channelsLast } from "../../../runtime/engines/feeds/channels-first.ts";
import { fusedSteps } from "../../../runtime/engines/tfjs/compile/fused-steps.ts";
import { TfjsExecutor } from "../../../runtime/engines/tfjs/executor.ts";
import { startWasm } from "../../../runtime/engines/tfjs/wasm.ts";
import { Random } from "../../../runtime/random.ts";

const shape = [2, 3, 2, 4];

/** @param before what the logits are, of the input `%0`; @param given outputs beside the softmax */
function softmax({ axis = 1, before = "", given = [] as readonly string[] } = {}) {
  const single = shape.map((extent, place) => (place === axis ? 1 : extent));
  const first = before === "" ? 0 : 1;
  const lines = [
    ...(before === "" ? [] : [[before, shape] as const]),
    [`max(%${first}) axes=[${axis}]`, single] as const,
    [`subtract(%${first}, %${first + 1})`, shape] as const,
    [`exp(%${first + 2})`, shape] as const,
    [`sum(%${first + 3}) axes=[${axis}]`, single] as const,
    [`divide(%${first + 3}, %${first + 4})`, shape] as const,
  ];
  const steps = lines.map(
    ([step, of], i) => `%${i + 1} = ${step} : float32[${of.join(", ")}] @ forward 1 "y"`,
  );
  const outputs = [`"y" %${lines.length}`, ...given].map((output) => `output map ${output}`);
  return readProgram(
    ['program "S"', `feed input "x" %0 : float32[${shape.join(", ")}]`, ...steps, ...outputs, ""].join("\n"),
  );
}

it("a softmax over channels is one kernel, unless something else reads a part of it or it goes along another axis", () => {
  const { at, covered } = fusedSteps(softmax());
  expect([...at].map(([place, { kind }]) => [place, kind])).toEqual([[4, "softmax"]]);
  expect([...covered]).toEqual([0, 1, 2, 3]);
  for (const value of [1, 2, 3, 4]) expect(fusedSteps(softmax({ given: [`"z" %${value}`] })).at.size).toBe(0);
  expect(fusedSteps(softmax({ axis: 2 })).at.size).toBe(0);
});

it("its kernel computes it, of logits that a function of single elements gives", async () => {
  const backend = await startWasm();
  if (!("tf" in backend)) throw new Error(backend.reason);
  const program = softmax({ before: "negate(%0)" });
  const random = new Random(1, "logits");
  // differences of some hundred, too: the exponential of one by itself is infinite in single precision
  const data = Float32Array.from({ length: 48 }, (_, i) => random.normal() * (i < 24 ? 1 : 300));
  const executor = new TfjsExecutor(backend);
  try {
    const prepared = await executor.prepare(program);
    const fed = { data, shape: [2, 2, 4, 3] } as const;
    const x = feedName("input", "x");
    const found = (await prepared.run(new Map([[x, fed]]))).maps?.get(outputName("map", "y"));
    const feeds = new Map([[x, channelsFirst(data, fed.shape)]]);
    const { outputs } = evaluate(program, { feeds, state: new Map() });
    const expected = channelsLast(outputs.get(outputName("map", "y"))?.data ?? [], [2, 3, 2, 4]);
    expect(found?.length).toBe(expected.length);
    // an exponential and a quotient in single precision
    for (const [i, value] of expected.entries())
      expect(Math.abs(value - (found?.[i] ?? Number.NaN)), `${i}`).toBeLessThan(1e-6);
  } finally {
    executor.close();
  }
});
