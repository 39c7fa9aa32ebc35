/**
 * Every entry of a train section that changes updates, in whole runs of emitted packages: the loss of each step, the learning rates
 * and the state at the end are those of `fcn train`, both in float64 from equal weights and samples.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { averages } from "../../compiler/learning/averages/registry.ts";
import { clippings } from "../../compiler/learning/clipping/registry.ts";
import { freezingWords, groupWords } from "../../compiler/learning/groups/registry.ts";
import { optimizers } from "../../compiler/learning/optimizers/registry.ts";
import { schedules } from "../../compiler/learning/schedules/registry.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { type Checkpoint, readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { type ComparedRun, compareRuns } from "../support/pytorch-runs.ts";

/** Entries of the train section. */
const entries: Readonly<Record<string, readonly string[]>> = {
  "adam, constant": ["optimizer adam(0.01)", "schedule constant"],
  "adam with weight decay, poly": ["optimizer adam(0.01, weight_decay = 0.1)", "schedule poly(0.8)"],
  "adamw, cosine to a least": ["optimizer adamw(0.01)", "schedule cosine(least = 1e-3)"],
  "sgd with momentum, cosine that restarts": [
    "optimizer sgd(0.05, momentum = 0.9, weight_decay = 1e-2)",
    "schedule cosine(period = 2)",
  ],
  "nesterov, steps of epochs": [
    "optimizer sgd(0.05, momentum = 0.9, nesterov)",
    "schedule step(every = 1, factor = 0.5)",
  ],
  "plain sgd, steps at epochs": [
    "optimizer sgd(0.1, momentum = 0)",
    "schedule step(at = [1, 3], factor = 0.2)",
  ],
  rmsprop: ["optimizer rmsprop(0.01)"],
  "a rate so high that plateau drops it": [
    "optimizer sgd(4, momentum = 0)",
    "schedule plateau(patience = 1, factor = 0.5)",
    "keep best by loss",
  ],
  "centred rmsprop with momentum, one cycle": [
    "optimizer rmsprop(0.005, momentum = 0.8, centered, weight_decay = 1e-2)",
    "schedule one_cycle(0.4)",
  ],
  "warm-up by steps before poly": ["optimizer adam(0.02)", "schedule warm_up(5), poly"],
  "warm-up by epochs before steps": [
    "optimizer sgd(0.1, momentum = 0.9)",
    "schedule warm_up(epochs = 2, start = 0.1), step(every = 2, factor = 0.1)",
  ],
  "groups of adamw": [
    "optimizer adamw(0.01, weight_decay = 0.1)",
    "schedule warm_up(3), cosine",
    'groups weights("seen", learning_rate = 1e-3), weights("*.bias", weight_decay = 0), weights("seen.batchnorm1", weight_decay = 0.5)',
  ],
  "groups of sgd": [
    "optimizer sgd(0.05, momentum = 0.9)",
    'groups weights("score", learning_rate = 0.2, weight_decay = 0.05)',
  ],
  "a block frozen, then trained": ["optimizer adam(0.01)", 'freeze layers("seen", until = 2)'],
  "trained, then frozen for an epoch": [
    "optimizer sgd(0.05, momentum = 0.9, weight_decay = 1e-2)",
    'freeze layers("seen.conv1", from = 2, until = 3)',
  ],
  "running statistics frozen": ["optimizer rmsprop(0.01)", 'freeze layers("*.running_*", from = 2)'],
  "clipped by norm": ["optimizer sgd(0.1, momentum = 0.9)", "clip norm(0.05)"],
  "clipped by value, then by norm": ["optimizer adam(0.01)", "clip value(0.01), norm(0.02)"],
  "updates of two batches": ["optimizer adam(0.01)", "accumulate 2", "last_batch keep"],
  "updates of two batches without the last": ["optimizer sgd(0.1)", "accumulate 2", "last_batch drop"],
  averages: ["optimizer adam(0.02)", "average ema(0.8)"],
  "all at once": [
    "optimizer adamw(0.01)",
    "schedule warm_up(2), plateau(patience = 1, factor = 0.5), cosine",
    'groups weights("seen", learning_rate = 2e-3, weight_decay = 0)',
    'freeze layers("seen", until = 1), layers("seen.batchnorm2.running_*", from = 3)',
    "clip norm(0.5)",
    "accumulate 2",
    "average ema(0.9)",
  ],
};

const program = (lines: readonly string[]) => `block base(width) {
  conv(width, 3x3, bias = false) batchnorm relu
  conv(width, 3x3, bias = false) batchnorm relu
}
network Net(classes = 2) {
  input image [3, H, W]
  encoder seen = base(3)
  conv(4, 3x3) relu
  conv(classes, 1x1) as score
  output labels by softmax
}
train Net {
  loss cross_entropy + dice
  epochs 4
  batch 3
  seed 5
${lines.map((line) => `  ${line}\n`).join("")}}
`;

/** Learning rates are given to a session in float32. */
const tolerance = 1e-6;
const torch = await hasTorch();
let folder: string;
let runs: readonly ComparedRun[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-updates-"));
  if (!torch) return;
  const data = join(folder, "data");
  await writeSyntheticScenes(data, { count: 10, size: [16, 16], seed: 3, validate: 0.2, classes: ["disc"] });
  runs = await compareRuns(folder, data, Object.values(entries).map(program));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.runIf(torch)("a run of an emitted package equals that of fcn train", () => {
  it.each(Object.keys(entries).map((title, place) => ({ title, place })))(
    "$title",
    async ({ title, place }) => {
      const run = runs[place];
      if (run === undefined) throw new Error("it did not run");
      const { ours, theirs } = run;
      expect(ours.losses.length).toBeGreaterThanOrEqual(4);
      expectClose(theirs.losses, ours.losses, "the loss after step");
      const steps = ({ lines }: typeof ours) => lines.map(({ kind, step }) => [kind, step]);
      const rates = ({ lines }: typeof ours) => lines.map(({ rate }) => rate);
      const validated = ({ lines }: typeof ours) =>
        lines.flatMap((line) => (line.kind === "epoch" ? [line.validation_loss ?? Number.NaN] : []));
      expect(steps(theirs)).toEqual(steps(ours));
      expectClose(rates(theirs), rates(ours), "the learning rate of line");
      expectClose(validated(theirs), validated(ours), "the validation loss of epoch");
      const [expected, found] = await Promise.all(
        [ours, theirs].map((one) => readCheckpoint(one.checkpoint)),
      );
      if (expected === undefined || found === undefined) throw new Error("a checkpoint is missing");
      for (const part of ["weights", "optimizerState"] as const) {
        const [own, other] = [expected[part], found[part]].map(numbered);
        expect([...(other?.keys() ?? [])].sort()).toEqual([...(own?.keys() ?? [])].sort());
        for (const [name, { data }] of own ?? [])
          expectClose(other?.get(name)?.data ?? [], data, `${name} at`);
      }
      const [schedule, other] = [expected.state.schedule, found.state.schedule];
      expect(Object.keys(other)).toEqual(Object.keys(schedule));
      for (const [name, state] of Object.entries(schedule)) expectClose(other[name] ?? [], state, name);
      if (title.includes("drops")) expect(schedule.plateau?.[2]).toBeGreaterThan(0);
    },
  );

  it("with every schedule, optimizer, clipping, average, group and freezing of the catalogue", () => {
    const written = Object.values(entries).flat().join("\n");
    const words = [schedules, optimizers, clippings, averages, groupWords, freezingWords].flat();
    expect(
      words.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(written)),
    ).toEqual([]);
  });
});

/** Updates that a weight was not part of are of use to adam's corrections alone: PyTorch counts none for other optimizers. */
function numbered(state: Checkpoint["weights"]): Checkpoint["weights"] {
  const corrects = [...state.keys()].some((name) => name.endsWith(".first_moment"));
  return new Map([...state].filter(([name]) => corrects || !name.endsWith(".missed")));
}

/** Relative to the largest of them. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(found.length, what).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  for (const [place, value] of Array.from(expected).entries())
    expect(Math.abs((found[place] ?? Number.NaN) - value), `${what} ${place}`).toBeLessThan(
      tolerance * largest,
    );
}
