import { expect, it } from "vitest";
import { EngineRefusal, type EngineReport } from "../../runtime/engines/engine.ts";
import { explainRefusal } from "../../tools/cli/console/explain-refusal.ts";

const text = "network One {\n  input image [3, H, W]\n  conv(6, 3x3)\n";
const start = text.indexOf("conv");
const refusal = (fittingBatch: number | undefined, file = "one.fcn") =>
  new EngineRefusal("the map of conv1 is too large", {
    engine: "webgpu",
    node: "conv1",
    span: { file, start, end: start + 4 },
    bytes: 2 ** 31,
    fittingBatch,
  });
const host = { read: (path: string) => (path === "one.fcn" ? { path, text } : undefined) };
const works = (engine: EngineReport["engine"], bytes: number | undefined, software = false): EngineReport => {
  const largestArray = bytes === undefined ? undefined : { bytes, source: "" };
  return { engine, works: true, description: "", device: "", software, largestArray };
};
const machine: readonly EngineReport[] = [
  { engine: "tensorflow", works: false, reason: "", remedy: undefined },
  works("webgpu", 2 ** 30),
  works("wasm", 2 ** 32),
  works("cpu", undefined),
];

it("names the line, the engines that can hold it, and the batch that fits", () => {
  const { message, help } = explainRefusal(refusal(3), machine, host);
  expect(message).toBe("one.fcn:3:3: the map of conv1 is too large");
  expect(help).toBe(
    "--engine wasm and --engine cpu can hold it; otherwise use a batch of at most 3, a smaller size or crop, or a narrower network",
  );
});

it("says where no engine on the machine can hold it, and where not even one image fits", () => {
  const small = [works("webgpu", 2 ** 30), works("wasm", 2 ** 31 - 1), works("tensorflow", undefined, true)];
  expect(explainRefusal(refusal(0), small, host).help).toBe(
    "no other engine on this machine can hold it; otherwise use a smaller size or crop, or a narrower network",
  );
});

it("asks for a narrower network where a weight is too large, and leaves out a place it cannot find", () => {
  const { message, help } = explainRefusal(refusal(undefined, "gone.fcn"), machine, host);
  expect(message).toBe("the map of conv1 is too large");
  expect(help).toBe("--engine wasm and --engine cpu can hold it; otherwise use a narrower network");
});
