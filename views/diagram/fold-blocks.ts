/** Equal block calls and loop iterations that follow one another, drawn once in a frame with their count. */
import type { ScopeStep } from "../../compiler/network/graph.ts";
import type { Figure, FigureMap, Fold, Step } from "./figure.ts";
import { stepSignature } from "./step-signature.ts";

/** One call or iteration: its feature maps in order, its input, its result. */
interface Instance {
  readonly name: string;
  readonly maps: readonly FigureMap[];
  readonly inner: readonly Step[];
  readonly source: number;
  readonly result: number;
  readonly signature: string;
}

export function foldBlocks(figure: Figure): Figure {
  const deepest = Math.max(0, ...figure.maps.map((map) => map.scope.length));
  let folded = figure;
  for (let depth = 0; depth < deepest; depth++) folded = foldDepth(folded, depth);
  return folded;
}

function foldDepth(figure: Figure, depth: number): Figure {
  const byInstance = new Map<string, FigureMap[]>();
  for (const map of figure.maps) {
    if (map.scope[depth] === undefined) continue;
    const key = JSON.stringify(map.scope.slice(0, depth + 1));
    byInstance.set(key, [...(byInstance.get(key) ?? []), map]);
  }
  let result = figure;
  let run: Instance[] = [];
  const close = (): void => {
    if (run.length > 1) result = keepFirst(result, run);
    run = [];
  };
  for (const maps of byInstance.values()) {
    const instance = readInstance(figure, maps, maps[0]?.scope[depth]);
    const last = run.at(-1);
    const follows =
      instance !== undefined && last?.result === instance.source && last.signature === instance.signature;
    if (!follows) close();
    if (instance !== undefined) run.push(instance);
  }
  close();
  return result;
}

/** `undefined` where it is one step only, or has not one way in and one way out, or an unpool link or output hangs on it. */
function readInstance(
  figure: Figure,
  maps: readonly FigureMap[],
  scope: ScopeStep | undefined,
): Instance | undefined {
  const own = new Map(maps.map((map, at) => [map.id, at]));
  const into = figure.steps.filter((step) => own.has(step.to));
  const sources = new Set(into.filter((step) => !own.has(step.from)).map((step) => step.from));
  const results = new Set(
    figure.steps.filter((step) => own.has(step.from) && !own.has(step.to)).map((step) => step.from),
  );
  const [source, ...moreSources] = sources;
  const last = maps.at(-1);
  const result = [...results][0] ?? last?.id;
  if (source === undefined || result === undefined || moreSources.length > 0) return undefined;
  if (results.size > 1 || result !== last?.id) return undefined;
  if (scope === undefined || maps.length < 2 || maps.some((map) => map.exits.length > 0)) return undefined;
  const linked = new Set(figure.links.flatMap(({ pool, unpool }) => [pool, unpool]));
  if (into.some((step) => step.nodes.some((id) => linked.has(id)))) return undefined;
  const sourceMap = figure.maps.find((map) => map.id === source);
  const signature = JSON.stringify([
    scope.kind,
    scope.name,
    sourceMap?.channels,
    sourceMap?.row,
    maps.map((map) => [map.row, map.channels, map.part, map.join]),
    into.map((step) => [own.get(step.from) ?? -1, own.get(step.to), stepSignature(step)]),
  ]);
  return { name: scope.name, maps, inner: into, source, result, signature };
}

/** What read the last instance reads the first one, which is framed. */
function keepFirst(figure: Figure, run: readonly Instance[]): Figure {
  const [first, ...others] = run;
  const end = run.at(-1)?.result;
  if (first === undefined || end === undefined) return figure;
  const gone = new Set(others.flatMap(({ maps }) => maps.map((map) => map.id)));
  const steps = figure.steps
    .filter((step) => !gone.has(step.to))
    .map((step) => (step.from === end ? { ...step, from: first.result } : step));
  const fold: Fold = { maps: first.maps.map((map) => map.id), times: run.length, name: first.name };
  return {
    ...figure,
    maps: figure.maps.filter((map) => !gone.has(map.id)),
    steps,
    folds: [...figure.folds, fold],
  };
}
