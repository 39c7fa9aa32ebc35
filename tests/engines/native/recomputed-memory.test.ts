/** The memory of a process that recomputes feature maps, beside the forecast that `--memory` goes by. */
import { expect, it } from "vitest";
import { bundleGrowth, compareRecomputation } from "../../../tools/verify/memory/native.ts";

// large enough that feature maps are most of what the process takes
const subject = { example: "u-net-batchnorm.fcn", settings: { width: "32" }, size: 128, batch: 4 };

it("falls as forecast, on a network with skips at every resolution", async () => {
  const program = await bundleGrowth();
  const ends = (level: number, count: number) => level === 0 || level === count - 1;
  const [whole, least] = await compareRecomputation(program, subject, ends);
  if (whole === undefined || least === undefined) throw new Error("there are two levels");
  expect(least.forecast).toBeLessThan(0.85 * whole.forecast);
  // 0.93 of it; 1.21 where ONNX Runtime holds buffers that nothing reads, for later values of their shape
  expect(least.measured).toBeLessThan(1.1 * least.forecast);
  expect(least.measured).toBeLessThan(0.85 * whole.measured);
});
