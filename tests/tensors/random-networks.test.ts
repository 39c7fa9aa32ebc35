/** Skips, crops, ceil pools, unpooling and resampling in combinations that no example has. */
import { expect, it } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Random } from "../../runtime/random.ts";
import { compareEngines } from "../../tools/verify/engines/compare-engines.ts";
import { judge } from "../../tools/verify/engines/judge.ts";
import { withBatch } from "../../tools/verify/engines/narrow-examples.ts";
import { randomProgram } from "../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../tools/verify/random-networks/subject.ts";

const count = 15;

/** Nothing else in float32 is computed beside the engine, whose kernels add up to some 10⁴ products one after the other. */
const rounding = 1e-5;

it(`${count} random networks predict, compare and differentiate as their programs do in float64`, async () => {
  const engine = await loadEngine("wasm");
  let compared = 0;
  for (let index = 0; compared < count && index < 10 * count; index += 1) {
    const { compilation, source } = subjectOf(randomProgram(new Random(2, `tensors ${index}`)));
    const [network] = compilation.networks;
    if (network === undefined) continue;
    try {
      const comparison = await compareEngines(withBatch(network, [11, 14]), [engine], {
        steps: 1,
        learningRate: 0.01,
        torch: false,
      });
      expect((await judge(comparison, rounding)).failures).toEqual([]);
    } catch (problem) {
      throw new Error(`network ${index}\n${source.text}`, { cause: problem });
    }
    compared += 1;
  }
  expect(compared).toBe(count);
}, 120_000);
