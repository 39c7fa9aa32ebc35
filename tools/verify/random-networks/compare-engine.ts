/** Compares the engine with the definitions on a compiled program: sizes, and the positions that depend on an impulse. */

import type { Graph } from "../../../compiler/network/graph.ts";
import { inputsWith } from "../../../compiler/network/node-inputs.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import type { Random } from "../../../runtime/random.ts";
import { attendedPairs } from "./attended-pairs.ts";
import { type Dependency, dependenciesOn } from "./cells.ts";
import { execute, type Visit } from "./execute.ts";
import { impulseHidingActivations } from "./random-call.ts";
import { type Impulse, runOnEngine } from "./run-on-engine.ts";
import { type Disagreement, type Subject, symbolOf } from "./subject.ts";

/** Larger images cost time and show nothing new. */
const largestImage = 64;
const impulsesPerAxis = 3;

/** Pairs of positions of attention: each is a number of each image. */
const mostPairs = 500_000;

export interface EngineComparison {
  readonly disagreements: readonly Disagreement[];
  /** Maps of this network that the engine made; 0 where it accepts no size small enough. */
  readonly maps: number;
  /** Positions of those feature maps, times impulses, that were compared. */
  readonly cells: number;
}

export async function compareEngine(
  engine: Engine,
  subject: Subject,
  graph: Graph,
  accepted: ReadonlyMap<string, readonly number[]>,
  random: Random,
): Promise<EngineComparison> {
  const { program, decisions } = subject;
  const symbols = new Map<string, number>();
  for (const [symbol, sizes] of accepted) {
    const small = sizes.filter((size) => size <= largestImage);
    const size = small[random.integer(Math.max(1, small.length))];
    if (size === undefined) return { disagreements: [], maps: 0, cells: 0 };
    symbols.set(symbol, size);
  }
  /** Every pixel of every input has a bit of its own: those of an input follow those before it. */
  const firstBits = new Map<0 | 1, readonly number[]>();
  const run = (axis: 0 | 1): readonly Visit<Dependency>[] => {
    const size = symbols.get(symbolOf(program, axis) ?? "") ?? 0;
    const pixels = program.inputs.map(({ size: lengths }) => {
      const { symbol, scale, shift } = lengths[axis];
      return Math.max(0, (symbol === undefined ? 0 : scale * size) + shift);
    });
    const first = pixels.map((_, input) => pixels.slice(0, input).reduce((sum, count) => sum + count, 0));
    firstBits.set(axis, first);
    const kind = dependenciesOn((input, place) => 1n << BigInt((first[input] ?? 0) + place));
    return execute({ program, axis, size, decided: decisions }, kind);
  };
  const visits = [run(0), run(1)] as const;
  const cellsOf = (axis: 0 | 1, id: number): readonly Dependency[] =>
    visits[axis][id]?.result?.map?.cells ?? [];
  const shapes = graph.nodes.map(
    ({ id, map }): MapShape => [map.channels, cellsOf(0, id).length, cellsOf(1, id).length],
  );
  if (attendedPairs(graph, shapes) > mostPairs) return { disagreements: [], maps: 0, cells: 0 };
  const inputs = graph.nodes.filter(isInput);
  const impulses = ([0, 1] as const).flatMap((axis) =>
    inputs.flatMap(({ id }, input) =>
      Array.from({ length: impulsesPerAxis }, (): Impulse => {
        return { input, axis, place: random.integer(cellsOf(axis, id).length) };
      }),
    ),
  );
  const sizes = inputs.map(({ id }) => [cellsOf(0, id).length, cellsOf(1, id).length] as const);
  const made = await runOnEngine(engine, graph, sizes, impulses);
  const disagreements: Disagreement[] = [];
  let cells = 0;
  const bitsOf = (input: number, axis: 0 | 1): { readonly first: bigint; readonly mask: bigint } => {
    const first = BigInt(firstBits.get(axis)?.[input] ?? 0);
    return { first, mask: ((1n << BigInt(sizes[input]?.[axis] ?? 0)) - 1n) << first };
  };
  /** By axis and input, the nodes whose positions along it may not show an impulse of that input. */
  const hidden = ([0, 1] as const).map((axis) =>
    inputs.map((_, input) => {
      const depends = (along: 0 | 1, id: number): readonly boolean[] => {
        const { mask } = bitsOf(input, along);
        return cellsOf(along, id).map(({ pixels }) => (pixels & mask) !== 0n);
      };
      return hidesSome(graph, (id) => {
        const across = depends(axis === 0 ? 1 : 0, id);
        return across.includes(false) && (across.includes(true) || depends(axis, id).includes(true));
      });
    }),
  );
  made.forEach((map, id) => {
    const node = graph.nodes[id];
    const [, height, width] = shapes[id] ?? [0, 0, 0];
    if (map.height !== height || map.width !== width) {
      const detail = `${node?.name}: the engine makes ${map.height} × ${map.width} cells, running makes ${height} × ${width}`;
      disagreements.push({ about: "engine size", detail });
      return;
    }
    if (node !== undefined && operationOf(node).probabilities === "of classes") return; // its channels sum to one at every position
    impulses.forEach(({ input, axis, place }, impulse) => {
      const bit = 1n << (bitsOf(input, axis).first + BigInt(place));
      cellsOf(axis, id).forEach(({ pixels }, cell) => {
        cells += 1;
        const found = map.moved[impulse]?.[cell] ?? false;
        const expected = (pixels & bit) !== 0n;
        if (found === expected || (hidden[axis]?.[input]?.[id] === true && !found)) return;
        const detail = `${node?.name} cell ${cell}, axis ${axis}: pixel ${place} of input ${input} ${found ? "moves" : "does not move"} it on the engine`;
        if (disagreements.length < 5) disagreements.push({ about: "engine dependency", detail });
      });
    });
  });
  return { disagreements, maps: made.length, cells };
}

/**
 * The feature maps that can be compared only in part. After an unpooling, one image shows only its own pooling indices. A product,
 * a difference, a minimum, a normalisation and attention may hide what one of their feature maps shows, and rounding what is
 * small beside a constant or a half. And a position depends on the impulse along one axis only where it depends on some pixel of the same
 * input along the other: not where all its taps there are in the padding.
 * @param reachesNone whether the node depends on the input, and some position on none of it across
 */
function hidesSome(graph: Graph, reachesNone: (id: number) => boolean): readonly boolean[] {
  const hidden: boolean[] = [];
  for (const node of graph.nodes)
    hidden[node.id] =
      inputsWith(node, "indices").length > 0 ||
      hiding.has(operationOf(node).joins) ||
      hidingOperations.has(node.operation) ||
      (node.operation === "pad" && node.attributes.mode === "constant") ||
      node.inputs.some((input) => hidden[input] === true) ||
      reachesNone(node.id);
  return hidden;
}

const hiding: ReadonlySet<unknown> = new Set(["multiplies", "subtracts", "compares"]);

const hidingOperations: ReadonlySet<string> = new Set([
  ...impulseHidingActivations,
  "affine",
  "attend",
  "crf",
  "distribute",
  "gather",
  "groupnorm",
  "instancenorm",
  "layernorm",
  "softmax",
  "spatial_softmax",
  // a position may have a channel that does not see what another sees
  "pixel_shuffle",
]);
