/** The receptive field stated for every cell against the pixels that move it. */
import { fieldOfCell } from "../../../compiler/geometry/grid.ts";
import type { Graph } from "../../../compiler/ir/graph.ts";
import { nearestAccepted } from "../../../compiler/ir/nearest-accepted.ts";
import type { Random } from "../../../runtime/random.ts";
import { dependencies, hullOf } from "./cells.ts";
import { largestSize } from "./compare-sizes.ts";
import { execute } from "./execute.ts";
import type { Disagreement, Subject } from "./subject.ts";

/** Where most fields lie inside the image, so that every phase shows its whole field. */
const spacious = 400;

export interface FieldComparison {
  readonly disagreements: readonly Disagreement[];
  /** Cells whose field lies whole inside the image and whose ancestors all do: stated and found must be equal. */
  readonly exact: number;
  /** Cells at a border: what moves them must lie inside the field stated. */
  readonly contained: number;
  /** Phases of maps, and those of which some cell was compared exactly. */
  readonly phases: number;
  readonly shown: number;
}

/** Three of the accepted sizes up to `largestSize`, the last among them, and one spacious one. */
function sizesToRun(
  subject: Subject,
  graph: Graph,
  axis: 0 | 1,
  accepted: ReadonlyMap<string, readonly number[]>,
  random: Random,
): readonly number[] {
  const { symbol } = subject.program.size[axis];
  if (symbol === undefined) return [0];
  const small = accepted.get(symbol) ?? [];
  const set = graph.accepts.get(symbol);
  const above = set === undefined ? undefined : nearestAccepted(set, spacious).above;
  const chosen = [small[0], small[random.integer(Math.max(1, small.length))], small.at(-1), above];
  return [
    ...new Set(chosen.filter((size) => size !== undefined && size <= 2 * spacious + largestSize)),
  ].filter((size) => size !== undefined);
}

export function compareFields(
  subject: Subject,
  graph: Graph,
  accepted: ReadonlyMap<string, readonly number[]>,
  random: Random,
): FieldComparison {
  const disagreements: Disagreement[] = [];
  let [exact, contained, phases, shown] = [0, 0, 0, 0];
  for (const axis of [0, 1] as const) {
    const seen = graph.nodes.map(() => new Set<number>());
    for (const size of sizesToRun(subject, graph, axis, accepted, random)) {
      const larger = subject.decisions.larger;
      const visits = execute({ program: subject.program, axis, size, larger }, dependencies);
      visits.forEach((visit, id) => {
        const geometry = graph.nodes[id]?.map.geometry[axis];
        if (geometry?.kind !== "grid") return;
        visit.result?.map?.cells.forEach((cell, place) => {
          const stated = fieldOfCell(geometry, place);
          const found = hullOf(cell.pixels);
          const text = (field: typeof found): string =>
            field === undefined ? "nothing" : `${field.low} … ${field.high}`;
          const fault = (what: string): void => {
            const name = `${graph.nodes[id]?.name} cell ${place}, axis ${axis}, size ${size}`;
            if (disagreements.length < 5)
              disagreements.push({
                about: "field",
                detail: `${name}: ${what} ${text(stated)}, found ${text(found)}`,
              });
          };
          if (!cell.lost && !cell.copied) {
            exact += 1;
            seen[id]?.add(place % geometry.fields.length);
            if (stated?.low !== found?.low || stated?.high !== found?.high) fault("stated exactly");
          } else if (!cell.copied) {
            contained += 1;
            if (
              found !== undefined &&
              (stated === undefined || found.low < stated.low || found.high > stated.high)
            )
              fault("stated at most");
          }
        });
      });
    }
    graph.nodes.forEach((node, id) => {
      const geometry = node.map.geometry[axis];
      if (geometry.kind !== "grid") return;
      phases += geometry.fields.length;
      shown += seen[id]?.size ?? 0;
    });
  }
  return { disagreements, exact, contained, phases, shown };
}
