/** A small training run as a user starts it, what its folder holds, and whether two runs came to the same end. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineName } from "../../../runtime/engines/engine.ts";
import { readSafetensors } from "../../../runtime/weights/safetensors.ts";
import { type CommandLimits, runCommand, type StartedCommand, startCommand } from "./run-command.ts";

/** Dropout, batch normalisation, augmentation and two outputs: everything whose state a resumed run must have. */
const program = `network Small(classes = [background, disc], width = 4) {
  input image [3, H, W]
  conv(width, 3x3) batchnorm relu as seen
  maxpool(2)
  conv(2 * width, 3x3) batchnorm relu
  dropout(0.2)
  upsample(2, learned, channels = width)
  skip seen by concat
  conv(width, 3x3) relu as top
  conv(classes, 1x1)
  output labels by softmax
  from top
  conv(1, 1x1)
  output depth
}

train Small {
  data      folder("scenes", images = "images/train/*.png", labels = "labels/train/*.png", validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")
  augment   flip, rotate(15), crop(24, 24), brightness(0.1)
  targets   labels = labels, depth = depth("depth/train/*.png", unit = 0.001, log, validate = "depth/val/*.png")
  loss      labels = cross_entropy(weights = median_frequency), depth = 0.5 * scale_invariant
  optimizer adam(learning_rate = 3e-3, weight_decay = 1e-4)
  epochs    4
  batch     2
  keep      best by mean_iou
}
`;

export const runFiles = [
  "checkpoint.safetensors",
  "metrics.json",
  "metrics.jsonl",
  "report.html",
  "weights.safetensors",
] as const;

/** Runs in one folder, which holds the program and its data. */
export class TrainingRuns {
  readonly folder: string;
  readonly #engine: EngineName;

  private constructor(folder: string, engine: EngineName) {
    this.folder = folder;
    this.#engine = engine;
  }

  static async prepare(folder: string, engine: EngineName = "wasm"): Promise<TrainingRuns> {
    const runs = new TrainingRuns(folder, engine);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "small.fcn"), program);
    const options = ["--count", "10", "--size", "32x32", "--classes", "disc", "--seed", "5"];
    const made = await runCommand(["data", "synth", "scenes", ...options], { cwd: folder });
    if (made.status !== 0) throw new Error(`the data was not made: ${made.stderr}`);
    return runs;
  }

  start(out: string, options: readonly string[] = [], limits: CommandLimits = {}): StartedCommand {
    const words = ["train", "small.fcn", "--engine", this.#engine, "--out", out, ...options];
    return startCommand(words, { cwd: this.folder, ...limits });
  }

  train(out: string, options: readonly string[] = [], limits: CommandLimits = {}) {
    return this.start(out, options, limits).finished;
  }

  path(out: string, file = ""): string {
    return join(this.folder, out, file);
  }

  has(out: string, file: string): boolean {
    return existsSync(this.path(out, file));
  }

  /** What contradicts itself in a run's folder, as a killed or failed run left it. */
  async damageOf(out: string): Promise<readonly string[]> {
    const wrong: string[] = [];
    const epochs: Record<string, number> = {};
    for (const file of runFiles.filter((name) => this.has(out, name))) {
      try {
        if (file.endsWith(".safetensors")) {
          const { metadata } = await readSafetensors(this.path(out, file));
          epochs[file] = Number(metadata.get("epoch"));
        }
        const text = readFileSync(this.path(out, file), "utf8");
        if (file === "metrics.json") epochs[file] = JSON.parse(text).epoch;
        if (file === "metrics.jsonl") for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
        if (file === "report.html" && !text.trimEnd().endsWith("</html>")) throw new Error("it is cut short");
      } catch (error) {
        wrong.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    for (const file of this.#keptCheckpoints(out)) {
      const { metadata } = await readSafetensors(this.path(out, file)).catch((error: Error) => {
        wrong.push(`${file}: ${error.message}`);
        return { metadata: new Map<string, string>() };
      });
      const epoch = Number(metadata.get("epoch"));
      if (metadata.size > 0 && !file.endsWith(`${epoch}.safetensors`))
        wrong.push(`${file} is of epoch ${epoch}`);
    }
    if (this.has(out, "run.json")) {
      const { source } = JSON.parse(readFileSync(this.path(out, "run.json"), "utf8"));
      if (source.files.join() !== "small.fcn") wrong.push(`run.json names ${source.files.join()}`);
    }
    const [weights, metrics] = [epochs["weights.safetensors"], epochs["metrics.json"]];
    if (metrics !== undefined && weights !== metrics)
      wrong.push(`weights of epoch ${weights}, metrics of epoch ${metrics}`);
    return wrong;
  }

  /** Of whole ones, in their order. */
  #keptCheckpoints(out: string): readonly string[] {
    if (!this.has(out, "checkpoints")) return [];
    const names = readdirSync(this.path(out, "checkpoints")).sort();
    return names.filter((name) => name.endsWith(".safetensors")).map((name) => `checkpoints/${name}`);
  }

  /** Of the checkpoint; 0 where there is none. */
  async stepInEpoch(out: string): Promise<number> {
    if (!this.has(out, "checkpoint.safetensors")) return 0;
    const { metadata } = await readSafetensors(this.path(out, "checkpoint.safetensors"));
    return Number(JSON.parse(metadata.get("state") ?? "{}").stepInEpoch);
  }

  /** What differs between the ends of two runs, apart from times; of the checkpoint alone where the rest was lost. */
  async differences(first: string, second: string, only?: "checkpoint"): Promise<readonly string[]> {
    const contentOf = async (out: string, file: string) => {
      const { weights, metadata } = await readSafetensors(this.path(out, file));
      const tensors = [...weights].map(([name, { shape, data }]) => [
        name,
        shape,
        Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"),
      ]);
      return { tensors: JSON.stringify(tensors), metadata };
    };
    const state = async (out: string) => {
      const { tensors, metadata } = await contentOf(out, "checkpoint.safetensors");
      const { seconds, best, ...rest } = JSON.parse(metadata.get("state") ?? "{}");
      return [tensors, JSON.stringify(only ? rest : { ...rest, best }), seconds >= 0] as const;
    };
    const text = (out: string, file: string) => readFileSync(this.path(out, file), "latin1");
    const log = (out: string) =>
      text(out, "metrics.jsonl")
        .split("\n")
        .map((line) => (line === "" ? line : JSON.stringify(JSON.parse(line))))
        .join("\n")
        .replace(/"(images_per_second|seconds)":[\d.e+-]+/g, "");
    const [a, b] = [await state(first), await state(second)];
    const wrong = ["tensors", "state", "time"]
      .filter((_, i) => a[i] !== b[i])
      .map((what) => `the checkpoint's ${what}`);
    if (only === undefined) {
      // fcn and the package for PyTorch, which both may have written it, space the JSON of its metadata differently
      const kept = async (out: string) => {
        const { tensors, metadata } = await contentOf(out, "weights.safetensors");
        return JSON.stringify([tensors, [...metadata].map(([name, value]) => [name, compact(value)])]);
      };
      if ((await kept(first)) !== (await kept(second))) wrong.push("weights.safetensors");
      if (text(first, "metrics.json") !== text(second, "metrics.json")) wrong.push("metrics.json");
      if (log(first) !== log(second)) wrong.push("metrics.jsonl");
    }
    if (only === undefined) {
      const kept = (out: string) => this.#keptCheckpoints(out).join();
      if (kept(first) !== kept(second)) wrong.push(`${kept(second)} are kept, which`);
      const program = readFileSync(this.path(second, "source/small.fcn"), "utf8");
      if (program !== readFileSync(join(this.folder, "small.fcn"), "utf8")) wrong.push("source/small.fcn");
    }
    const left = readdirSync(this.path(second), { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(part|new|lock)$/.test(name),
    );
    return [
      ...wrong.map((what) => `${what} differs from ${first}'s`),
      ...left.map((name) => `${name} is left`),
    ];
  }
}

/** JSON without spaces; other text as it is. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
