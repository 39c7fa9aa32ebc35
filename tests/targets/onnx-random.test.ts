/** Random networks as ONNX: skips, crops, ceil pools, unpooling and resampling in combinations that no example has. */
import { expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import { randomProgram } from "../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../tools/verify/random-networks/subject.ts";
import { compareOnnx, livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { modelOf } from "../../tools/verify/targets/emit-model.ts";

const count = 12;

it(`${count} random networks give in ONNX Runtime what they give in the engine`, async () => {
  let compared = 0;
  for (let index = 0; compared < count; index += 1) {
    const { compilation, source } = subjectOf(randomProgram(new Random(1, `onnx ${index}`)));
    const [network] = compilation.networks;
    // The random field has tests of its own; ONNX refuses that of the whole feature map.
    if (network?.graph.nodes.every(({ operation }) => operation !== "crf") !== true) continue;
    const subject = livelySubject(network);
    const found = await compareOnnx(subject, modelOf(subject), [
      { size: [11, 14], batch: 1 },
      { size: [24, 17], batch: 2 },
    ]);
    for (const { size, difference } of found) {
      expect(difference, `network ${index} at ${size}\n${source.text}`).toBeLessThan(5e-5);
    }
    compared += 1;
  }
}, 120_000);
