/** Skips, crops, ceil pools, unpooling and resampling in combinations that no example has. */
import { expect, it } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { Random } from "../../runtime/random.ts";
import { compareTraining } from "../../tools/verify/random-networks/compare-training.ts";
import { randomProgram } from "../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../tools/verify/random-networks/subject.ts";

const count = 15;

it(`${count} random networks predict, compare and differentiate as their programs do in float64`, async () => {
  const engine = await loadEngine("wasm");
  let compared = 0;
  for (let index = 0; compared < count && index < 10 * count; index += 1) {
    const { compilation, source } = subjectOf(randomProgram(new Random(2, `tensors ${index}`)));
    const [network] = compilation.networks;
    if (network === undefined) continue;
    const { disagreements, gradients } = await compareTraining(network, [engine]);
    expect(disagreements, `network ${index}\n${source.text}`).toEqual([]);
    if (gradients === undefined) continue;
    compared += 1;
  }
  expect(compared).toBe(count);
}, 120_000);
