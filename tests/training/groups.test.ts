/** Groups of weights and frozen layers in a run. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { frozenIn, weightGroups } from "../../runtime/training/weight-groups.ts";
import { logOf, scratch, tinyConfiguration, tinyNetwork, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

const { graph } = tinyNetwork();
const freeze = (name: string, from: number, until?: number) =>
  ({ kind: "layers", name, from, until }) as const;
const group = (name: string, learningRate?: number, weightDecay?: number) =>
  ({ kind: "weights", name, learningRate, weightDecay }) as const;

describe("weights by the patterns of a train section", () => {
  it("of several groups each setting is that of the last one that gives it", () => {
    const groups = weightGroups(graph, {
      groups: [group("conv1", 1e-4), group("*.bias", undefined, 0), group("conv1.bias", 1e-5)],
    });
    expect(groups).toEqual([
      { weights: ["conv1.weight"], learningRate: 1e-4, weightDecay: undefined },
      { weights: ["conv1.bias"], learningRate: 1e-5, weightDecay: 0 },
      {
        weights: ["conv2.bias", "transposed_conv1.bias", "conv3.bias"],
        learningRate: undefined,
        weightDecay: 0,
      },
    ]);
  });

  it("freezes a layer with its running statistics, in its epochs", () => {
    const section = { freeze: [freeze("batchnorm1", 1, 2), freeze("conv2.bias", 2)] };
    const batchnorm = ["scale", "shift", "running_mean", "running_variance"].map(
      (name) => `batchnorm1.${name}`,
    );
    expect(frozenIn(graph, section, 1)).toEqual(batchnorm);
    expect(frozenIn(graph, section, 2)).toEqual([...batchnorm, "conv2.bias"]);
    expect(frozenIn(graph, section, 3)).toEqual(["conv2.bias"]);
  });
});

describe("a run", () => {
  const configuration: TrainConfiguration = {
    ...tinyConfiguration,
    groups: [group("conv3", 1e-3), group("*.bias", undefined, 0.1)],
    freeze: [freeze("conv1", 1, 1), freeze("batchnorm1", 1, 2)],
    average: { kind: "ema", decay: 0.9 },
  };
  const trained = (out: string, epochs: number) =>
    trainTiny(folder, out, { configuration: { ...configuration, epochs } });

  it("freezes and unfreezes by epoch", async () => {
    const at = async (epochs: number) => {
      await trained(`epochs-${epochs}`, epochs);
      return (await readCheckpoint(join(folder, `epochs-${epochs}`, "checkpoint.safetensors"))).weights;
    };
    const [one, two] = [await at(1), await at(2)];
    const three = await at(3);
    const data = (weights: typeof one, name: string) => [...(weights.get(name)?.data ?? [])];
    for (const name of ["batchnorm1.running_mean", "batchnorm1.scale"]) {
      expect(data(one, name), name).toEqual(data(two, name));
      expect(data(three, name), name).not.toEqual(data(two, name));
    }
    expect(data(one, "batchnorm1.running_mean")).toEqual([0, 0]);
    expect(data(two, "conv1.weight")).not.toEqual(data(one, "conv1.weight"));
  });

  it("resumed in the middle of a frozen epoch equals an unbroken one", async () => {
    await trained("unbroken", 3);
    const controller = new AbortController();
    await trainTiny(folder, "broken", {
      configuration,
      signal: controller.signal,
      observer: (event) => {
        if (event.kind === "step" && event.progress.step === 6) controller.abort();
      },
    });
    await trainTiny(folder, "broken", { mode: "resume", configuration });
    expect(logOf(folder, "broken")).toEqual(logOf(folder, "unbroken"));
    const read = async (out: string) => {
      const { weights, optimizerState } = await readCheckpoint(join(folder, out, "checkpoint.safetensors"));
      return { weights, optimizerState };
    };
    const [broken, unbroken] = [await read("broken"), await read("unbroken")];
    expect(broken).toEqual(unbroken);
    expect([...(broken.optimizerState.get("conv1.weight.missed")?.data ?? [])]).toEqual([0, 4]);
    const changed = { ...configuration, freeze: [freeze("conv1", 1, 2)], groups: [group("conv3", 1e-2)] };
    await expect(trainTiny(folder, "broken", { mode: "resume", configuration: changed })).rejects.toThrow(
      /groups\.conv3\.learning_rate was 0\.001 and is now 0\.01[\s\S]*freeze\.conv1\.until was 1 and is now 2/,
    );
  });

  it("is refused before the first step where an epoch would train nothing", async () => {
    const all = { ...configuration, freeze: [freeze("conv1", 1), freeze("*", 2, 2)] };
    await expect(trainTiny(folder, "nothing", { configuration: all })).rejects.toThrow(
      "in epoch 2 every weight of Tiny is frozen",
    );
  });
});
