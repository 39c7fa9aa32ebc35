/** Runs that leave their results where they were told to write them. */
import * as runtime from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { OnnxGraph } from "../../../runtime/engines/native/onnx-graph.ts";
import { runInto, withUncopiedResults } from "../../../runtime/engines/native/uncopied-results.ts";

const shape = [3];

/** y = −x. */
function negated(): Uint8Array {
  const graph = new OnnxGraph();
  graph.output("y", graph.apply("Neg", [graph.input("x", { element: "float32", shape })], shape));
  return graph.encode();
}

const tensor = (fill: number) => new runtime.Tensor("float32", new Float32Array(3).fill(fill), shape);

describe("uncopied results", () => {
  let copied: runtime.InferenceSession;
  let session: runtime.InferenceSession;
  beforeAll(async () => {
    copied = await runtime.InferenceSession.create(negated());
    session = await runtime.InferenceSession.create(withUncopiedResults(negated()));
  });
  afterAll(() => Promise.all([copied.release(), session.release()]));

  it("are written where the run was told to, and no copies are made", async () => {
    const y = tensor(0);
    // the binding's own way: otherwise `runInto` is not needed
    const results = await copied.run({ x: tensor(2) }, { y });
    expect(results.y?.data).not.toBe(y.data);
    expect([...y.data]).toEqual([-2, -2, -2]);
    const runs = vi.spyOn(session, "run");
    await runInto(session, { x: tensor(3) }, { y });
    expect([...y.data]).toEqual([-3, -3, -3]);
    // a run that fails has no results
    await expect(runs.mock.results[0]?.value).rejects.toThrow("Non tensor type");
  });

  it("are not taken for written where the run fails", async () => {
    const y = tensor(0);
    await expect(runInto(session, {}, { y })).rejects.toThrow("missing in 'feeds'");
    const short = new runtime.Tensor("float32", new Float32Array(2), [2]);
    await expect(runInto(session, { x: short }, { y })).rejects.toThrow("Got invalid dimensions for input");
  });
});
