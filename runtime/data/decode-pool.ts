/** Worker threads that decode and augment while the engine keeps the main thread busy. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { pixelLimit } from "../images/pixel-limit.ts";
import { lostWorker } from "../lost-worker.ts";
import { type DecodeAnswer, type DecodeTask, failureOf } from "./decode-task.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { PairInspection } from "./inspect-pair.ts";
import type { LayerPlan } from "./layers/layer.ts";
import type { BatchReply, BatchRequest } from "./make-batch.ts";
import type { Pair } from "./pair.ts";
import { decodeWorkerLocation } from "./worker-location.ts";

const workerName = "a worker thread that reads images";

interface Waiting {
  readonly resolve: (answer: DecodeAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Member {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** Started as needed; idle workers do not keep the process alive. */
export class DecodePool {
  readonly #size: number;
  #members: Member[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** @throws UserError naming the file that cannot be used */
  async batch(request: BatchRequest): Promise<BatchReply> {
    const answer = await this.#run({ kind: "batch", request });
    if (answer.kind !== "batch") throw new Error(`a batch was answered with ${answer.kind}`);
    return answer.reply;
  }

  async inspect(
    pair: Pair,
    channels: number,
    masks: MaskConfiguration,
    layers: readonly LayerPlan[] = [],
  ): Promise<PairInspection> {
    const answer = await this.#run({ kind: "inspect", pair, channels, masks, layers });
    if (answer.kind !== "inspect") throw new Error(`an inspection was answered with ${answer.kind}`);
    return answer.inspection;
  }

  /** @throws UserError naming the file that cannot be read */
  async fingerprint(file: string): Promise<Fingerprint> {
    const answer = await this.#run({ kind: "fingerprint", file });
    if (answer.kind !== "fingerprint") throw new Error(`a fingerprint was answered with ${answer.kind}`);
    return answer.fingerprint;
  }

  /** Ends the workers; tasks under way fail. */
  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  async #run(task: DecodeTask): Promise<DecodeAnswer> {
    const member = this.#leastBusy();
    const id = this.#next++;
    const answer = await new Promise<DecodeAnswer>((resolve, reject) => {
      member.waiting.set(id, { resolve, reject });
      member.worker.ref();
      member.worker.postMessage({ id, task });
    });
    if (answer.kind === "failed") throw failureOf(answer);
    return answer;
  }

  #leastBusy(): Member {
    const [idlest] = [...this.#members].sort((a, b) => a.waiting.size - b.waiting.size);
    if (idlest !== undefined && (idlest.waiting.size === 0 || this.#members.length >= this.#size))
      return idlest;
    return this.#start();
  }

  #start(): Member {
    const member: Member = {
      worker: new Worker(decodeWorkerLocation(), { execArgv: [], workerData: pixelLimit() }),
      waiting: new Map(),
    };
    const { worker, waiting } = member;
    worker.unref();
    worker.on("message", ({ id, answer }: { id: number; answer: DecodeAnswer }) => {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
      if (waiting.size === 0) worker.unref();
    });
    const fail = (error: Error) => {
      this.#members = this.#members.filter((other) => other !== member);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on("error", (cause) => fail(lostWorker(workerName, cause)));
    worker.on("exit", (code) => fail(lostWorker(workerName, code)));
    this.#members.push(member);
    return member;
  }
}

let shared: DecodePool | undefined;

/** The pool of this process: one worker a core, at most 4. */
export function sharedPool(): DecodePool {
  shared ??= new DecodePool(Math.min(4, availableParallelism()));
  return shared;
}
