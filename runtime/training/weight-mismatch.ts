/** What differs between the weights of a file and those a network needs, by name and shape. */
import type { Graph } from "../../compiler/network/graph.ts";
import { quoteName } from "../weights/quote-name.ts";
import type { WeightFile } from "../weights/safetensors.ts";
import { weightsOf } from "../weights/weight-name.ts";

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface WeightMismatch {
  /** Of the network, in its order; the file lacks them. */
  readonly missing: readonly Named[];
  readonly reshaped: readonly (Named & { readonly found: readonly number[] })[];
  /** There, in a number format that is no weight's. */
  readonly unreadable: readonly { readonly name: string; readonly type: string }[];
  /** Of the file; the network lacks them. */
  readonly extra: readonly Named[];
}

export function compareWeights(
  graph: Graph,
  { weights, unread }: Pick<WeightFile, "weights" | "unread">,
): WeightMismatch {
  const missing: Named[] = [];
  const reshaped: WeightMismatch["reshaped"][number][] = [];
  const unreadable: WeightMismatch["unreadable"][number][] = [];
  const wanted = weightsOf(graph);
  for (const { name, specification } of wanted) {
    const { shape } = specification;
    const found = weights.get(name)?.shape;
    const type = unread?.get(name)?.type;
    if (type !== undefined) unreadable.push({ name, type });
    else if (found === undefined) missing.push({ name, shape });
    else if (!sameShape(found, shape)) reshaped.push({ name, shape, found });
  }
  const known = new Set(wanted.map(({ name }) => name));
  const extra = [...weights].flatMap(([name, { shape }]) => (known.has(name) ? [] : [{ name, shape }]));
  return { missing, reshaped, unreadable, extra };
}

export function fits(mismatch: WeightMismatch): boolean {
  return Object.values(mismatch).every((names) => names.length === 0);
}

/** A line for each tensor; names of the network first. */
export function describeMismatch({
  missing,
  reshaped,
  unreadable,
  extra,
}: WeightMismatch): readonly string[] {
  return [
    ...reshaped.map(
      ({ name, shape, found }) =>
        `${name} has shape ${describeShape(found)} in the file, ${describeShape(shape)} in the network`,
    ),
    ...unreadable.map(
      ({ name, type }) => `${name} has type ${type} in the file, which cannot be read as weights`,
    ),
    ...missing.map(({ name, shape }) => `${name} ${describeShape(shape)} is missing from the file`),
    ...extra.map(({ name, shape }) => `${quoteName(name)} ${describeShape(shape)} is not in the network`),
  ];
}

export function describeShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function sameShape(first: readonly number[], second: readonly number[]): boolean {
  return first.length === second.length && first.every((extent, i) => extent === second[i]);
}
