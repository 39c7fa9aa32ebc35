import { afterAll, beforeAll, expect, it } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { TrainingEvent } from "../../runtime/training/observer.ts";
import { train } from "../../runtime/training/train.ts";
import { UserError } from "../../runtime/user-error.ts";
import { optionsFor, scratch, tinyConfiguration, tinyNetwork } from "./tiny-run.ts";

let folder: Awaited<ReturnType<typeof scratch>>;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder.remove());

/** What a run says of its memory on a wasm engine that can hold so many bytes. */
async function needWith(room: number, out: string) {
  const events: TrainingEvent[] = [];
  const engine = { ...(await loadEngine("wasm")), room };
  const network = tinyNetwork();
  const outputs = [
    {
      name: "labels",
      target: { kind: "labels" },
      loss: [
        {
          factor: 1,
          term: { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" },
        },
      ],
    },
  ] as const;
  const configuration = { ...tinyConfiguration, outputs, epochs: 1 };
  const options = await optionsFor(folder.path, out, { configuration, engine });
  const observer = (event: TrainingEvent) => events.push(event);
  try {
    await train(network, { ...options, observer });
  } finally {
    await options.folder.release();
  }
  const event = events.find(({ kind }) => kind === "memory");
  if (event?.kind !== "memory") throw new Error("nothing was said of memory");
  return event.need;
}

it("a run says before its first step what memory it needs", async () => {
  const need = await needWith(1e9, "roomy");
  expect(need).toMatchObject({ engine: "wasm", in: "step", batch: 4, image: [32, 32], room: 1e9 });
  expect(need.bytes).toBeGreaterThan(4 * 4 * 32 * 32 * 10);
  expect(need.safeBatch).toBeGreaterThan(4);
});

it("a step that the engine cannot hold is refused, with the largest batch that it can", async () => {
  const { bytes } = await needWith(1e9, "first");
  const error = await needWith(bytes - 1, "narrow").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UserError);
  if (!(error instanceof UserError)) return;
  expect(error.message).toMatch(
    /^a training step with 4 images of 32×32 needs .* GB, and the wasm engine holds at most/,
  );
  expect(error.help).toMatch(/^use a batch of at most [1-3] \(--batch [1-3]\), or another engine$/);
});
