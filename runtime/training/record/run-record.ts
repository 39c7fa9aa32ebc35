/** `run.json`: what a run was made from and on what: program, settings, data, seed, engine, machine and versions. No path but relative ones. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { TrainConfiguration } from "../../../compiler/learning/configuration.ts";
import { settingsOf } from "../../../compiler/learning/plan-settings.ts";
import type { DataDigest } from "../../data/digest.ts";
import type { WorkingReport } from "../../engines/choose.ts";
import { writeAtomically } from "../../files/atomic-write.ts";
import { UserError } from "../../user-error.ts";
import { isCount, isRecord, isTexts } from "../weights-metadata.ts";

export const recordFormat = "fcn-run-1";

export interface RunRecord {
  readonly format: typeof recordFormat;
  readonly network: string;
  /** Values of the network's parameters, as text of the language. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly source: {
    /** Of the program (source-hash.ts). */
    readonly sha256: string;
    /** Copies in the folder `source`, by relative path, the program first. */
    readonly files: readonly string[];
  };
  /** The file whose weights the run started from, in place of initial ones. */
  readonly start?: StartRecord;
  readonly seed: number;
  /** Every setting of the train section by its path, with the command line's changes (plan-settings.ts). */
  readonly settings: Readonly<Record<string, string>>;
  /** Of the layers' text. */
  readonly layers: string;
  readonly data: DataDigest;
  readonly engine: { readonly name: string; readonly description?: string; readonly device?: string };
  readonly machine: { readonly cores: number; readonly processor: string; readonly platform: string };
  readonly versions: { readonly fcn: string; readonly node: string };
  /** When the run started, and when it was resumed; `step`: updates made before. */
  readonly parts: readonly RunPart[];
}

export interface StartRecord {
  /** Without its folder. */
  readonly file: string;
  /** Whose names its weights have; left out: the program's. */
  readonly as?: string;
  readonly sha256: string;
}

export interface RunPart {
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly step: number;
}

/** What of the options of a training run is recorded. */
export interface RecordedOptions {
  readonly source: string;
  readonly version: string;
  readonly configuration: TrainConfiguration;
  readonly engine: { readonly name: string };
  readonly engineReport?: WorkingReport | undefined;
}

/** @param plan its layers' text and the digest of its data */
export function recordOf(
  network: CompiledNetwork,
  options: RecordedOptions,
  plan: { readonly layers: Readonly<Record<string, string>>; readonly data: DataDigest },
  files: readonly string[],
  parts: readonly RunPart[],
  start?: StartRecord,
): RunRecord {
  const { source, version, configuration, engine, engineReport } = options;
  return {
    format: recordFormat,
    network: network.name,
    parameters: Object.fromEntries(network.parameters),
    source: { sha256: source, files },
    ...(start === undefined ? {} : { start }),
    seed: configuration.seed,
    settings: Object.fromEntries(settingsOf(configuration)),
    layers: createHash("sha256").update(JSON.stringify(plan.layers)).digest("hex"),
    data: plan.data,
    engine: {
      name: engineReport?.engine ?? engine.name,
      ...(engineReport && { description: engineReport.description, device: engineReport.device }),
    },
    machine: {
      cores: availableParallelism(),
      processor: cpus()[0]?.model ?? "unknown",
      platform: `${process.platform} ${process.arch}`,
    },
    versions: { fcn: version, node: process.version },
    parts,
  };
}

/** @throws UserError when the file cannot be written */
export async function writeRecord(file: string, record: RunRecord): Promise<void> {
  await writeAtomically(file, [Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`, "utf8")]);
}

/** `undefined`: there is none. @throws UserError when it is not a record of a run */
export async function readRecord(file: string): Promise<RunRecord | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const record = parsed(text);
  if (isRunRecord(record)) return record;
  throw new UserError(
    `${file} is not the record of a run of this version`,
    "move it away: a run that is resumed writes it again",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: refused by the caller
  }
}

const isTextByName = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");

const isRunRecord = (value: unknown): value is RunRecord =>
  isRecord(value) &&
  value.format === recordFormat &&
  typeof value.network === "string" &&
  isTextByName(value.parameters) &&
  isRecord(value.source) &&
  typeof value.source.sha256 === "string" &&
  isTexts(value.source.files) &&
  (value.start === undefined || isTextByName(value.start)) &&
  isCount(value.seed) &&
  isTextByName(value.settings) &&
  typeof value.layers === "string" &&
  isRecord(value.data) &&
  isTextByName(value.engine) &&
  typeof value.engine.name === "string" &&
  isRecord(value.machine) &&
  isTextByName(value.versions) &&
  Array.isArray(value.parts) &&
  value.parts.every((part) => isRecord(part) && typeof part.started === "string" && isCount(part.step));
