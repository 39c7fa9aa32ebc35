/** A configuration as a flat table of settings, for comparing: whatever it holds is in it, also what is added to it later. */
import { inWords } from "./definition/definition.ts";

/**
 * The settings in which a resumed run may differ, by path (`*`: any one step, `**`: any further ones), and why. Everything else makes
 * another run. What is no part of the configuration may differ too: the engine, --out, --checkpoint-every, --max-pixels.
 * specs/command-line.md has the same table.
 */
export const mayDiffer: Readonly<Record<string, string>> = {
  epochs: "length of the run",
  "keep.patience": "length of the run",
  start_from: "read before the first step only",
  start_as: "read before the first step only",
  "objects.**": "read by lints only",
  objects: "read by lints only",
  "data.kind": "where the files are; their contents are compared",
  "data.path": "where the files are; their contents are compared",
  "data.images": "where the files are; their contents are compared",
  "data.labels": "where the files are; their contents are compared",
  "data.validation.**": "where the files are; their contents are compared",
  "data.test.**": "where the files are; their contents are compared",
  "inputs.*.from.**": "where the files are; their contents are compared",
  "outputs.*.target.from.**": "where the files are; their contents are compared",
};

/**
 * Settings that came after version 3 of the plan, by path, with what they were before: a plan that lacks one has this value, so that runs
 * started earlier can be resumed. Where no value says what was done before, raise `planVersion` (run-plan.ts) instead.
 */
const addedSince: Readonly<Record<string, string>> = {
  "outputs.*.loss.*.term.label_smoothing": "0",
  "outputs.*.loss.*.term.squared": "false",
};

/** What the setting was in plans that were written before there was one; `undefined`: it was always there. */
export function settingBefore(path: string): string | undefined {
  return Object.entries(addedSince).find(([pattern]) => isAt(path, pattern))?.[1];
}

/** How layers were written in plans of version 3 before an attribute came, and how the same layer is written since. */
const layersSince: readonly (readonly [RegExp, string])[] = [
  [/^(pad margins=\[.*\] mode=\w+)(?= of )/, "$1 value=0"],
  [/^(prelu init=\S+)(?= of )/, "$1 shared=false"],
  [/^(dropout rate=\S+) spatial=false(?= of )/, "$1 drops=values"],
  [/^(dropout rate=\S+) spatial=true(?= of )/, "$1 drops=channels"],
];

/** A layer of an earlier plan as the same layer is written now. */
export function layerSince(text: string): string {
  return layersSince.reduce((layer, [before, now]) => layer.replace(before, now), text);
}

/**
 * Every value of the configuration by its path, "optimizer.learning_rate", as JSON; `undefined` is "none". Lists of named parts
 * (inputs, outputs) go by name, lists of words (augment, schedule) by word, with their order in a setting of its own; other lists of
 * parts by number.
 */
export function settingsOf(configuration: object): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const add = (path: string, value: unknown): void => {
    if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)) {
      for (const [index, item] of value.entries()) {
        const word = kindOf(item);
        add(
          `${path}.${word ?? nameOf(item) ?? index + 1}`,
          word === undefined ? item : { ...item, kind: undefined },
        );
      }
      if (value.every((item) => kindOf(item) !== undefined)) settings.set(path, textOf(value.map(kindOf)));
    } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value))
        add(`${path}${path === "" ? "" : "."}${inWords(key)}`, item);
    } else if (value !== undefined) settings.set(path, textOf(value));
  };
  add("", configuration);
  return settings;
}

/** Whether a resumed run may have another value there. */
export function settingMayDiffer(path: string): boolean {
  return Object.keys(mayDiffer).some((pattern) => isAt(path, pattern));
}

function isAt(path: string, pattern: string): boolean {
  const [steps, wanted] = [path.split("."), pattern.split(".")];
  const open = wanted.at(-1) === "**";
  if (open ? steps.length < wanted.length - 1 : steps.length !== wanted.length) return false;
  return wanted.every((step, index) => step === "**" || step === "*" || step === steps[index]);
}

function nameOf(item: unknown): string | undefined {
  return typeof item === "object" && item !== null && "name" in item && typeof item.name === "string"
    ? item.name
    : undefined;
}

/** Of a word of a catalogue; inputs and outputs have names. */
function kindOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null || "name" in item || !("kind" in item)) return undefined;
  return typeof item.kind === "string" ? item.kind : undefined;
}

/** As JSON, which has no infinity. */
function textOf(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
