import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendLine, type EpochLine, readLines, resumeLog } from "../../runtime/training/metrics-log.ts";
import { sourceHash } from "../../runtime/training/source-hash.ts";
import { startingWeights } from "../../runtime/training/starting-weights.ts";
import { takeOver } from "../../runtime/training/take-over.ts";
import { compareWeights, describeMismatch } from "../../runtime/training/weight-mismatch.ts";
import {
  checkWeights,
  readStoredWeights,
  readWeights,
  writeWeights,
} from "../../runtime/training/weights-file.ts";
import type { WeightsMetadata } from "../../runtime/training/weights-metadata.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { readSafetensors, writeSafetensors } from "../../runtime/weights/safetensors.ts";
import { compileNetwork } from "../support/compile-network.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { graph } = compileNetwork(
  "network N { input image [1, H, W]  conv(2, 3x3) relu  conv(2, 1x1)  output y by softmax }",
);
const metadata: WeightsMetadata = {
  network: "N",
  parameters: new Map([["width", "8"]]),
  source: "ab12",
  classes: ["ground", "thing"],
  normalisation: { mean: [0.1 + 0.2], deviation: [1 / 3] },
  otherNormalisations: { depth: { mean: [0.5], deviation: [0.25] } },
  targets: {
    labels: { kind: "labels" },
    depth: { kind: "depth", log: true, unit: 0.001 },
    colours: { kind: "colour_bins", temperature: 0.38 },
  },
  classWeights: [0.5, 2],
  binWeights: { colours: [1.25, 0.75] },
  step: 7,
  epoch: 1,
  version: "0.1.0",
};

describe("a weights file", () => {
  it("gives back what it was given, to the last bit", async () => {
    const file = join(folder, "w.safetensors");
    const weights = initialiseWeights(graph, 3);
    await writeWeights(file, weights, metadata);
    expect(await readWeights(file)).toEqual({ file, weights, metadata });
  });

  it("of another program is refused by name", async () => {
    const file = join(folder, "other.safetensors");
    await writeSafetensors(file, {
      weights: initialiseWeights(graph, 3),
      metadata: new Map([["format", "pt"]]),
    });
    await expect(readWeights(file)).rejects.toThrow('other.safetensors has the format "pt"');
    expect((await readStoredWeights(file)).metadata).toBeUndefined();
    await writeSafetensors(file, { weights: new Map(), metadata: new Map() });
    await expect(readWeights(file)).rejects.toThrow('other.safetensors has no entry "format"');
  });

  it("with a damaged entry is refused, naming the entry", async () => {
    const file = join(folder, "damaged.safetensors");
    await writeWeights(file, initialiseWeights(graph, 3), metadata);
    const { weights, metadata: entries } = await readSafetensors(file);
    await writeSafetensors(file, {
      weights,
      metadata: new Map([...entries, ["normalisation", '{"mean":[1]}']]),
    });
    await expect(readWeights(file)).rejects.toThrow('its entry "normalisation" cannot be read');
  });

  it("says of every weight what is missing, what is too much and what is shaped otherwise", () => {
    const weights = new Map(initialiseWeights(graph, 3));
    weights.delete("conv1.bias");
    weights.set("extra\u001b[2J", { shape: [1], data: new Float32Array(1) });
    weights.set("conv2.bias", { shape: [3], data: new Float32Array(3) });
    const taken = takeOver(graph, { file: "w", weights });
    expect([...taken.weights.keys()]).toEqual(["conv1.weight", "conv2.weight"]);
    const unread = new Map([["conv2.weight", { type: "I64", shape: [] }]]);
    expect(describeMismatch(compareWeights(graph, { weights, unread }))).toEqual([
      "conv2.bias has shape [3] in the file, [2] in the network",
      "conv2.weight has type I64 in the file, which cannot be read as weights",
      "conv1.bias [2] is missing from the file",
      '"extra\\u001b[2J" [1] is not in the network',
    ]);
  });

  it("with a negative variance is refused, to predict with and as a start", () => {
    const { graph: normalised } = compileNetwork(
      "network N { input image [1, H, W]  conv(2, 3x3) batchnorm  conv(2, 1x1)  output y by softmax }",
    );
    const running = { shape: [2], data: Float32Array.of(0, -0.25) };
    const stored = {
      file: "w.safetensors",
      weights: new Map([...initialiseWeights(normalised, 3), ["batchnorm1.running_variance", running]]),
      metadata: undefined,
    };
    const wrong = 'w.safetensors: "batchnorm1.running_variance" holds -0.25, and its values are at least 0';
    expect(() => checkWeights(normalised, stored)).toThrow(wrong);
    expect(() => startingWeights(normalised, stored)).toThrow(wrong);
    running.data[1] = 0; // what a constant feature map comes to
    expect(() => checkWeights(normalised, stored)).not.toThrow();
  });

  it("whose classes repeat is refused", async () => {
    const file = join(folder, "repeated.safetensors");
    await writeWeights(file, initialiseWeights(graph, 3), { ...metadata, classes: ["thing", "thing"] });
    await expect(readWeights(file)).rejects.toThrow('its entry "classes" cannot be read');
  });

  it("of which no weight fits is refused as a start", () => {
    const weights = new Map([["other.weight", { shape: [1], data: new Float32Array(1) }]]);
    expect(() => takeOver(graph, { file: "w.safetensors", weights })).toThrow(
      /^no weight of w\.safetensors fits .*:\n.*conv1\.weight \[2, 1, 3, 3\] is missing/,
    );
  });
});

describe("the hash of a program", () => {
  const file = (path: string, text: string) => [path, { path, text }] as const;

  it("stays when files are moved and changes with any text", () => {
    const hash = sourceHash(new Map([file("a.fcn", "one"), file("std/b.fcn", "two")]));
    expect(sourceHash(new Map([file("std/b.fcn", "two"), file("moved/a.fcn", "one")]))).toBe(hash);
    expect(sourceHash(new Map([file("a.fcn", "one"), file("std/b.fcn", "two ")]))).not.toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("does not count settings, which weights remember as parameters", () => {
    const files = new Map([file("a.fcn", "one")]);
    const setting = { path: "setting width", text: "width=8", kind: "setting" } as const;
    expect(sourceHash(new Map([...files, [setting.path, setting] as const]))).toBe(sourceHash(files));
  });
});

describe("the log", () => {
  const line = (step: number) => ({
    kind: "steps" as const,
    epoch: 1,
    step,
    loss: 0.5,
    rate: 0.1,
    training: { labels: { mean_iou: null } },
    images_per_second: 1,
    seconds: 1,
  });

  const epochLine = (epoch: number, step: number): EpochLine => ({
    ...line(step),
    kind: "epoch",
    epoch,
    class_iou: { labels: [null, 0.5] },
    validation_loss: 0.25,
    outputs: { labels: { mean_iou: null } },
    losses: { labels: 0.25 },
    best: true,
  });

  it("forgets lines after a step and a line cut short, and keeps the others as they were", async () => {
    const log = join(folder, "metrics.jsonl");
    for (const step of [2, 4, 6]) await appendLine(log, line(step));
    writeFileSync(log, `${readFileSync(log, "utf8")}{"kind":"ste`);
    expect(await resumeLog(log, { step: 4, epoch: 0 })).toBeUndefined();
    expect(await readLines(log)).toEqual([line(2), line(4)]);
  });

  it("forgets the line of an epoch whose last step a checkpoint holds and whose validation it does not", async () => {
    const log = join(folder, "validating.jsonl");
    for (const one of [line(2), epochLine(1, 2), line(4), epochLine(2, 4)]) await appendLine(log, one);
    await resumeLog(log, { step: 4, epoch: 1 });
    expect(await readLines(log)).toEqual([line(2), epochLine(1, 2), line(4)]);
  });

  it("names the line that is none", async () => {
    const log = join(folder, "wrong.jsonl");
    writeFileSync(log, `${JSON.stringify(line(1))}\nnothing\n`);
    await expect(readLines(log)).rejects.toThrow(/wrong\.jsonl:2 is not a line of a training log/);
    const { losses, ...half } = epochLine(1, 1);
    writeFileSync(log, `${JSON.stringify(half)}\n`);
    await expect(readLines(log)).rejects.toThrow(/wrong\.jsonl:1 is not a line of a training log/);
    expect(losses).toEqual({ labels: 0.25 });
  });

  it("of a damaged file keeps what can be read, and a copy of the whole", async () => {
    const log = join(folder, "damaged.jsonl");
    const text = `nothing\n${JSON.stringify(line(1))}\n{"kind":"steps"}\n`;
    writeFileSync(log, text);
    expect(await resumeLog(log, { step: 4, epoch: 1 })).toMatch(
      /damaged\.jsonl has 2 lines that cannot be read; a copy is kept as .*damaged\.jsonl\.damaged$/,
    );
    expect(await readLines(log)).toEqual([line(1)]);
    expect(readFileSync(`${log}.damaged`, "utf8")).toBe(text);
  });

  it("starts again where it is missing, and says from where", async () => {
    expect(await resumeLog(join(folder, "missing.jsonl"), { step: 4, epoch: 1 })).toMatch(
      /missing\.jsonl is missing; the curves of the report start after step 4$/,
    );
  });
});
