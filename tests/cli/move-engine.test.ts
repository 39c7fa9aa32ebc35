/** A run that continues on another engine from a checkpoint, there and back, with Adam's state. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
beforeAll(() => writeTiny(directory));

/** Trains the run in a folder up to an epoch, which is one step, and gives that step's loss. */
async function lossOf(
  out: string,
  epochs: number,
  engine: string,
  ...more: readonly string[]
): Promise<number> {
  const words = ["--epochs", `${epochs}`, "--batch", "9", "--out", out, ...more];
  const { status, err } = await fcn(directory, "train", "tiny.fcn", ...words);
  expect({ status, err }).toMatchObject({ status: 0, err: expect.stringContaining(`engine ${engine}`) });
  const lines = readFileSync(join(directory, out, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n");
  const found: unknown = JSON.parse(lines.at(-1) ?? "");
  expect(found).toMatchObject({ kind: "epoch", epoch: epochs, step: epochs });
  return (found as { readonly loss: number }).loss; // as just seen
}

it("has the next step's loss to 1e-5, from wasm to native and back", async ({ skip }) => {
  const report = await (await loadEngine("native")).probe();
  if (!report.works) skip(`native is not here: ${report.reason}`);
  await lossOf("run", 3, "wasm", "--engine", "wasm");
  for (const [engine, other, epoch] of [
    ["wasm", "native", 4],
    ["native", "wasm", 7],
  ] as const) {
    cpSync(join(directory, "run"), join(directory, `stays ${epoch}`), { recursive: true });
    const stays = await lossOf(`stays ${epoch}`, epoch, engine, "--resume");
    const moves = await lossOf("run", epoch, other, "--resume", "--engine", other);
    expect(Math.abs(moves / stays - 1), `epoch ${epoch}`).toBeLessThan(1e-5);
    // two steps more, so that what the second engine made of the state counts too
    const [after, before] = [
      await lossOf(`stays ${epoch}`, epoch + 2, engine, "--resume"),
      await lossOf("run", epoch + 2, other, "--resume", "--engine", other),
    ];
    expect(Math.abs(after / before - 1), `epoch ${epoch + 2}`).toBeLessThan(1e-4);
  }
}, 240_000);
