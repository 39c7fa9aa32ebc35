/** The `name=value` facts of a line of a printed graph: an operation's attributes, shared weights and a node's origin. */
import type { Attributes, OperationName } from "../ops/attributes.ts";
import { notations } from "./attribute-text.ts";
import type { GraphOutput, Origin, ScopeStep } from "./graph.ts";
import { type Notation, quoted } from "./notation.ts";

/** Values as written, by name. */
export type Facts = ReadonlyMap<string, string>;

const commonFacts: readonly string[] = ["shares", "role", "scope", "construct", "label"];
const fact = /(\w+)=("(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]|[^\s"[]\S*)/g;

/** Each function here gives its value, or a sentence that says what is wrong. */
export function readFacts(written: string): Facts | string {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of written.matchAll(fact)) {
    if (found.has(name)) return `${name} is given twice`;
    found.set(name, value);
  }
  return found;
}

export function readAttributes<O extends OperationName>(operation: O, found: Facts): Attributes[O] | string {
  // Each notation reads text to a value of its own attribute; which is which, the table's type knows.
  const table = notations[operation] as unknown as Readonly<Record<string, Notation<unknown>>>;
  for (const name of found.keys()) {
    if (!Object.hasOwn(table, name) && !commonFacts.includes(name))
      return `${operation} has no attribute "${name}"`;
  }
  const attributes: Record<string, unknown> = {};
  for (const [name, notation] of Object.entries(table)) {
    const text = found.get(name);
    if (text === undefined) return `${operation} needs the attribute "${name}"`;
    const value = notation.read(text);
    if (value === undefined) return `${name}=${text} is not a value of that attribute`;
    attributes[name] = value;
  }
  return attributes as unknown as Attributes[O]; // the table is total over Attributes[O]
}

export function readOrigin(operation: OperationName, found: Facts): Origin | string {
  const role = found.get("role");
  if (role !== undefined && role !== "encoder" && role !== "decoder") return `role=${role} is no role`;
  const construct = found.get("construct");
  if (construct !== undefined && construct !== "skip" && construct !== "fork" && construct !== "crop") {
    return `construct=${construct} is no construct`;
  }
  const scope = found.has("scope") ? readList(found.get("scope") ?? "")?.map(readStep) : [];
  if (scope === undefined || scope.includes(undefined)) return `the scope of this ${operation} is malformed`;
  const written = found.get("label");
  const label = written === undefined ? undefined : quoted.read(written);
  if (written !== undefined && label === undefined) return `label=${written} is no text in quotes`;
  return { span: undefined, role, scope: scope.filter((step) => step !== undefined), construct, label };
}

/** The node whose weights are shared, if any. @param nodes how many precede it */
export function readShares(found: Facts, nodes: number): { readonly sharesWith?: number } | string {
  const text = found.get("shares");
  if (text === undefined) return {};
  const sharesWith = Number(/^%(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  return sharesWith < nodes ? { sharesWith } : `shares=${text} is no node before this one`;
}

export function readActivation(
  text: string | undefined,
): { readonly value: GraphOutput["activation"] } | string {
  if (text === undefined || text === "softmax" || text === "sigmoid") return { value: text };
  return `activation=${text} is no activation of an output`;
}

/** `[a, "b, c", d]` → its items; `undefined` when it is no list. */
export function readList(text: string): readonly string[] | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  const inner = text.slice(1, -1);
  if (inner === "") return [];
  const items = [...inner.matchAll(/(?:^|, )("(?:[^"\\]|\\.)*"|[^",]+)/g)];
  const length = items.reduce((sum, [item]) => sum + item.length, 0);
  return length === inner.length ? items.map(([, item = ""]) => item) : undefined;
}

/** `block double 1` */
function readStep(text: string): ScopeStep | undefined {
  const [, kind, name, index] = /^(block|turn|path) (\S+) (\d+)$/.exec(text) ?? [];
  if ((kind !== "block" && kind !== "turn" && kind !== "path") || name === undefined) return undefined;
  return { kind, name, index: Number(index) };
}
