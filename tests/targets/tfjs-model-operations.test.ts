/** Every operation and its pitfalls as a graph model, run by TensorFlow.js without our kernels and compared with the engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import { operations } from "../../compiler/ops/registry.ts";
import {
  compareGraphModel,
  type ExpectedOutputs,
  expectedOutputs,
  graphModelOf,
} from "../../tools/verify/targets/compare-graph-model.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import {
  type GraphModelRunner,
  openGraphModelRunner,
} from "../../tools/verify/targets/graph-model-runner.ts";
import { operationNetworks } from "../support/operation-networks.ts";

/** One operator or a few in float32: some units in the last place of the largest value. */
const tolerance = 5e-6;

const networks = operationNetworks();

const expected = new Map<string, readonly ExpectedOutputs[]>();

for (const backend of ["cpu", "wasm"] as const) {
  describe(`a graph model on ${backend} gives what the engine gives`, () => {
    let runner: GraphModelRunner;
    beforeAll(async () => {
      runner = await openGraphModelRunner(backend);
    });
    afterAll(() => runner.close());

    for (const [title, network] of networks) {
      if (title.startsWith("crf: over a window")) continue; // refused
      it(title, async () => {
        const subject = livelySubject(network);
        const outputs =
          expected.get(title) ??
          (await expectedOutputs(subject, [
            { size: [17, 23], batch: 1 },
            { size: [24, 29], batch: 2 },
          ]));
        expected.set(title, outputs);
        for (const { difference, spread, size } of await compareGraphModel(
          graphModelOf(subject),
          outputs,
          runner,
        )) {
          expect(spread, `${size}: the output shows something`).toBeGreaterThan(1e-3);
          expect(difference, `${size}`).toBeLessThan(tolerance);
        }
      });
    }
  });
}

it("for every operation there is", () => {
  const seen = new Set<OperationName>();
  for (const { graph } of networks.values()) for (const { operation } of graph.nodes) seen.add(operation);
  expect(Object.keys(operations).filter((name) => !seen.has(name as OperationName))).toEqual([]); // the registry's keys
});
