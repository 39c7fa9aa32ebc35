/** Skips, crops, ceil pools, unpooling and resampling in combinations that no example has. */
import { expect, it } from "vitest";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { randomProgram } from "../../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../../tools/verify/random-networks/subject.ts";
import { compareWithReference } from "./compare.ts";
import { withBatch } from "./narrowed.ts";

const count = 15;

it(`${count} random networks predict, compare and differentiate as their programs do in float64`, async () => {
  const engine = await loadEngine("wasm");
  let compared = 0;
  for (let index = 0; compared < count && index < 10 * count; index += 1) {
    const { compilation, source } = subjectOf(randomProgram(new Random(2, `tensors ${index}`)));
    const [network] = compilation.networks;
    if (network === undefined) continue;
    try {
      const narrow = withBatch(network, [11, 14]);
      const session = await engine.open(network.graph, narrow.options);
      await compareWithReference(narrow, new Map([["wasm", session]]));
      session.close();
    } catch (problem) {
      throw new Error(`network ${index}\n${source.text}`, { cause: problem });
    }
    compared += 1;
  }
  expect(compared).toBe(count);
}, 120_000);
