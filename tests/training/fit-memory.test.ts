/** A step within an amount of memory: recomputed as far as that takes, or refused with the least that would do. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { fitTraining } from "../../runtime/training/fit-memory.ts";
import type { TrainingEvent } from "../../runtime/training/observer.ts";
import { sessionTraining } from "../../runtime/training/session-training.ts";
import { UserError } from "../../runtime/user-error.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { logOf, scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder.remove());

const network: CompiledNetwork = compileNetwork(`network Tiny {
  input image [3, H, W]
  repeat 8 { conv(8, 3x3, bias = false) batchnorm relu }
  conv(2, 1x1)
  output labels by softmax
}`);

/** What a run prints of its memory. */
async function needWithin(memory: number | undefined, out: string) {
  const events: TrainingEvent[] = [];
  const observer = (event: TrainingEvent) => events.push(event);
  const configuration = { ...tinyConfiguration, epochs: 1 };
  await trainTiny(folder.path, out, { configuration, observer, memory }, network);
  const event = events.find(({ kind }) => kind === "memory");
  if (event?.kind !== "memory") throw new Error("no event of memory");
  return event.need;
}

it("a run that is allowed less memory computes feature maps again, as little as that takes, and learns the same", async () => {
  const whole = await needWithin(undefined, "whole");
  expect(whole.added).toBe(0);
  expect((await needWithin(whole.bytes, "fits")).added).toBe(0);
  const little = await needWithin(whole.bytes - 1, "little");
  expect(little.bytes).toBeLessThan(whole.bytes);
  expect(little.added).toBeGreaterThan(0);
  expect(logOf(folder.path, "little")).toEqual(logOf(folder.path, "whole"));
});

it.each(["native", "cpu"] as const)("on %s a step that needs more recomputes too", async (name) => {
  const engine = await loadEngine(name);
  const batch = { images: 16, sizes: new Map([["image", [128, 128] as const]]) };
  const training = sessionTraining(network);
  const whole = await fitTraining(network.graph, engine, training, batch, 1e12);
  expect(whole).toMatchObject({ recomputation: undefined, added: 0 });
  const less = await fitTraining(network.graph, engine, training, batch, whole.bytes - 1);
  expect(less.bytes).toBeLessThan(whole.bytes);
  expect(less.recomputation).toBeDefined();
});

it("a run that cannot do with so little is refused before its folder is touched, with the least that it needs", async () => {
  const error = await needWithin(1000, "refused").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UserError);
  if (!(error instanceof UserError)) return;
  expect(error.message).toMatch(
    /^a training step with 4 images of 32×32 needs at least \d+ MB on engine wasm, with feature maps recomputed in the backward pass; --memory allows 1 MB$/,
  );
  const [, least = ""] = /--memory (\d+)MB/.exec(error.help ?? "") ?? [];
  const need = await needWithin(1e6 * Number(least), "least");
  expect(need.bytes).toBeLessThanOrEqual(1e6 * Number(least));
  expect(need.added).toBeGreaterThan(0);
});
