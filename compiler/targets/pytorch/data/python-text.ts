/** Values and imports as Python writes them. */

/** Code that stands for itself in a value. */
export class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Value = string | number | boolean | undefined | Code | readonly Value[];

/** Lists are tuples, `undefined` is None. */
export function python(value: Value): string {
  if (value === undefined) return "None";
  if (value instanceof Code) return value.text;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value).replace("e-0", "e-");
  if (typeof value === "string") return JSON.stringify(value);
  const items = value.map(python);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

/** A call without the arguments that are `undefined`: `name(first, second, third=3)`. */
export function call(
  name: string,
  positional: readonly Value[],
  named: Readonly<Record<string, Value>> = {},
): Code {
  const given = Object.entries(named).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${python(value)}`],
  );
  return new Code(`${name}(${[...positional.map(python), ...given].join(", ")})`);
}

/** `{"key": value}`, with an entry a line. */
export function dictionary(entries: Iterable<readonly [string | number, Value]>): string {
  const lines = [...entries].map(([key, value]) => `    ${python(key)}: ${python(value)},\n`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}}`;
}

/** Modules and their names; a list of lists of names is a list of lines. */
export type Import = readonly [module: string, ...names: readonly string[]];

/** Those lines of which the text uses something, as isort orders names. */
export function imports(body: string, candidates: readonly Import[]): string {
  const uses = (name: string) => new RegExp(`(?<![\\w."])${name}\\b`).test(body);
  return candidates
    .flatMap(([module, ...names]) => {
      const [, alias = module] = module.split(" as ");
      if (names.length === 0) return uses(alias) ? [`import ${module}\n`] : [];
      const used = names.filter((name) => uses(name.split(" as ").at(-1) ?? name));
      return used.length === 0 ? [] : [`from ${module} import ${used.join(", ")}\n`];
    })
    .join("");
}

/** The pieces wanted and all that they need, in the order of `all`. */
export function withNeeds<N extends string>(
  wanted: Iterable<N>,
  needs: (name: N) => readonly N[],
  all: readonly N[],
): readonly N[] {
  const needed = new Set<N>();
  const need = (name: N): void => {
    if (needed.has(name)) return;
    needed.add(name);
    needs(name).forEach(need);
  };
  for (const name of wanted) need(name);
  return all.filter((name) => needed.has(name));
}
