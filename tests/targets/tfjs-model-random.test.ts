/** Random networks as graph models: skips, crops, ceil pools, unpooling and resampling in combinations that no example has. */
import { expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { randomProgram } from "../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../tools/verify/random-networks/subject.ts";
import {
  compareGraphModel,
  expectedOutputs,
  graphModelOf,
} from "../../tools/verify/targets/compare-graph-model.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { openGraphModelRunner } from "../../tools/verify/targets/graph-model-runner.ts";

const count = 12;

it(`${count} random networks give in TensorFlow.js what they give in the engine`, async () => {
  const runner = await openGraphModelRunner("wasm");
  try {
    let compared = 0;
    for (let index = 0; compared < count; index += 1) {
      const { compilation, source } = subjectOf(randomProgram(new Random(1, `graph model ${index}`)));
      const [network] = compilation.networks;
      // The random field has tests of its own; a graph model refuses it.
      if (network?.graph.nodes.every(({ operation }) => operation !== "crf") !== true) continue;
      const subject = livelySubject(network);
      const expected = await expectedOutputs(subject, [
        { size: [11, 14], batch: 1 },
        { size: [24, 17], batch: 2 },
      ]);
      for (const { size, difference } of await compareGraphModel(graphModelOf(subject), expected, runner)) {
        expect(difference, `network ${index} at ${size}\n${source.text}`).toBeLessThan(5e-5);
      }
      compared += 1;
    }
  } finally {
    await runner.close();
  }
}, 120_000);
