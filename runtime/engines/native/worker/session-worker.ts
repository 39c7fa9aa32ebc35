/** The entry file of the thread that sessions compute in: answers each request in turn. */
import { parentPort } from "node:worker_threads";
import type { Session } from "../../engine.ts";
import { openHere } from "../open-here.ts";
import { type Answer, failureOf, type Request } from "./messages.ts";

const port = parentPort;
if (port === null) throw new Error("sessions of the native engine compute in a worker thread");

const sessions = new Map<number, Session>();

async function answer({ session: number, task }: Request): Promise<unknown> {
  if (task.kind === "open") {
    sessions.set(number, await openHere(task.graph, task.options, task.threads));
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

let last: Promise<void> = Promise.resolve();
port.on("message", (request: Request) => {
  last = last.then(async () => {
    const { id, session } = request;
    const reply = (outcome: Answer["outcome"]) => port.postMessage({ id, outcome } satisfies Answer);
    try {
      const value = await answer(request);
      reply({ kind: "done", value, allocations: sessions.get(session)?.allocations() ?? 0 });
    } catch (error) {
      reply({ kind: "failed", failure: failureOf(error) });
    }
  });
});
