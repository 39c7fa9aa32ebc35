/** `fcn train --watch`: the report of a run in progress, on this machine alone, until it ends. */
import { get, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { beforeAll, expect, it } from "vitest";
import { fcn, type Running, startFcn, workingDirectory } from "./run-fcn.ts";
import { writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
beforeAll(() => writeTiny(directory));

const watched = (out: string, ...options: readonly string[]) =>
  startFcn(directory, "train", "tiny.fcn", "--engine", "wasm", "--out", out, "--watch", ...options);

function addressOf({ child }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = "";
    child.stderr?.on("data", (part: Buffer) => {
      seen += part.toString("utf8");
      const [, address] = /watch the run at (http:\/\/127\.0\.0\.1:\d+\/)\n/.exec(seen) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.on("close", () => reject(new Error(`it ended without an address: ${seen}`)));
  });
}

function ask(address: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(address, { headers }, resolve).on("error", reject);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

it("serves the curves so far, says when there are new ones, and ends with Ctrl-C", async () => {
  const running = watched("endless", "--epochs", "5000");
  const address = await addressOf(running);
  const events = await ask(`${address}events`);
  expect(events.headers["content-type"]).toBe("text/event-stream");
  let told = "";
  let page = "";
  await new Promise<void>((resolve, reject) => {
    events.on("data", (part: Buffer) => {
      told += part.toString("utf8");
      if (!told.includes("data: changed")) return;
      ask(address)
        .then(textOf)
        .then((text) => {
          page = text;
          // An epoch has ended: there is a best one.
          if (/Metrics of the best weights/.test(text)) resolve();
        })
        .catch(reject);
    });
  });
  expect(page).toMatch(/^<!doctype html>\n<html lang="en" data-live>/);
  expect(page).toMatch(/<p id="state">(epoch|validating)/);
  expect(page).toContain("<h3>Loss</h3>");
  expect(page).not.toContain(directory);
  const ended = new Promise((resolve) => events.on("end", resolve));
  running.child.kill("SIGINT");
  await ended;
  expect(told).toContain("event: end");
  expect((await running.finished).status).toBe(130);
  await expect(ask(address)).rejects.toThrow("ECONNREFUSED");
});

it("answers nothing to a page that calls this machine by another name, and no other path", async () => {
  const running = watched("guarded", "--epochs", "5000");
  const address = await addressOf(running);
  expect((await ask(address, { host: "elsewhere.example" })).statusCode).toBe(403);
  expect((await ask(`${address}run.json`)).statusCode).toBe(404);
  running.child.kill("SIGINT");
  await running.finished;
});

it("ends with the run, and refuses a port that is used", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const taken = other.address();
  const port = typeof taken === "object" && taken !== null ? String(taken.port) : "";
  const refused = await watched("refused", "--epochs", "1", "--port", port).finished;
  expect(refused.status).toBe(1);
  expect(refused.err).toContain(`error: port ${port} cannot be listened on: another program uses it`);
  await new Promise((resolve) => other.close(resolve));
  const { status, err } = await watched("short", "--epochs", "1", "--port", port).finished;
  expect(status).toBe(0);
  expect(err).toContain(`watch the run at http://127.0.0.1:${port}/`);
  const alone = await fcn(directory, "train", "tiny.fcn", "--out", "alone", "--port", port);
  expect([alone.status, alone.err]).toEqual([2, expect.stringContaining("add --watch")]);
});
