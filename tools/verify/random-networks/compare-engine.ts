/** Compares the engine with the definitions on a compiled program: sizes, and the positions that depend on an impulse. */

import type { Graph } from "../../../compiler/network/graph.ts";
import { inputsWith } from "../../../compiler/network/node-inputs.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import type { Random } from "../../../runtime/random.ts";
import { type Dependency, dependencies } from "./cells.ts";
import { execute, type Visit } from "./execute.ts";
import { type Impulse, runOnEngine } from "./run-on-engine.ts";
import type { Disagreement, Subject } from "./subject.ts";

/** Larger images cost time and show nothing new. */
const largestImage = 64;
const impulsesPerAxis = 3;

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
  const run = (axis: 0 | 1): readonly Visit<Dependency>[] => {
    const size = symbols.get(program.size[axis].symbol ?? "") ?? 0;
    return execute({ program, axis, size, decided: decisions }, dependencies);
  };
  const visits = [run(0), run(1)] as const;
  const cellsOf = (axis: 0 | 1, id: number): readonly Dependency[] =>
    visits[axis][id]?.result?.map?.cells ?? [];
  const shapes = graph.nodes.map(
    ({ id, map }): MapShape => [map.channels, cellsOf(0, id).length, cellsOf(1, id).length],
  );
  const impulses = ([0, 1] as const).flatMap((axis) =>
    Array.from({ length: impulsesPerAxis }, (): Impulse => {
      return { axis, place: random.integer(cellsOf(axis, 0).length) };
    }),
  );
  const size = [cellsOf(0, 0).length, cellsOf(1, 0).length] as const;
  const made = await runOnEngine(engine, graph, size, impulses);
  const disagreements: Disagreement[] = [];
  let cells = 0;
  const hidden = ([0, 1] as const).map((axis) => hidesSome(graph, (id) => cellsOf(axis === 0 ? 1 : 0, id)));
  made.forEach((map, id) => {
    const node = graph.nodes[id];
    const [, height, width] = shapes[id] ?? [0, 0, 0];
    if (map.height !== height || map.width !== width) {
      const detail = `${node?.name}: the engine makes ${map.height} × ${map.width} cells, running makes ${height} × ${width}`;
      disagreements.push({ about: "engine size", detail });
      return;
    }
    if (node !== undefined && operationOf(node).probabilities === "of classes") return; // its channels sum to one at every position
    impulses.forEach(({ axis, place }, impulse) => {
      cellsOf(axis, id).forEach(({ pixels }, cell) => {
        cells += 1;
        const found = map.moved[impulse]?.[cell] ?? false;
        const expected = (pixels & (1n << BigInt(place))) !== 0n;
        if (found === expected || (hidden[axis]?.[id] === true && !found)) return;
        const detail = `${node?.name} cell ${cell}, axis ${axis}: pixel ${place} ${found ? "moves" : "does not move"} it on the engine`;
        if (disagreements.length < 5) disagreements.push({ about: "engine dependency", detail });
      });
    });
  });
  return { disagreements, maps: made.length, cells };
}

/**
 * The feature maps that can be compared only in part. After an unpooling, one image shows only its own pooling indices. A product,
 * a difference and a minimum may hide what one of their feature maps shows. And a position depends on the impulse along one axis only where it depends on some pixel along the other: not where all its taps there are in the padding.
 */
const hiding: ReadonlySet<unknown> = new Set(["multiplies", "subtracts", "compares"]);

function hidesSome(graph: Graph, across: (id: number) => readonly Dependency[]): readonly boolean[] {
  const hidden: boolean[] = [];
  for (const node of graph.nodes)
    hidden[node.id] =
      inputsWith(node, "indices").length > 0 ||
      hiding.has(operationOf(node).joins) ||
      node.inputs.some((input) => hidden[input] === true) ||
      across(node.id).some(({ pixels }) => pixels === 0n);
  return hidden;
}
