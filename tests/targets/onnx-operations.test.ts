/** Every operation and its pitfalls as ONNX, run by ONNX Runtime and compared with the engine. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { modelType } from "../../compiler/onnx/schema.ts";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { compareOnnx, livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { modelOf } from "../../tools/verify/targets/emit-model.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { operationNetworks } from "../support/operation-networks.ts";

/** One operator or a few in float32: some units in the last place of the largest value. */
const tolerance = 5e-6;

const networks = operationNetworks();

describe("ONNX gives what the engine gives", () => {
  for (const [title, network] of networks) {
    it(title, async () => {
      const subject = livelySubject(network);
      const model = modelOf(subject);
      expect(unused(model), "initialisers that no node reads").toEqual([]);
      const found = await compareOnnx(subject, model, [
        { size: [17, 23], batch: 1 },
        // At a height of 24, ⌊o · n / results⌋ by a rounded quotient would be one position off.
        { size: [24, 29], batch: 2 },
      ]);
      for (const { difference, spread, size } of found) {
        expect(spread, `${size}: the output shows something`).toBeGreaterThan(1e-3);
        expect(difference, `${size}`).toBeLessThan(tolerance);
      }
    });
  }

  it("for every operation there is", () => {
    const seen = new Set<OperationName>();
    for (const { graph } of networks.values()) for (const { operation } of graph.nodes) seen.add(operation);
    expect(Object.keys(operations).filter((name) => !seen.has(name as OperationName))).toEqual([]); // the registry's keys
  });
});

it("an output is a copy where it is an input's, another's or has an input's name", async () => {
  const network = compileNetwork(`network Page {
    input image [3, H, W]
    conv(3, 1x1) dropout(0.5)
    output first
    output second
    from image
    output image
  }`);
  const subject = livelySubject(network);
  const { graph } = modelType.toObject(modelType.decode(modelOf(subject)));
  const names: readonly string[] = graph.output.map(({ name }: { readonly name: string }) => name);
  expect(names).toEqual(["first", "second", "image_2"]);
  expect(graph.output[2].doc_string).toBe('the output "image", whose name an input has');
  const session = await InferenceSession.create(modelOf(subject), { logSeverityLevel: 3 });
  const data = Float32Array.from({ length: 12 }, (_, i) => i);
  const outputs = await session.run({ image: new Tensor("float32", data, [1, 3, 2, 2]) });
  await session.release();
  expect(outputs.image_2?.data).toEqual(data);
  expect(outputs.first?.data).toEqual(outputs.second?.data);
});

/** Runtimes warn of them. */
function unused(model: Uint8Array): readonly string[] {
  const { graph } = modelType.toObject(modelType.decode(model));
  const read = new Set(graph.node.flatMap(({ input }: { readonly input: readonly string[] }) => input));
  return (graph.initializer ?? [])
    .map(({ name }: { readonly name: string }) => name)
    .filter((name: string) => !read.has(name));
}
