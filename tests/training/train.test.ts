import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../runtime/weights/safetensors.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { logOf, scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

describe("a training run", () => {
  it("leaves the best weights, the last checkpoint, the log and the metrics", async () => {
    const result = await trainTiny(folder, "whole");
    expect(result).toMatchObject({ ended: "finished", epochs: 3, steps: 12 });
    for (const name of ["weights.safetensors", "checkpoint.safetensors", "metrics.jsonl", "metrics.json"]) {
      expect(existsSync(join(folder, "whole", name)), name).toBe(true);
    }
    const { metadata } = await readSafetensors(join(folder, "whole", "weights.safetensors"));
    expect(metadata.get("network")).toBe("Tiny");
    expect(metadata.get("parameters")).toBe('{"classes":"2"}');
    expect(metadata.get("classes")).toBe('["background","disc"]');
    expect(metadata.get("step")).toBe(String(result.best?.step));
    const log = logOf(folder, "whole");
    expect(log.filter(({ kind }) => kind === "epoch").map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 4],
      [2, 8],
      [3, 12],
    ]);
    const best = log.find((line) => line.kind === "epoch" && line.epoch === result.best?.epoch);
    expect(best).toMatchObject({ outputs: result.best?.outputs, best: true });
    expect(JSON.parse(readFileSync(join(folder, "whole", "metrics.json"), "utf8"))).toEqual(result.best);
  });

  it.each([
    ["dice", "disc", "higher"],
    ["hausdorff95", "disc", "lower"],
    ["calibration_error", undefined, "lower"],
    ["boundary_f", undefined, "higher"],
  ] as const)("keeps the best epoch by %s (class %s)", async (measure, bestClass, better) => {
    const keep = { best: `labels.${measure}`, bestClass, patience: undefined };
    const out = `by ${measure}`;
    const { best } = await trainTiny(folder, out, { configuration: { ...tinyConfiguration, keep } });
    // of one class only the best epoch's report has it
    const report = best?.classes.labels?.classes.find(({ name }) => name === bestClass);
    const log = logOf(folder, out).flatMap((line) => (line.kind === "epoch" ? [line] : []));
    const values = log.map(({ outputs }) => outputs?.labels?.[measure] ?? Number.NaN);
    if (bestClass === undefined) {
      const wanted = better === "higher" ? Math.max(...values) : Math.min(...values);
      expect(best?.outputs.labels?.[measure]).toBe(wanted);
      expect(log[(best?.epoch ?? 0) - 1]?.best).toBe(true);
    } else expect(report).toHaveProperty(measure, expect.any(Number));
    // training batches are not measured so
    expect(log[0]?.training?.labels).not.toHaveProperty("hausdorff95");
  });

  it("gives the same numbers again from the same seed, and others from another", async () => {
    await trainTiny(folder, "again");
    await trainTiny(folder, "other", { configuration: { ...tinyConfiguration, seed: 8 } });
    expect(logOf(folder, "again")).toEqual(logOf(folder, "whole"));
    expect(logOf(folder, "other")).not.toEqual(logOf(folder, "whole"));
  });

  it("lets the loss fall", async () => {
    const losses = logOf(folder, "whole").flatMap((line) => (line.kind === "epoch" ? [line.loss ?? 0] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  });

  it("refuses a folder that holds a run, unless it is to be replaced", async () => {
    await expect(trainTiny(folder, "whole")).rejects.toThrow("already holds a training run");
    const configuration = { ...tinyConfiguration, epochs: 1 };
    await trainTiny(folder, "replaced", { configuration });
    const result = await trainTiny(folder, "replaced", { configuration, mode: "overwrite" });
    expect(result.steps).toBe(4);
    expect(logOf(folder, "replaced").filter(({ kind }) => kind === "epoch")).toHaveLength(1);
  });

  it("stops early after as many epochs without improvement as the program says", async () => {
    // A learning rate of almost zero cannot improve anything, and without batch normalisation no statistic moves: the first epoch stays the best.
    const optimizer = { ...tinyConfiguration.optimizer, learningRate: 1e-12 };
    const keep = { best: "labels.pixel_accuracy", bestClass: undefined, patience: 2 };
    const configuration = { ...tinyConfiguration, optimizer, keep, epochs: 9 };
    const still = compileNetwork(
      "network Still { input image [3, H, W]  conv(2, 3x3)  output labels by softmax }",
    );
    const result = await trainTiny(folder, "early", { configuration }, still);
    expect(result).toMatchObject({ ended: "early", epochs: 3, best: { epoch: 1 } });
  });

  it("stops when the loss is no longer a number, with the checkpoint before it kept", async () => {
    const optimizer = {
      kind: "sgd",
      learningRate: 1e30,
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
    } as const;
    const configuration = { ...tinyConfiguration, optimizer, schedule: [{ kind: "constant" }] as const };
    await expect(trainTiny(folder, "diverged", { configuration })).rejects.toThrow(
      /^the loss is no longer a finite number at step \d+ \(epoch 1\): the first .* is not finite .*; no checkpoint was written yet$/,
    );
  });

  it("stops before the first step when the data has errors, and leaves no folder half made", async () => {
    const label = join(folder, "data", "labels", "train", "00000.png");
    const whole = readFileSync(label);
    writeFileSync(label, "");
    try {
      await expect(trainTiny(folder, "broken")).rejects.toThrow(/has an error/);
    } finally {
      writeFileSync(label, whole);
    }
    expect(existsSync(join(folder, "broken", "metrics.jsonl"))).toBe(false);
  });

  it("refuses data with another number of classes than the network has channels", async () => {
    const masks = { ...tinyConfiguration.masks, classes: ["background", "disc", "box"] };
    await expect(
      trainTiny(folder, "classes", { configuration: { ...tinyConfiguration, masks } }),
    ).rejects.toThrow(
      'output "labels" of Tiny has 2 channels, and the data has 3 classes (background, disc, box)',
    );
  });
});
