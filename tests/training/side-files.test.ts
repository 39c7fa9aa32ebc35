import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WeightArray } from "../../runtime/arrays.ts";
import { readSafetensors, writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { logOf, scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
/** Two epochs done of three; and the same in the middle of the third. */
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
  await trainTiny(folder, "unbroken");
  await interruptAfter("paused", 8);
  await interruptAfter("inside", 10);
});
afterAll(() => remove());

/** Ends the run at a step as a kill would: between two files, without a word. */
async function crashAfter(out: string, steps: number, checkpointInterval?: number) {
  const crash = new Error("killed");
  const run = trainTiny(folder, out, {
    checkpointInterval,
    observer: (event) => {
      if (event.kind === "step" && event.progress.step === steps) throw crash;
    },
  });
  await expect(run).rejects.toBe(crash);
}

/** Ends the run in order: after the epoch's line, or after a step. */
async function interruptAfter(out: string, steps: number) {
  const controller = new AbortController();
  await trainTiny(folder, out, {
    signal: controller.signal,
    observer: (event) => {
      if (event.kind === "step" && event.progress.step === steps + 1 && steps % 4 === 0) throw controller;
      if (event.kind === "step" && event.progress.step === steps && steps % 4 !== 0) controller.abort();
    },
  }).catch((error: unknown) => {
    if (error !== controller) throw error;
  });
}

function copyOf(run: string, name: string): string {
  cpSync(join(folder, run), join(folder, name), { recursive: true });
  return join(folder, name);
}

async function resume(out: string) {
  const notes: string[] = [];
  const result = await trainTiny(folder, out, {
    mode: "resume",
    observer: (event) => {
      if (event.kind === "note") notes.push(event.message.replaceAll(`${join(folder, out)}/`, ""));
    },
  });
  return { result, notes };
}

const tensorsOf = async (out: string, file: string) =>
  (await readSafetensors(join(folder, out, file))).weights;

async function expectSameEnd(out: string) {
  for (const file of ["checkpoint.safetensors", "weights.safetensors"])
    expect(await tensorsOf(out, file), file).toEqual(await tensorsOf("unbroken", file));
  expect(readFileSync(join(folder, out, "metrics.json"), "utf8")).toBe(
    readFileSync(join(folder, "unbroken", "metrics.json"), "utf8"),
  );
}

it("the checkpoint of an epoch is kept by the next start where a kill came before", async () => {
  const out = copyOf("unbroken", "not kept");
  const kept = readdirSync(join(out, "checkpoints"));
  rmSync(join(out, "checkpoints", "epoch-0003.safetensors"));
  await resume("not kept");
  expect(readdirSync(join(out, "checkpoints"))).toEqual(kept);
});

describe("checkpoints inside an epoch", () => {
  it("resume to what an unbroken run gives, bit for bit, wherever the run was killed", async () => {
    for (const steps of [2, 3, 4, 7, 11]) {
      const out = `killed-${steps}`;
      await crashAfter(out, steps, 0);
      const { state } = JSON.parse(JSON.stringify({ state: await stateOf(out) }));
      expect(state.step).toBe(steps - 1);
      await resume(out);
      expect(logOf(folder, out)).toEqual(logOf(folder, "unbroken"));
      await expectSameEnd(out);
    }
  });

  it("are not written before their time", async () => {
    await crashAfter("seldom", 7);
    expect(await stateOf("seldom")).toMatchObject({ epoch: 1, step: 4, stepInEpoch: 0 });
  });
});

async function stateOf(out: string): Promise<Record<string, unknown>> {
  const { metadata } = await readSafetensors(join(folder, out, "checkpoint.safetensors"));
  return JSON.parse(metadata.get("state") ?? "");
}

describe("the checkpoint alone resumes", () => {
  for (const [file, note] of [
    ["metrics.jsonl", "metrics.jsonl is missing; the curves of the report start after step 8"],
    ["metrics.json", "metrics.json is missing: written again from the checkpoint"],
  ] as const)
    it(`without ${file}, to the same end`, async () => {
      const out = `without ${file}`;
      rmSync(join(copyOf("paused", out), file));
      const { notes } = await resume(out);
      expect(notes).toEqual([note]);
      await expectSameEnd(out);
    });

  it("with nothing beside it, after a whole epoch: the best starts again from its metric, and the run says so", async () => {
    const path = copyOf("paused", "alone");
    for (const name of readdirSync(path))
      if (name !== "checkpoint.safetensors") rmSync(join(path, name), { recursive: true });
    const { result, notes } = await resume("alone");
    expect(notes).toHaveLength(2);
    expect(notes[1]).toMatch(
      /^weights\.safetensors does not exist: (written again from the checkpoint of the best epoch, 2|the checkpoint of epoch 2 is now the best \(the weights of the best epoch, 1, are lost\))$/,
    );
    expect(result.best).toBeDefined();
    expect(existsSync(join(path, "weights.safetensors"))).toBe(true);
    expect(await tensorsOf("alone", "checkpoint.safetensors")).toEqual(
      await tensorsOf("unbroken", "checkpoint.safetensors"),
    );
  });

  it("without its best weights inside an epoch: the best starts again with the next one", async () => {
    const path = copyOf("inside", "inside alone");
    rmSync(join(path, "weights.safetensors"));
    const { result, notes } = await resume("inside alone");
    expect(notes).toEqual([
      expect.stringMatching(/: the best epoch is chosen again from the next epoch on$/),
    ]);
    expect(result.best?.epoch).toBe(3);
    expect(JSON.parse(readFileSync(join(path, "metrics.json"), "utf8")).epoch).toBe(3);
  });

  it("without the record of the run, whose copy of the program is known by its name", async () => {
    const path = copyOf("paused", "unrecorded");
    mkdirSync(join(path, "source"), { recursive: true });
    writeFileSync(join(path, "source", "tiny.fcn"), "network Tiny");
    rmSync(join(path, "run.json"));
    await resume("unrecorded");
    await expectSameEnd("unrecorded");
    writeFileSync(join(path, "source", "mine.txt"), "mine");
    rmSync(join(path, "run.json"));
    await expect(resume("unrecorded")).rejects.toThrow(/mine\.txt is not part of a run/);
  });

  it("with a log and metrics that hold something else", async () => {
    const path = copyOf("paused", "forged");
    writeFileSync(join(path, "metrics.json"), '{"epoch":99}');
    writeFileSync(join(path, "metrics.jsonl"), '{"kind":"epoch"}\n');
    const { notes } = await resume("forged");
    expect(notes).toEqual([
      "metrics.jsonl has a line that cannot be read; a copy is kept as metrics.jsonl.damaged",
      "metrics.json does not hold the metrics of the best weights: written again from the checkpoint",
    ]);
    await expectSameEnd("forged");
  });
});

describe("a state that no run can be in is refused, naming the file and what is wrong", () => {
  const forge = async (
    name: string,
    change: (state: Record<string, unknown>) => Record<string, unknown>,
    entries: Readonly<Record<string, string>> = {},
    tensors: (weights: ReadonlyMap<string, WeightArray>) => ReadonlyMap<string, WeightArray> = (same) => same,
  ) => {
    const file = join(copyOf("inside", name), "checkpoint.safetensors");
    const { weights, metadata } = await readSafetensors(file);
    const state = change(JSON.parse(metadata.get("state") ?? ""));
    await writeSafetensors(file, {
      weights: tensors(weights),
      metadata: new Map([...metadata, ["state", JSON.stringify(state)], ...Object.entries(entries)]),
    });
    return trainTiny(folder, name, { mode: "resume" }).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  for (const [what, change, wrong] of [
    ["steps and epochs contradict", { step: 9 }, /it records 9 steps in total, but 2 epochs of 4 steps/],
    [
      "more steps than an epoch has",
      { stepInEpoch: 11, epoch: 0 },
      /it records 11 steps of an epoch, and an epoch has 4/,
    ],
    ["a best epoch that is to come", { best: "future" }, /it records epoch 7 as the best, and 2 are done/],
    [
      "counts of other classes",
      { outputs: { labels: [[1, 2, 3]] } },
      /these counts are not of 2 by 2 classes/,
    ],
    ["an unknown output", { epochLosses: { other: 1 } }, /it counts an output "other", which is not trained/],
    ["no last epoch", { last: null }, /its last measured epoch is not epoch 2/],
    [
      "a state of a schedule without one",
      { schedule: { poly: [1] } },
      /it records a state that the schedule poly cannot have/,
    ],
    ["a state that is not numbers", { schedule: { poly: [null] } }, /its entry "state" cannot be read/],
    ["a negative time", { seconds: -1 }, /it records a training time of -1 seconds/],
    ["a step that is not a count", { step: -3 }, /its entry "state" cannot be read/],
    ["an infinite loss", { epochLoss: "inf" }, /its entry "state" cannot be read/],
    ["nothing", { best: {} }, /its entry "state" cannot be read/],
  ] as const)
    it(what, async () => {
      const error = await forge(`state: ${what}`, (state) => {
        const { best, ...rest } = change as Record<string, unknown>;
        const future = { ...(state.best as object), epoch: 7 };
        return {
          ...state,
          ...rest,
          ...(best === undefined ? {} : { best: best === "future" ? future : best }),
        };
      });
      expect(error).toMatchObject({ name: "UserError", message: expect.stringMatching(wrong) });
      expect(error).toMatchObject({ message: expect.stringContaining("checkpoint.safetensors") });
    });

  it("the form of another version", async () => {
    const same = (state: Record<string, unknown>) => state;
    const error = await forge("version", same, { plan: '{"version":2,"settings":{}}' });
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /was written by another version of fcn: its form is 2, and this fcn reads/,
      ),
      help: expect.stringContaining("--start-from"),
    });
  });

  it("a normalisation of other channels, or by nothing", async () => {
    const same = (state: Record<string, unknown>) => state;
    const other = { normalisation: '{"mean":[0],"deviation":[1]}' };
    expect(await forge("channels", same, other)).toMatchObject({
      message: expect.stringMatching(/its normalisation of the input "image" is not for 3 channels/),
    });
    const nothing = { normalisation: '{"mean":[0,0,0],"deviation":[1,0,1]}' };
    expect(await forge("nothing", same, nothing)).toMatchObject({
      message: expect.stringMatching(/its entry "normalisation" cannot be read/),
    });
  });

  it("an optimizer state that is not there", async () => {
    const without = (weights: ReadonlyMap<string, WeightArray>) =>
      new Map([...weights].filter(([name]) => name !== "optimizer/step"));
    expect(await forge("optimizer", (state) => state, {}, without)).toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/lacks "step"/),
    });
  });
});

describe("plain training and resuming never send a person to each other", () => {
  const advice = async (out: string, mode: "new" | "resume") => {
    const configuration = { ...tinyConfiguration, epochs: 3 };
    const error: unknown = await trainTiny(folder, out, { configuration, mode }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return error instanceof Error && "help" in error ? `${error.message}; ${error.help}` : undefined;
  };

  it("a run that ended before its first checkpoint is started again", async () => {
    await crashAfter("early", 3);
    expect(readdirSync(join(folder, "early"))).toEqual(["metrics.jsonl", "run.json"]);
    expect(await advice("early", "resume")).toMatch(/no checkpoint to resume from; leave out --resume/);
    expect(await advice("early", "new")).toBeUndefined();
    await expectSameEnd("early");
  });

  it("weights without any checkpoint are replaced by --force only", async () => {
    const path = copyOf("paused", "bare");
    for (const name of ["checkpoint.safetensors", "checkpoints"])
      rmSync(join(path, name), { recursive: true });
    expect(await advice("bare", "new")).toMatch(/without a checkpoint; overwrite it by --force/);
    const resumed = await advice("bare", "resume");
    expect(resumed).toMatch(/overwrite it by --force/);
    expect(resumed).not.toContain("leave out");
  });

  it("without the last checkpoint, that of an earlier epoch is named, and resumes to the same end", async () => {
    const path = copyOf("paused", "kept");
    for (const name of readdirSync(path))
      if (name !== "checkpoints") rmSync(join(path, name), { recursive: true });
    const [epoch1, epoch2] = [1, 2].map((epoch) =>
      join(path, "checkpoints", `epoch-000${epoch}.safetensors`),
    );
    for (const mode of ["new", "resume"] as const) {
      const said = await advice("kept", mode);
      expect(said).toContain(
        `checkpoint.safetensors is missing, and ${epoch2} holds the state of an earlier epoch`,
      );
      expect(said).toContain(`cp ${epoch2} ${join(path, "checkpoint.safetensors")}, then --resume`);
    }
    expect(existsSync(epoch1 ?? "")).toBe(true);
    copyFileSync(epoch2 ?? "", join(path, "checkpoint.safetensors"));
    await resume("kept");
    expect(await tensorsOf("kept", "checkpoint.safetensors")).toEqual(
      await tensorsOf("unbroken", "checkpoint.safetensors"),
    );
  });

  it("a folder in the place of a file, and a file in the place of the folder, are named", async () => {
    mkdirSync(join(folder, "odd", "checkpoint.safetensors"), { recursive: true });
    expect(await advice("odd", "new")).toMatch(
      /checkpoint\.safetensors is a folder, and the run writes a file/,
    );
    writeFileSync(join(folder, "file"), "");
    expect(await advice("file", "new")).toMatch(
      /cannot be written: it is a file, not a folder; choose another/,
    );
    expect(await advice("file/below", "new")).toMatch(/a part of its path is a file/);
  });
});
