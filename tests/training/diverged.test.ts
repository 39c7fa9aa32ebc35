import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine, Session } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { Diverged } from "../../runtime/training/diverged.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { logOf, scratch, tinyConfiguration, tinyNetwork, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

/** Sixteen images in a step: an epoch has one, and no second step sees the weights before they are validated. */
const oneStep = { ...tinyConfiguration, batch: 16, schedule: [{ kind: "constant" }] } as const;

/** From the given update on the learning rate is such that the network leaves the finite numbers in one step. */
async function explodingAt(update: number, learningRate = 1e38): Promise<Engine> {
  const engine = await loadEngine("wasm");
  return {
    ...engine,
    open: async (...given) => {
      const session = await engine.open(...given);
      let updates = 0;
      const changed: Session["update"] = (batches, settings) =>
        session.update(batches, ++updates >= update ? { ...settings, learningRate } : settings);
      return new Proxy(session, {
        get: (target, name) => {
          if (name === "update") return changed;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

const allFinite = async (out: string, file: string) => {
  const read = file.startsWith("checkpoint") ? readCheckpoint : readWeights;
  const { weights } = await read(join(folder, out, file));
  return [...weights.values()].every(({ data }) => data.every(Number.isFinite));
};

it("an epoch whose last update leaves the finite numbers writes neither checkpoint nor best weights", async () => {
  const run = trainTiny(folder, "first", { configuration: oneStep, engine: await explodingAt(1) });
  await expect(run).rejects.toThrow(
    /^the .* is no longer a finite number after step 1 \(epoch 1\); no checkpoint was written yet$/,
  );
  for (const file of ["checkpoint.safetensors", "weights.safetensors", "metrics.json"])
    expect(existsSync(join(folder, "first", file)), file).toBe(false);
});

it("the last good checkpoint and the best weights stay, and the message names their epoch", async () => {
  const run = trainTiny(folder, "third", { configuration: oneStep, engine: await explodingAt(3) });
  await expect(run).rejects.toThrow(
    /^the .* is no longer a finite number after step 3 \(epoch 3\); .*checkpoint\.safetensors holds the last good state, after epoch 2 \(step 2\)$/,
  );
  const { state } = await readCheckpoint(join(folder, "third", "checkpoint.safetensors"));
  expect(state).toMatchObject({ epoch: 2, step: 2 });
  expect(await allFinite("third", "checkpoint.safetensors")).toBe(true);
  expect(await allFinite("third", "weights.safetensors")).toBe(true);
  expect(logOf(folder, "third").filter(({ kind }) => kind === "epoch")).toHaveLength(2);
  const metrics = JSON.parse(readFileSync(join(folder, "third", "metrics.json"), "utf8"));
  expect(metrics.epoch).toBeLessThanOrEqual(2);
  const again = await trainTiny(folder, "third", { configuration: oneStep, mode: "resume" });
  expect(again).toMatchObject({ ended: "finished", epochs: 3 });
});

it("a checkpoint inside an epoch is not written from weights that are not finite", async () => {
  const controller = new AbortController();
  const run = trainTiny(
    folder,
    "inside",
    {
      configuration: { ...tinyConfiguration, schedule: [{ kind: "constant" }] },
      engine: await explodingAt(6, Number.POSITIVE_INFINITY),
      signal: controller.signal,
      observer: (event) => {
        if (event.kind === "step" && event.progress.step === 6) controller.abort();
      },
    },
    tinyNetwork(),
  );
  await expect(run).rejects.toThrow(
    /^the weight .* is no longer a finite number after step 6 \(epoch 2\); .* holds the last good state, after epoch 1 \(step 4\)$/,
  );
  expect((await readCheckpoint(join(folder, "inside", "checkpoint.safetensors"))).state.step).toBe(4);
});

it("a loss that is not finite names the first layer whose values are not, and where the program writes it", async () => {
  const configuration = { ...tinyConfiguration, schedule: [{ kind: "constant" }] } as const;
  const run = trainTiny(folder, "layer", { configuration, engine: await explodingAt(2, 1e37) });
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Diverged)) throw new Error("it did not diverge");
  expect(error.message).toMatch(
    /^the loss is no longer a finite number at step 3 \(epoch 1\): the first feature map that is not finite is that of layer \w+ \([\d,]+ of [\d,]+ values\); no checkpoint was written yet$/,
  );
  const [, layer] = / of layer (\w+) /.exec(error.message) ?? [];
  const node = tinyNetwork().graph.nodes.find(({ name }) => name === layer);
  expect(error.origin).toMatchObject({ kind: "map", node: layer, span: node?.origin.span });
});

it("a validation loss that is not finite names the image and the first layer whose values are not", async () => {
  const run = trainTiny(folder, "validation", { configuration: oneStep, engine: await explodingAt(1, 3e37) });
  await expect(run).rejects.toThrow(
    /^the validation loss of labels is no longer a finite number after step 1 \(epoch 1\) on \S+: the first feature map that is not finite is that of layer \w+ \([\d,]+ of [\d,]+ values\); no checkpoint was written yet$/,
  );
});
