/**
 * The scene that the inputs of a network show. Inputs of proportional sizes show the same pixels (geometry/input-scale.ts); an input of one
 * size beside them, which is in no proportion, shows all of the scene, resized.
 */
import { type PerAxis, perAxis } from "../axis.ts";
import type { InputScale } from "../geometry/axis-geometry.ts";
import { pixelsPer } from "../geometry/input-scale.ts";
import { divide, type Rational } from "../geometry/rational.ts";
import { isInput } from "../ops/input.ts";
import type { InputDimension } from "../ops/operation.ts";
import { lcm } from "../sizes/integers.ts";
import type { Graph } from "./graph.ts";

export interface SizedInput {
  readonly name: string;
  readonly size: PerAxis<InputDimension>;
}

export type SceneInput =
  /** Pixels of the input in one pixel of the scene: at most 1 along each axis. */
  | { readonly kind: "pixels"; readonly pixels: PerAxis<Rational> }
  /** All of the scene, [height, width] at every size of the scene. */
  | { readonly kind: "resized"; readonly size: PerAxis<number> };

export interface Scene {
  /** The first of the finest inputs: its pixels are those of the scene. */
  readonly finest: string;
  /** Of the finest. */
  readonly size: PerAxis<InputDimension>;
  readonly inputs: ReadonlyMap<string, SceneInput>;
}

/** Two inputs that show no common scene: their sizes are in no proportion, and the second has no size of its own. */
export interface NoScene {
  readonly kind: "none";
  readonly first: string;
  readonly other: string;
}

/** @param inputs at least one */
export function sceneOf(inputs: readonly SizedInput[]): Scene | NoScene {
  const leader = inputs.find(({ size }) => size.some(({ symbol }) => symbol !== undefined)) ?? inputs[0];
  if (leader === undefined) throw new Error("a network has an input");
  const ratios = new Map<string, PerAxis<Rational>>();
  const found = new Map<string, SceneInput>();
  for (const { name, size } of inputs) {
    const [down, across] = perAxis((axis) => ratioOf(leader.size[axis], size[axis]));
    if (down !== undefined && across !== undefined) {
      ratios.set(name, [down, across]);
      continue;
    }
    const fixed = fixedSize(size);
    if (fixed === undefined) return { kind: "none", first: leader.name, other: name };
    found.set(name, { kind: "resized", size: fixed });
  }
  const [finest] = [...ratios].filter(([, ratio]) =>
    [...ratios.values()].every((other) => ([0, 1] as const).every((axis) => !less(ratio[axis], other[axis]))),
  );
  const input = inputs.find(({ name }) => name === finest?.[0]);
  if (finest === undefined || input === undefined) {
    const other = [...ratios.keys()].find((name) => name !== leader.name) ?? leader.name;
    return { kind: "none", first: leader.name, other };
  }
  for (const [name, ratio] of ratios)
    found.set(name, { kind: "pixels", pixels: perAxis((axis) => divide(ratio[axis], finest[1][axis])) });
  return { finest: finest[0], size: input.size, inputs: found };
}

export function sceneOfGraph(graph: Graph): Scene | NoScene {
  const inputs = graph.inputs.flatMap((id) => {
    const node = graph.nodes[id];
    return node !== undefined && isInput(node) ? [node.attributes] : [];
  });
  return sceneOf(inputs);
}

/** By node: whether it is computed from resized inputs alone, so that it is the same wherever in the scene a tile is. */
export function sameInEveryTile(graph: Graph): readonly boolean[] {
  const scene = sceneOfGraph(graph);
  const same: boolean[] = [];
  for (const node of graph.nodes) {
    const resized =
      isInput(node) && !("kind" in scene) && scene.inputs.get(node.attributes.name)?.kind === "resized";
    same.push(resized || (node.inputs.length > 0 && node.inputs.every((input) => same[input])));
  }
  return same;
}

/** [height, width] of every input, by name. @param size of the scene, an accepted one */
export function inputSizes({ inputs }: Scene, size: PerAxis<number>): ReadonlyMap<string, PerAxis<number>> {
  return new Map(
    Array.from(inputs, ([name, input]) => [
      name,
      input.kind === "resized" ? input.size : perAxis((axis) => scaledDown(size[axis], input.pixels[axis])),
    ]),
  );
}

/** Whole pixels of an input in so many of the scene. */
export function scaledDown(length: number, { numerator, denominator }: Rational): number {
  return Math.floor((length * numerator) / denominator);
}

/** Multiples of this many pixels of the scene are whole pixels of every input, along an axis. */
export function wholePixels({ inputs }: Scene, axis: 0 | 1): number {
  return [...inputs.values()].reduce(
    (step, input) => (input.kind === "resized" ? step : lcm(step, input.pixels[axis].denominator)),
    1,
  );
}

/** The scene's pixels as a grid names them; `undefined`: of a size that is the symbol. */
export function scenePixels({ size }: Scene, axis: 0 | 1): InputScale | undefined {
  const { symbol, scale, shift } = size[axis];
  if (symbol === undefined) return { scale: 0, shift };
  return scale === 1 && shift === 0 ? undefined : { scale, shift };
}

/** Pixels of `other` in one of `first`; `undefined`: in no proportion. */
function ratioOf(first: InputDimension, other: InputDimension): Rational | undefined {
  return first.symbol === other.symbol ? pixelsPer(scaleOf(first), scaleOf(other)) : undefined;
}

function scaleOf({ symbol, scale, shift }: InputDimension): InputScale {
  return symbol === undefined ? { scale: 0, shift } : { scale, shift };
}

function fixedSize(size: PerAxis<InputDimension>): PerAxis<number> | undefined {
  return size.every(({ symbol }) => symbol === undefined) ? perAxis((axis) => size[axis].shift) : undefined;
}

function less(first: Rational, second: Rational): boolean {
  return first.numerator * second.denominator < second.numerator * first.denominator;
}
