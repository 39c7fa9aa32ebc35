/** Compares the receptive field stated for every position with the pixels that it depends on. */
import { placesAt } from "../../../compiler/analyses/alignment/places-at.ts";
import { fieldOfCell } from "../../../compiler/geometry/grid.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { nearestAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { shapeGraph } from "../../../compiler/network/shape-graph.ts";
import type { Random } from "../../../runtime/random.ts";
import { dependenciesOnFinest, hullOf } from "./cells.ts";
import { comparePlaced } from "./compare-placed.ts";
import { largestSize } from "./compare-sizes.ts";
import { execute } from "./execute.ts";
import { fieldOfFinest, finestSize, pixelOf } from "./input-units.ts";
import { type Disagreement, type Subject, symbolOf } from "./subject.ts";

/** A size at which most receptive fields are inside the image, so that every phase shows its whole receptive field. */
const spacious = 400;

export interface FieldComparison {
  readonly disagreements: readonly Disagreement[];
  /** Positions whose receptive field, like those of all ancestors, is entirely inside the image: stated and found must be equal. */
  readonly exact: number;
  /** Positions at a border: the pixels they depend on must be inside the stated receptive field. */
  readonly contained: number;
  /** Positions compared with what is stated at their size: equal at borders, too. */
  readonly atSize: number;
  /** Phases of feature maps, and those of which some position was compared exactly. */
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
  const symbol = symbolOf(subject.program, axis);
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
  let [exact, contained, atSize, phases, shown] = [0, 0, 0, 0, 0];
  for (const axis of [0, 1] as const) {
    const seen = graph.nodes.map(() => new Set<number>());
    const finest = finestSize(subject.program, axis);
    const kind = dependenciesOnFinest(subject.program, axis);
    for (const size of sizesToRun(subject, graph, axis, accepted, random)) {
      const visits = execute({ program: subject.program, axis, size, decided: subject.decisions }, kind);
      const placed = placedAlong(graph, symbolOf(subject.program, axis), size, accepted);
      placed?.forEach((both, id) => {
        const visit = visits[id];
        if (visit === undefined) return;
        atSize += both[axis].fields?.length ?? 0;
        const fault = comparePlaced(both[axis], visit, finest);
        if (fault === undefined || disagreements.length >= 5) return;
        const detail = `${graph.nodes[id]?.name}, axis ${axis}, size ${size}: ${fault}`;
        disagreements.push({ about: "a place at one size", detail });
      });
      visits.forEach((visit, id) => {
        const geometry = graph.nodes[id]?.map.geometry[axis];
        if (geometry?.kind !== "grid") return;
        const seenIn = pixelOf(geometry.pixels, finest);
        visit.result?.map?.cells.forEach((cell, place) => {
          const own = fieldOfCell(geometry, place);
          const stated = own === undefined ? undefined : fieldOfFinest(own, seenIn);
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
  return { disagreements, exact, contained, atSize, phases, shown };
}

/** The graph's places where one symbol has this value, and the others the first that is accepted up to `largestSize`. */
function placedAlong(
  graph: Graph,
  symbol: string | undefined,
  size: number,
  accepted: ReadonlyMap<string, readonly number[]>,
): ReturnType<typeof placesAt> | undefined {
  const sizes = new Map<string, number>();
  for (const one of graph.accepts.keys()) {
    const value = one === symbol ? size : accepted.get(one)?.[0];
    if (value === undefined) return undefined;
    sizes.set(one, value);
  }
  const shaped = shapeGraph(graph, sizes);
  return shaped.kind === "shaped" ? placesAt(shaped) : undefined;
}
