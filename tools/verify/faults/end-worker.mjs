/** Loaded into a program before its own code: ends the worker thread of one file as it is given its message of one number. */
import { syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";

/** "session-worker.js 12" */
const asked = process.env.FCN_END_WORKER;
if (asked !== undefined && threads.isMainThread) {
  const [file, number] = asked.split(" ");
  let messages = 0;
  threads.Worker = class extends threads.Worker {
    #counted;

    constructor(location, options) {
      super(location, options);
      this.#counted = String(location).endsWith(file);
    }

    postMessage(...given) {
      if (this.#counted && ++messages === Number(number)) void this.terminate();
      else super.postMessage(...given);
    }
  };
  syncBuiltinESMExports();
}
