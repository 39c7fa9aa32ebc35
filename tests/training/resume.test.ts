import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { readSafetensors } from "../../runtime/weights/safetensors.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { logOf, scratch, tinyConfiguration, tinyNetwork, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
  await trainTiny(folder, "unbroken");
});
afterAll(() => remove());

/** Trains until the given number of updates is made, as Ctrl-C would end it. */
async function interruptAfter(out: string, steps: number, configuration = tinyConfiguration) {
  const controller = new AbortController();
  return trainTiny(folder, out, {
    configuration,
    signal: controller.signal,
    observer: (event) => {
      if (event.kind === "step" && event.progress.step === steps) controller.abort();
    },
  });
}

const readCheckpointOf = (out: string) => readCheckpoint(join(folder, out, "checkpoint.safetensors"));

async function tensorsOf(out: string, file: string) {
  const { weights } = await readSafetensors(join(folder, out, file));
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: [...data] }]));
}

describe("a resumed run", () => {
  for (const [when, steps] of [
    ["in the middle of an epoch", 6],
    ["after an epoch's last step, before its validation", 8],
    ["after the very first step", 1],
  ] as const) {
    it(`equals an unbroken one when interrupted ${when}: the log, the last state and the best weights`, async () => {
      const out = `broken-${steps}`;
      const interrupted = await interruptAfter(out, steps);
      expect(interrupted).toMatchObject({ ended: "interrupted", steps });
      const result = await trainTiny(folder, out, { mode: "resume" });
      expect(result).toMatchObject({ ended: "finished", steps: 12 });
      expect(logOf(folder, out)).toEqual(logOf(folder, "unbroken"));
      for (const file of ["checkpoint.safetensors", "weights.safetensors"]) {
        expect(await tensorsOf(out, file), file).toEqual(await tensorsOf("unbroken", file));
      }
    });
  }

  it("equals an unbroken one where the schedule hangs on the validations before it", async () => {
    // So low a rate changes no measure: after every second validation the rate drops.
    const { optimizer } = tinyConfiguration;
    const configuration: TrainConfiguration = {
      ...tinyConfiguration,
      augment: [
        { kind: "crop", size: [16, 24] },
        { kind: "blur", deviations: [0.5, 1], probability: 0.5 },
        { kind: "noise", deviation: 0.1, probability: 0.5 },
      ],
      optimizer: { ...optimizer, learningRate: 1e-9 },
      schedule: [
        { kind: "warm_up", steps: 2, epochs: undefined, start: 0 },
        { kind: "plateau", patience: 1, factor: 0.5, least: 0 },
      ],
      epochs: 4,
    };
    await trainTiny(folder, "plateau", { configuration });
    const rates = logOf(folder, "plateau").flatMap((line) => (line.kind === "epoch" ? [line.rate] : []));
    expect(rates).toEqual([1e-9, 1e-9, 5e-10, 2.5e-10]);
    await interruptAfter("plateau-broken", 10, configuration);
    await trainTiny(folder, "plateau-broken", { mode: "resume", configuration });
    expect(logOf(folder, "plateau-broken")).toEqual(logOf(folder, "plateau"));
    for (const file of ["checkpoint.safetensors", "weights.safetensors"])
      expect(await tensorsOf("plateau-broken", file), file).toEqual(await tensorsOf("plateau", file));
  });

  it("equals an unbroken one where several batches make one update, whose gradients are clipped", async () => {
    const configuration: TrainConfiguration = {
      ...tinyConfiguration,
      clip: [{ kind: "norm", most: 0.1 }],
      batch: 2,
      accumulate: 3,
      optimizer: {
        kind: "rmsprop",
        learningRate: 1e-3,
        alpha: 0.9,
        momentum: 0.5,
        centered: true,
        epsilon: 1e-3,
        weightDecay: 0,
      },
    };
    // eight batches of two images make two updates of three batches and one of two
    const whole = await trainTiny(folder, "accumulated", { configuration });
    expect(whole).toMatchObject({ ended: "finished", steps: 9 });
    expect(await interruptAfter("accumulated-broken", 5, configuration)).toMatchObject({ steps: 5 });
    await trainTiny(folder, "accumulated-broken", { mode: "resume", configuration });
    expect(logOf(folder, "accumulated-broken")).toEqual(logOf(folder, "accumulated"));
    for (const file of ["checkpoint.safetensors", "weights.safetensors"])
      expect(await tensorsOf("accumulated-broken", file), file).toEqual(await tensorsOf("accumulated", file));
    const other = { ...configuration, accumulate: 2, clip: [{ kind: "norm", most: 1 } as const] };
    await expect(trainTiny(folder, "accumulated", { mode: "resume", configuration: other })).rejects.toThrow(
      /clip\.norm\.most was 0\.1 and is now 1\n {2}accumulate was 3 and is now 2/,
    );
  });

  it("equals an unbroken one where the average of the weights is what is validated and kept", async () => {
    const configuration: TrainConfiguration = { ...tinyConfiguration, average: { kind: "ema", decay: 0.9 } };
    await trainTiny(folder, "averaged", { configuration });
    await interruptAfter("averaged-broken", 8, configuration);
    await trainTiny(folder, "averaged-broken", { mode: "resume", configuration });
    expect(logOf(folder, "averaged-broken")).toEqual(logOf(folder, "averaged"));
    for (const file of ["checkpoint.safetensors", "weights.safetensors"])
      expect(await tensorsOf("averaged-broken", file), file).toEqual(await tensorsOf("averaged", file));
    // the same updates as without an average, other values kept
    const [plain, averaged] = [await readCheckpointOf("unbroken"), await readCheckpointOf("averaged")];
    expect(averaged.weights).toEqual(plain.weights);
    const kept = await readWeights(join(folder, "averaged", "weights.safetensors"));
    expect(kept.metadata.average).toEqual({ kind: "ema", decay: 0.9 });
    expect(
      (await readWeights(join(folder, "unbroken", "weights.safetensors"))).metadata.average,
    ).toBeUndefined();
    // of which the best epoch, the last, is that of the checkpoint
    if (averaged.state.best?.epoch !== 3) throw new Error("the last epoch was the best one");
    for (const [name, { data }] of kept.weights)
      expect(data, name).toEqual(averaged.optimizerState.get(`${name}.average`)?.data);
    rmSync(join(folder, "averaged", "weights.safetensors"));
    await trainTiny(folder, "averaged", { mode: "resume", configuration });
    const again = await readWeights(join(folder, "averaged", "weights.safetensors"));
    expect([...again.weights]).toEqual([...kept.weights]);
    expect(again.metadata).toEqual(kept.metadata);
    await expect(trainTiny(folder, "averaged", { mode: "resume" })).rejects.toThrow(
      /average\.kind was "ema" and is now left out/,
    );
  });

  it("continues from the checkpoint when the log ran ahead of it, as after a crash", async () => {
    await interruptAfter("crashed", 6);
    const log = join(folder, "crashed", "metrics.jsonl");
    appendFileSync(
      log,
      '{"kind":"steps","epoch":2,"step":7,"loss":9,"seconds":1,"images_per_second":1}\n{"kind":"st',
    );
    await trainTiny(folder, "crashed", { mode: "resume" });
    expect(logOf(folder, "crashed")).toEqual(logOf(folder, "unbroken"));
  });

  it("has nothing left to do when all epochs are done, and changes nothing", async () => {
    const before = readFileSync(join(folder, "unbroken", "metrics.jsonl"), "utf8");
    const result = await trainTiny(folder, "unbroken", { mode: "resume" });
    expect(result).toMatchObject({ ended: "finished", steps: 12 });
    expect(readFileSync(join(folder, "unbroken", "metrics.jsonl"), "utf8")).toBe(before);
  });

  it("is refused with the reason for a checkpoint of another network", async () => {
    await expect(trainTiny(folder, "unbroken", { mode: "resume" }, tinyNetwork("Other"))).rejects.toThrow(
      /is a checkpoint of Tiny, not of Other$/,
    );
    await expect(trainTiny(folder, "unbroken", { mode: "resume" }, tinyNetwork("Tiny", 3))).rejects.toThrow(
      /checkpoint\.safetensors does not fit Tiny:\n {2}conv1\.weight has shape \[2, 3, 3, 3\] in the file, \[3, 3, 3, 3\] in the network\n/,
    );
  });

  it("is refused when what makes it the same run has changed", async () => {
    const configuration = { ...tinyConfiguration, batch: 2, seed: 9 };
    await expect(trainTiny(folder, "unbroken", { mode: "resume", configuration })).rejects.toThrow(
      /checkpoint\.safetensors is a checkpoint of another experiment:\n {2}batch was 4 and is now 2\n {2}seed was 7 and is now 9$/,
    );
  });

  it("is refused when the optimiser kept other state", async () => {
    const sgd = { kind: "sgd", learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 } as const;
    const plain = { ...tinyConfiguration, optimizer: sgd, epochs: 1 };
    await trainTiny(folder, "plain", { configuration: plain });
    const configuration = { ...plain, optimizer: { ...sgd, momentum: 0.9 }, epochs: 2 };
    const changed = { mode: "resume", configuration, allowChanges: true } as const;
    await expect(trainTiny(folder, "plain", changed)).rejects.toThrow(
      "cannot be resumed with this optimizer",
    );
  });

  it("is refused where there is no checkpoint", async () => {
    await expect(trainTiny(folder, "nowhere", { mode: "resume" })).rejects.toThrow(
      "holds no checkpoint to resume from",
    );
  });
});

describe("starting from other weights", () => {
  it("takes over what fits by name and shape, and says what does not", async () => {
    const startFrom = await readWeights(join(folder, "unbroken", "weights.safetensors"));
    const notes: string[] = [];
    const deeper = compileNetwork(`network Deeper(classes = 2) {
      input image [3, H, W]
      conv(2, 3x3) batchnorm relu  conv(3, 3x3) relu  conv(5, 3x3) relu
      conv(classes, 1x1)
      output labels by softmax
    }`);
    await trainTiny(
      folder,
      "started",
      {
        startFrom,
        configuration: { ...tinyConfiguration, epochs: 1 },
        observer: (event) => {
          if (event.kind === "note") notes.push(event.message);
        },
      },
      deeper,
    );
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^6 weights loaded from .*weights\.safetensors; these do not fit/);
    for (const line of [
      "conv4.weight [2, 5, 1, 1] is missing from the file",
      "conv2.weight has shape [4, 2, 3, 3] in the file, [3, 2, 3, 3] in the network",
      '"transposed_conv1.weight" [4, 2, 2, 2] is not in the network',
    ])
      expect(notes[0]).toContain(`\n  ${line}`);
  });
});
