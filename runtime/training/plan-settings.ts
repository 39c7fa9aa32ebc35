/** A configuration as a flat table of settings, for comparing: whatever it holds is in it, also what is added to it later. */

/**
 * The settings in which a resumed run may differ, by path (`*`: any one step, `**`: any further ones), and why. Everything else makes
 * another run. What is no part of the configuration may differ too: the engine, --out, --checkpoint-every, --max-pixels.
 * specs/command-line.md has the same table.
 */
export const mayDiffer: Readonly<Record<string, string>> = {
  epochs: "length of the run",
  "keep.patience": "length of the run",
  start_from: "read before the first step only",
  "objects.**": "read by lints only",
  objects: "read by lints only",
  "data.kind": "where the files are; their contents are compared",
  "data.path": "where the files are; their contents are compared",
  "data.images": "where the files are; their contents are compared",
  "data.labels": "where the files are; their contents are compared",
  "data.validation.**": "where the files are; their contents are compared",
  "inputs.*.from.**": "where the files are; their contents are compared",
  "outputs.*.target.from.**": "where the files are; their contents are compared",
};

/**
 * Every value of the configuration by its path, "optimizer.learning_rate", as JSON; `undefined` is "none". Lists of named parts
 * (inputs, outputs) go by name, other lists of parts by number.
 */
export function settingsOf(configuration: object): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const add = (path: string, value: unknown): void => {
    if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)) {
      for (const [index, item] of value.entries()) add(`${path}.${nameOf(item) ?? index + 1}`, item);
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
  const steps = path.split(".");
  return Object.keys(mayDiffer).some((pattern) => {
    const wanted = pattern.split(".");
    const open = wanted.at(-1) === "**";
    if (open ? steps.length < wanted.length - 1 : steps.length !== wanted.length) return false;
    return wanted.every((step, index) => step === "**" || step === "*" || step === steps[index]);
  });
}

function nameOf(item: unknown): string | undefined {
  return typeof item === "object" && item !== null && "name" in item && typeof item.name === "string"
    ? item.name
    : undefined;
}

/** "learningRate" as the language writes it: "learning_rate". */
function inWords(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** As JSON, which has no infinity. */
function textOf(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
