/** What a weights file says about itself: everything `evaluate` and `predict` need beside the program. */
import type { AverageConfiguration } from "../../compiler/learning/averages/registry.ts";
import { isTargetKind } from "../../compiler/learning/targets/registry.ts";
import type { Normalisation } from "../arrays.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";
import { UserError } from "../user-error.ts";

export interface WeightsMetadata {
  readonly network: string;
  /** The network's parameters, printed: { width: "8" }. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Of the program and its imports (source-hash.ts). */
  readonly source: string;
  readonly classes: readonly string[];
  /** Of the first input; of the others by name. */
  readonly normalisation: Normalisation;
  readonly otherNormalisations: Readonly<Record<string, Normalisation>>;
  /** What each output learned. An output that is not named learned labels. */
  readonly targets: Readonly<Record<string, LearnedTarget>>;
  /** Of the loss, in class order; `undefined`: all one. */
  readonly classWeights: readonly number[] | undefined;
  /** Of losses that rebalance colours: by output, in the order of the bins. */
  readonly binWeights: Readonly<Record<string, readonly number[]>>;
  /** Of weights that are averages over the updates, and of checkpoints, which hold these beside the weights: how they were averaged. */
  readonly average?: AverageConfiguration | undefined;
  /** Updates made so far, and whole epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Of fcn. */
  readonly version: string;
}

const format = "fcn-weights-1";

/** As safetensors metadata: strings by name, structured values as JSON. */
export function encodeMetadata(metadata: WeightsMetadata): Map<string, string> {
  return new Map([
    ["format", format],
    ["network", metadata.network],
    ["parameters", JSON.stringify(Object.fromEntries(metadata.parameters))],
    ["source", metadata.source],
    ["classes", JSON.stringify(metadata.classes)],
    ["normalisation", JSON.stringify(metadata.normalisation)],
    ["other_normalisations", JSON.stringify(metadata.otherNormalisations)],
    ["targets", JSON.stringify(metadata.targets)],
    ["class_weights", JSON.stringify(metadata.classWeights ?? null)],
    ["bin_weights", JSON.stringify(metadata.binWeights)],
    ...(metadata.average === undefined ? [] : [["average", JSON.stringify(metadata.average)] as const]),
    ["step", String(metadata.step)],
    ["epoch", String(metadata.epoch)],
    ["version", metadata.version],
  ]);
}

/** Those that only a checkpoint has. */
export const checkpointEntries: ReadonlySet<string> = new Set(["plan", "state"]);

export function isCheckpoint(entries: ReadonlyMap<string, string>): boolean {
  return [...checkpointEntries].every((entry) => entries.has(entry));
}

/** Whether this program wrote them: others write no metadata, or the name of their framework as "format". */
export function isOwn(entries: ReadonlyMap<string, string>): boolean {
  return entries.get("format")?.startsWith("fcn-") || entries.has("normalisation");
}

/** @throws UserError naming the file and the entry when it is not a weights file of this program. */
export function decodeMetadata(entries: ReadonlyMap<string, string>, file: string): WeightsMetadata {
  const read = (name: string): string => {
    const value = entries.get(name);
    if (value === undefined) {
      throw new UserError(
        `${file} has no entry "${name}": it was not written by "fcn train"`,
        "give the weights.safetensors of a training run",
      );
    }
    return value;
  };
  if (read("format") !== format) {
    throw new UserError(
      `${file} has the format "${read("format")}", and this program reads "${format}"`,
      "use the version of fcn that wrote it, or train again",
    );
  }
  const parsed = <T>(name: string, holds: (value: unknown) => value is T): T =>
    parseEntry(read(name), name, file, holds);
  return {
    network: read("network"),
    parameters: new Map(Object.entries(parsed("parameters", isTextRecord))),
    source: read("source"),
    classes: parsed("classes", isDifferentTexts),
    normalisation: parsed("normalisation", isNormalisation),
    // files written before there were several inputs and targets have neither entry
    otherNormalisations: entries.has("other_normalisations")
      ? parsed("other_normalisations", isNormalisations)
      : {},
    targets: entries.has("targets") ? parsed("targets", isTargets) : {},
    classWeights: parsed("class_weights", isNumbersOrNull) ?? undefined,
    // files written before there were bins of colour have no entry
    binWeights: entries.has("bin_weights") ? parsed("bin_weights", isNumbersByName) : {},
    ...(entries.has("average") ? { average: parsed("average", isAverage) } : {}),
    step: parsed("step", isCount),
    epoch: parsed("epoch", isCount),
    version: read("version"),
  };
}

/** @throws UserError when the text is not JSON of that form. */
export function parseEntry<T>(
  text: string,
  name: string,
  file: string,
  holds: (value: unknown) => value is T,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // not JSON: refused below, with what it should be
  }
  if (!holds(value)) {
    throw new UserError(
      `${file}: its entry "${name}" cannot be read`,
      "the file is damaged: use another copy",
    );
  }
  return value;
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
/** JSON writes no other numbers, but `1e999` reads as infinity. */
export const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(Number.isFinite);
const isNumbersOrNull = (value: unknown): value is number[] | null => value === null || isNumbers(value);
export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const isDifferentTexts = (value: unknown): value is string[] =>
  isTexts(value) && new Set(value).size === value.length;
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTextRecord = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((item) => typeof item === "string");
const isTargets = (value: unknown): value is Record<string, LearnedTarget> =>
  isRecord(value) &&
  Object.values(value).every(
    (item) =>
      isRecord(item) &&
      typeof item.kind === "string" &&
      isTargetKind(item.kind) &&
      (item.log === undefined || typeof item.log === "boolean") &&
      (item.classes === undefined || isTexts(item.classes)) &&
      [item.unit, item.temperature, item.deviation, item.threshold, item.distance].every(isPositiveIfThere),
  );
const isPositiveIfThere = (value: unknown): boolean =>
  value === undefined || (typeof value === "number" && Number.isFinite(value) && value > 0);
const isNumbersByName = (value: unknown): value is Record<string, number[]> =>
  isRecord(value) && Object.values(value).every(isNumbers);
const isAverage = (value: unknown): value is AverageConfiguration =>
  isRecord(value) && value.kind === "ema" && isNumbers([value.decay]);
const isNormalisations = (value: unknown): value is Record<string, Normalisation> =>
  isRecord(value) && Object.values(value).every(isNormalisation);
const isNormalisation = (value: unknown): value is Normalisation =>
  isRecord(value) &&
  isNumbers(value.mean) &&
  isNumbers(value.deviation) &&
  value.mean.length === value.deviation.length &&
  value.deviation.every((deviation) => deviation > 0);
