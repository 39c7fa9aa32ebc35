/** The decode worker's entry file: answers each message with the result of its task, in order. */
import { parentPort, workerData } from "node:worker_threads";
import { setPixelLimit } from "../images/pixel-limit.ts";
import type { Batch } from "./data-set.ts";
import { answerTask, type DecodeTask } from "./decode-task.ts";

const port = parentPort;
if (port === null) throw new Error("the decode worker runs in a worker thread");

setPixelLimit(workerData as number); // given by the pool

let last: Promise<void> = Promise.resolve();
port.on("message", ({ id, task }: { id: number; task: DecodeTask }) => {
  last = last.then(async () => {
    const answer = await answerTask(task);
    const moved = answer.kind === "batch" ? buffersOf(answer.reply.batch) : [];
    port.postMessage({ id, answer }, moved);
  });
});

/** Each once: outputs that learn the same share a target. */
function buffersOf({ inputs, targets }: Batch): ArrayBuffer[] {
  const maps = [...inputs.values(), ...targets.values()];
  return [...new Set(maps.map(({ data }) => data.buffer as ArrayBuffer))]; // made by makeBatch, so never shared memory
}
