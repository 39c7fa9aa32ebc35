/** Runs that end by a fault of data or of a worker: the message says what is on disk, and the run continues from there. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EngineLost } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import type { TrainOptions } from "../../runtime/training/train-options.ts";
import { UserError } from "../../runtime/user-error.ts";
import { optionsFor, scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeEach(async () => {
  ({ path: folder, remove } = await scratch());
});
afterEach(() => remove());

const paused = { ...tinyConfiguration, epochs: 2, schedule: [{ kind: "constant" }] } as const;
const whole = { ...paused, epochs: 4 } as const;
const checkpoint = (out: string) => join(folder, out, "checkpoint.safetensors");
const weightsOf = async (out: string) => (await readCheckpoint(checkpoint(out))).weights;

/** @param fault made when the run has read its checkpoint and begins its third epoch */
async function endedBy(
  out: string,
  fault: () => void,
  changes: Pick<Partial<TrainOptions>, "engine"> = {},
): Promise<UserError> {
  await trainTiny(folder, out, { configuration: paused });
  const before = readFileSync(checkpoint(out));
  const { data } = await optionsFor(folder, "unused").then(async (options) => {
    await options.folder.release();
    return options;
  });
  const error = await trainTiny(folder, out, {
    configuration: whole,
    mode: "resume",
    data,
    ...changes,
    observer: ({ kind }) => {
      if (kind === "begins") fault();
    },
  }).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError))
    throw new Error("the run was not ended by an error for people", { cause: error });
  expect(error.message).toContain(`${checkpoint(out)} holds the last good state, after epoch 2 (step 8)`);
  expect(error.help).toMatch(/then continue by --resume$/);
  expect(readFileSync(checkpoint(out)).equals(before)).toBe(true);
  return error;
}

async function continuesAsUnbroken(out: string): Promise<void> {
  await trainTiny(folder, out, { configuration: whole, mode: "resume" });
  await trainTiny(folder, "unbroken", { configuration: whole });
  expect(await weightsOf(out)).toEqual(await weightsOf("unbroken"));
}

it("an image that cannot be read in the middle is named, and the run continues when it is whole again", async () => {
  const images = join(folder, "data", "images", "train");
  const [name = ""] = readdirSync(images);
  const image = join(images, name);
  const bytes = readFileSync(image);
  const error = await endedBy("image", () => writeFileSync(image, bytes.subarray(0, 100)));
  expect(error.message).toContain(name);
  writeFileSync(image, bytes);
  await continuesAsUnbroken("image");
});

it("a worker that reads images and is lost is named, and the run continues", async () => {
  const error = await endedBy("worker", () => {
    const posting = vi.spyOn(Worker.prototype, "postMessage").mockImplementationOnce(function (this: Worker) {
      posting.mockRestore();
      void this.terminate();
    });
  });
  expect(error.message).toMatch(/^a worker thread that reads images ended unexpectedly with exit code 1; /);
  await continuesAsUnbroken("worker");
});

it("an engine that is lost as an epoch ends, when its weights are read, is named, and the run continues", async () => {
  let lost = false;
  const wasm = await loadEngine("wasm");
  const open: typeof wasm.open = async (...given) => {
    const session = await wasm.open(...given);
    return new Proxy(session, {
      get: (of, key) => {
        if (key === "readWeights" && lost)
          return async () => {
            throw new EngineLost("the worker thread ended unexpectedly");
          };
        const value = Reflect.get(of, key, of);
        return typeof value === "function" ? value.bind(of) : value;
      },
    });
  };
  const engine = new Proxy(wasm, { get: (of, key) => (key === "open" ? open : Reflect.get(of, key, of)) });
  const error = await endedBy(
    "engine",
    () => {
      lost = true;
    },
    { engine },
  );
  expect(error.message).toMatch(/^the worker thread ended unexpectedly; /);
  await continuesAsUnbroken("engine");
});
