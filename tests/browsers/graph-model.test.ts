/** Graph models in Chromium, loaded from their address: what the engine gives. */
import { expect, it } from "vitest";
import {
  differences,
  expectedOutputs,
  graphModelOf,
} from "../../tools/verify/targets/compare-graph-model.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { runGraphModelsInBrowser } from "../../tools/verify/targets/graph-model-runner.ts";
import { hasChromium } from "../../tools/verify/targets/run-in-browser.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** A few layers in float32, each rounding its sums in another order. */
const tolerance = 5e-5;

it.for(["webgl", "webgpu"] as const)(
  "in Chromium on %s it loads from its address and gives what the engine gives",
  { timeout: 180_000 },
  async (backend, { skip }) => {
    if (!(await hasChromium())) skip("chromium is not installed");
    const subject = livelySubject(
      compileNetwork(`network Page {
        input image [3, H, W]
        conv(4, 3x3, stride = 2) batchnorm relu as fine
        maxpool(3, stride = 2) as pool
        conv(4, 3x3, dilate = 2) groupnorm(2) avgpool(bins = 3x2)
        upsample(bilinear, to = pool)
        unpool(pool)
        skip fine by concat
        transposed_conv(2, 4, stride = 2)
        output labels by softmax
      }`),
    );
    const expected = await expectedOutputs(subject, [{ size: [22, 18], batch: 1 }]);
    const batches = expected.map(({ fed }) => fed);
    const [found = []] = await runGraphModelsInBrowser(backend, [{ files: graphModelOf(subject), batches }]);
    for (const { difference, spread } of differences(found, expected)) {
      expect(spread).toBeGreaterThan(0.01);
      expect(difference).toBeLessThan(tolerance);
    }
  },
);
