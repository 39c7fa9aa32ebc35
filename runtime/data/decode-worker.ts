/** The decode worker's entry file: answers each message with the result of its task, in order. */
import { parentPort } from "node:worker_threads";
import { answerTask, type DecodeTask } from "./decode-task.ts";

const port = parentPort;
if (port === null) throw new Error("the decode worker runs in a worker thread");

let last: Promise<void> = Promise.resolve();
port.on("message", ({ id, task }: { id: number; task: DecodeTask }) => {
  last = last.then(async () => {
    const answer = await answerTask(task);
    const moved =
      answer.kind === "batch"
        ? [answer.reply.batch.images.data.buffer, answer.reply.batch.labels.data.buffer]
        : [];
    port.postMessage({ id, answer }, moved as ArrayBuffer[]); // made by makeBatch, so never shared memory
  });
});
