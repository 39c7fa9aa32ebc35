/** The `name=value` facts of a line of a printed graph: an operation's attributes, shared weights and a node's origin. */
import type { Attributes, OperationName } from "../ops/attributes.ts";
import { quoted } from "../ops/notation.ts";
import { asOutputActivation } from "../ops/output-activation.ts";
import { operationOf } from "../ops/registry.ts";
import { readAttributes as readSchema } from "../ops/schema.ts";
import type { GraphOutput, Origin, ScopeStep } from "./graph.ts";

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

export function readAttributes(operation: OperationName, found: Facts): Attributes[OperationName] | string {
  const { schema } = operationOf({ operation });
  for (const name of found.keys()) {
    if (!Object.hasOwn(schema, name) && !commonFacts.includes(name))
      return `${operation} has no attribute "${name}"`;
  }
  return readSchema(operation, schema, found);
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
  const value = text === undefined ? undefined : asOutputActivation(text);
  if (text === undefined || value !== undefined) return { value };
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
