/**
 * What `npm run verify:targets` found of each example, by target: `specs/numeric/targets.json`, from which docs/targets.md is written.
 * Every result is written as it comes, with a hash of the files that were compared: a row whose files are emitted otherwise now is old.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../../runtime/files/atomic-write.ts";
import { packageRoot } from "../../host/package-root.ts";
import { memorySubjects } from "../memory/subjects.ts";

export interface OnnxResult {
  /** "32×48" */
  readonly sizes: readonly string[];
  readonly outputs: readonly string[];
  /** The largest over outputs and sizes. */
  readonly difference: number;
}

export type GraphModelBackend = "cpu" | "wasm" | "webgl" | "webgpu";

/** The largest difference on each backend that ran it. */
export type GraphModelResult = Readonly<Partial<Record<GraphModelBackend, number>>>;

/** Relative distances of a package in PyTorch from the programs in float64. */
export interface PyTorchResult {
  readonly outputs: number;
  /** By every weight, of a random sum of all outputs. */
  readonly gradients: number;
  readonly statistics: number;
  /** By every weight, of the loss. */
  readonly lossGradients: number;
  /** The largest of the losses of ten steps. */
  readonly losses: number;
}

interface Results {
  readonly onnx: OnnxResult;
  readonly "tfjs-model": GraphModelResult;
  readonly pytorch: PyTorchResult;
}

export type RecordedTarget = keyof Results;

/** By the target's diagnostics. */
export interface Refused {
  readonly refused: readonly string[];
}

export type Outcome<T extends RecordedTarget> = Results[T] | Refused;

export type Outcomes<T extends RecordedTarget> = Readonly<Record<string, Outcome<T>>>;

interface Kept<T extends RecordedTarget> {
  /** Hash of the files. */
  readonly emitted: string;
  readonly result: Outcome<T>;
}

type Files = ReadonlyMap<string, Uint8Array>;
type Text = { readonly [T in RecordedTarget]: Readonly<Record<string, Kept<T>>> };

const file = join(packageRoot(), "specs", "numeric", "targets.json");

export class TargetRecord<T extends RecordedTarget> {
  readonly #target: T;
  #kept: Readonly<Record<string, Kept<T>>>;

  private constructor(target: T, kept: Readonly<Record<string, Kept<T>>>) {
    this.#target = target;
    this.#kept = kept;
  }

  static async read<T extends RecordedTarget>(target: T): Promise<TargetRecord<T>> {
    return new TargetRecord(target, (await readText())[target]);
  }

  /** In the order of the examples. */
  get outcomes(): Outcomes<T> {
    return Object.fromEntries(Object.entries(this.#kept).map(([example, { result }]) => [example, result]));
  }

  /** Whether these files were compared. */
  has(example: string, files: Files): boolean {
    return this.#kept[example]?.emitted === hashOf(files);
  }

  /** @param files none where the target refuses */
  async keep(example: string, files: Files, result: Outcome<T>): Promise<void> {
    const text = await readText(); // of the other targets, too
    const known = { ...text[this.#target], [example]: { emitted: hashOf(files), result } };
    const ordered = memorySubjects.flatMap(({ example: name }) => {
      const one = known[name];
      return one === undefined ? [] : [[name, one] as const];
    });
    this.#kept = Object.fromEntries(ordered);
    const changed = { ...text, [this.#target]: this.#kept };
    await writeAtomically(file, [Buffer.from(`${JSON.stringify(changed, undefined, 1)}\n`)]);
  }
}

async function readText(): Promise<Text> {
  return JSON.parse(await readFile(file, "utf8")) as Text; // as `keep` writes it
}

function hashOf(files: Files): string {
  const hash = createHash("sha256");
  for (const [name, bytes] of files) hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  return hash.digest("hex").slice(0, 16);
}
