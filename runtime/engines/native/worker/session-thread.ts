/** The thread that the sessions of this process compute in, so that this one can read images, draw progress and be interrupted. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { lostWorker } from "../../../lost-worker.ts";
import { EngineLost } from "../../engine.ts";
import { type Answer, errorOf, type Task } from "./messages.ts";

/** No session has this number. */
const noSession = -1;

const workerName = "the worker thread of the native engine";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface Reply {
  readonly value: unknown;
  /** Buffers that the session holds then. */
  readonly allocations: number;
}

/** Started by the first request, or before it; while nothing is asked of it, it does not keep the process alive. */
export class SessionThread {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  /** Sessions that are open in the thread. */
  readonly #open = new Set<number>();
  /** Why sessions are gone whose thread has ended. */
  readonly #lost = new Map<number, Error>();
  #next = 0;

  /** Begins what a first session would wait for. */
  start(): void {
    if (this.#worker !== undefined) return;
    this.ask(noSession, { kind: "load" }).catch(() => {}); // the next session is notified
  }

  /** @throws what the session throws; EngineLost when the thread ended with the session */
  async ask(session: number, task: Task): Promise<Reply> {
    const lost = this.#lost.get(session);
    if (lost !== undefined) throw lost;
    if (task.kind === "open") this.#open.add(session);
    if (task.kind === "close") this.#open.delete(session);
    const id = this.#next++;
    const worker = this.#started();
    const value = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, session, task });
    });
    return value as Reply; // what `#answer` gives
  }

  /** Ends the thread, of which nothing is awaited. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners();
    await worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(workerLocation(), { execArgv: [] });
    this.#worker = worker;
    worker.unref();
    worker.on("message", (answer: Answer) => this.#answer(worker, answer));
    worker.on("error", (cause) => this.#fail(lostWorker(workerName, cause, EngineLost)));
    worker.on("exit", (code) => this.#fail(lostWorker(workerName, code, EngineLost)));
    return worker;
  }

  #answer(worker: Worker, { id, outcome }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) worker.unref();
    if (outcome.kind === "failed") waiting?.reject(errorOf(outcome.failure));
    else waiting?.resolve({ value: outcome.value, allocations: outcome.allocations });
  }

  #fail(error: Error): void {
    this.#worker = undefined;
    for (const session of this.#open) this.#lost.set(session, error);
    this.#open.clear();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Built: beside the bundle that holds this module. From source: a file that lets tsx translate TypeScript. */
function workerLocation(here = import.meta.url): URL {
  const file = here.endsWith(".ts") ? "./session-worker-from-source.mjs" : "./session-worker.js";
  const location = new URL(file, here);
  if (existsSync(location)) return location;
  throw new Error(
    `${fileURLToPath(location)} is missing: the build makes it beside the program from runtime/engines/native/worker/`,
  );
}
