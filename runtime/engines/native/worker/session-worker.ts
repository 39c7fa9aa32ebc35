/** The entry file of the thread that sessions compute in: answers each request in turn. */
import { parentPort } from "node:worker_threads";
import type { MapBatch, WeightArray } from "../../../arrays.ts";
import type { Session } from "../../engine.ts";
import { arranged } from "../drawn-weight.ts";
import { arraysUsed } from "./collect-arrays.ts";
import { type Answer, failureOf, type Request } from "./messages.ts";
import { optimiseLater } from "./optimise-later.ts";
import { takenWeights } from "./shared-drawing.ts";

const port = parentPort;
if (port === null) throw new Error("sessions of the native engine compute in a worker thread");

const sessions = new Map<number, Session>();

/** Until they are collected. */
let drawn: ReadonlyMap<string, WeightArray> = new Map();

/** A thread that only draws does without: loading it takes longer than starting the thread. */
const loaded = () => Promise.all([import("../open-here.ts"), import("./draw-apart.ts")]);

async function answer({ session: number, task }: Request): Promise<unknown> {
  if (task.kind === "load") return void (await loaded());
  if (task.kind === "draw") {
    drawn = new Map(takenWeights(task.drawing));
    return undefined;
  }
  if (task.kind === "collect") {
    const weights = arranged(drawn, task.orders);
    drawn = new Map();
    return weights;
  }
  if (task.kind === "open") {
    if (task.options.training !== undefined) optimiseLater();
    const [{ openHere }, { drawApart }] = await loaded();
    sessions.set(number, await openHere(task.graph, task.options, task.threads, drawApart));
    return undefined;
  }
  const session = sessions.get(number);
  if (session === undefined) throw new Error("the session is closed");
  if (task.kind === "close") {
    session.close();
    sessions.delete(number);
    return undefined;
  }
  const call = session[task.method] as (...given: readonly unknown[]) => Promise<unknown>; // given what that method takes
  return call.apply(session, [...task.given]);
}

/** Of a prediction and of drawn weights, whose arrays were made for them and are of no use here: they are moved to the other thread, not copied. */
function ownBuffers(request: Request, value: unknown): readonly ArrayBuffer[] {
  if (!isPrediction(request) && request.task.kind !== "collect") return [];
  const maps = value as ReadonlyMap<string, MapBatch | WeightArray>; // what predictions and drawings give
  const buffers = Array.from(maps.values(), ({ data }) => data.buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

function isPrediction({ task }: Request): boolean {
  return task.kind === "call" && task.method === "predict";
}

/** Of the inputs of a prediction. */
function usedBytes({ task }: Request): number {
  const [inputs] = task.kind === "call" ? task.given : [];
  const maps = inputs as Parameters<Session["predict"]>[0]; // what that method is given
  return Array.from(maps.values(), ({ data }) => data.byteLength).reduce((sum, bytes) => sum + bytes, 0);
}

let last: Promise<void> = Promise.resolve();
port.on("message", (request: Request) => {
  last = last.then(async () => {
    const { id, session } = request;
    const reply = (outcome: Answer["outcome"], transferred: readonly ArrayBuffer[] = []) =>
      port.postMessage({ id, outcome } satisfies Answer, transferred);
    try {
      const value = await answer(request);
      const outcome = {
        kind: "done",
        value,
        allocations: sessions.get(session)?.allocations() ?? 0,
      } as const;
      const moved = ownBuffers(request, value);
      const used = isPrediction(request) ? usedBytes(request) : 0;
      reply(outcome, moved);
      arraysUsed(used);
    } catch (error) {
      reply({ kind: "failed", failure: failureOf(error) });
    }
  });
});
