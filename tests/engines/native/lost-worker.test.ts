/** The thread of the native engine ends while a session computes. */
import { Worker } from "node:worker_threads";
import { expect, it, vi } from "vitest";
import { EngineLost } from "../../../runtime/engines/engine.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { randomMaps } from "../batches.ts";
import { openSession } from "../sessions.ts";

const { graph } = compileNetwork(
  "network One(classes = 2) { input image [2, H, W] conv(classes, 3x3) output labels by softmax }",
);
const inputs = new Map([["image", randomMaps(1, [1, 8, 8, 2])]]);

it("says that it ended; its sessions stay lost, and a new one computes in a new thread", async () => {
  const [session, other] = [await openSession("native", graph), await openSession("native", graph)];
  const posting = vi.spyOn(Worker.prototype, "postMessage").mockImplementationOnce(function (this: Worker) {
    void this.terminate();
  });
  const error = await session.predict(inputs).catch((thrown: unknown) => thrown);
  posting.mockRestore();
  expect(error).toBeInstanceOf(EngineLost);
  expect((error as EngineLost).message).toBe(
    "the worker thread of the native engine ended unexpectedly with exit code 1",
  );
  await expect(other.predict(inputs)).rejects.toBeInstanceOf(EngineLost);
  const next = await openSession("native", graph);
  expect((await next.predict(inputs)).get("labels")?.shape).toEqual([1, 8, 8, 2]);
});
