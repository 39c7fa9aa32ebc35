/** What makes a resumed run the same run: its whole configuration, its network layer by layer, and the contents of its data. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import {
  layerSince,
  settingBefore,
  settingMayDiffer,
  settingsOf,
} from "../../compiler/learning/plan-settings.ts";
import { planVersion } from "../../compiler/learning/plan-version.ts";
import { nodeText } from "../../compiler/network/print.ts";
import { type DataDigest, digestOfData } from "../data/digest.ts";
import type { TrainOptions } from "./train-options.ts";
import { isCount, isRecord } from "./weights-metadata.ts";

export interface RunPlan {
  readonly version: number;
  /** As it is; some of its settings may differ (plan-settings.ts). */
  readonly configuration: object;
  /** By the name of the layer, its operation with every attribute and what it reads. */
  readonly layers: Readonly<Record<string, string>>;
  readonly data: DataDigest;
}

/** @throws UserError when a file of the data cannot be read */
export async function planOf(
  { graph }: CompiledNetwork,
  { configuration, data }: Pick<TrainOptions, "configuration" | "data">,
): Promise<RunPlan> {
  return {
    version: planVersion,
    configuration,
    layers: Object.fromEntries(graph.nodes.map((node) => [node.name, nodeText(node, graph)])),
    data: await digestOfData(data),
  };
}

/** What differs, each in a line: what it was and what it is. Empty for the same run. */
export function planDifferences(before: RunPlan, now: RunPlan): readonly string[] {
  const [were, are] = [comparedSettings(before), comparedSettings(now)];
  const addedSince = Object.keys(are).flatMap((path) => {
    const value = path in were ? undefined : settingBefore(path);
    return value === undefined ? [] : [[path, value] as const];
  });
  return [
    ...changesOf({ ...were, ...Object.fromEntries(addedSince) }, are).map(
      ([path, was, is]) => `${path} was ${was} and is now ${is}`,
    ),
    ...changesOf(layersNow(before), now.layers).map(
      ([name, was, is]) => `the layer ${name} was ${was} and is now ${is}`,
    ),
    ...changesOf(filesInWords(before.data), saysOfData(before) ? filesInWords(now.data) : {}).map(
      ([what, was, is]) => `the contents of the ${what} were ${was} and are now ${is}`,
    ),
  ];
}

function layersNow({ layers }: RunPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(layers).map(([name, text]) => [name, layerSince(text)]));
}

/** An emitted package that was not started by fcn knows no digest of its data. */
export function saysOfData({ data }: RunPlan): boolean {
  return Object.keys(data).length > 0;
}

function comparedSettings({ configuration }: RunPlan): Readonly<Record<string, string>> {
  return Object.fromEntries([...settingsOf(configuration)].filter(([path]) => !settingMayDiffer(path)));
}

type Change = readonly [name: string, before: string, now: string];

function changesOf(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].flatMap((name) => {
    const [was = "left out", is = "left out"] = [before[name], now[name]];
    return was === is ? [] : [[name, was, is] as const];
  });
}

function filesInWords(data: DataDigest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).map(([what, { files, sha256 }]) => [
      what,
      `${files} ${files === 1 ? "file" : "files"} (SHA-256 ${sha256.slice(0, 12)}…)`,
    ]),
  );
}

/** A plan of another version is known by its version alone. */
export const isPlan = (value: unknown): value is RunPlan =>
  isRecord(value) &&
  isCount(value.version) &&
  (value.version !== planVersion ||
    (isRecord(value.configuration) &&
      isTexts(value.layers) &&
      isRecord(value.data) &&
      Object.values(value.data).every(
        (files) => isRecord(files) && isCount(files.files) && typeof files.sha256 === "string",
      )));

const isTexts = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");
