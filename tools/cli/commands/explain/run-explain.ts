/** Explains feature maps of a program; of a program with errors, those before the first error. */

import { placesAt, tooLargeToPlace } from "../../../../compiler/analyses/alignment/places-at.ts";
import { compareMaps } from "../../../../compiler/analyses/explain/compare-maps.ts";
import { explainMap } from "../../../../compiler/analyses/explain/explain-map.ts";
import type { Place } from "../../../../compiler/analyses/explain/explanation.ts";
import { namedMaps } from "../../../../compiler/analyses/explain/find-map.ts";
import { layerGeometry } from "../../../../compiler/analyses/inspect/layer-geometry.ts";
import { shapeAt } from "../../../../compiler/analyses/inspect/sizes-asked.ts";
import type { Compilation } from "../../../../compiler/compile.ts";
import { compile } from "../../../../compiler/compile.ts";
import { LineMap } from "../../../../compiler/diagnostics/line-map.ts";
import type { Graph, GraphNode } from "../../../../compiler/network/graph.ts";
import { sizeFormulas } from "../../../../compiler/network/map-text.ts";
import type { ShapedGraph } from "../../../../compiler/network/shape-graph.ts";
import type { Span } from "../../../../grammar/span.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { comparisonText } from "../../../../views/terminal/explanation/comparison-text.ts";
import { explanationText } from "../../../../views/terminal/explanation/explanation-text.ts";
import { fitTable } from "../../../../views/text/table.ts";
import { createFileHost } from "../../../host/file-sources.ts";
import { readSourceFile } from "../../../host/read-source-file.ts";
import type { NetworkChoice } from "../../../program/network-choice.ts";
import { exitCode } from "../../console/exit-code.ts";
import { jsonText } from "../../console/json-text.ts";
import { Reported } from "../../console/reported.ts";
import type { Terminal } from "../../console/terminal.ts";
import { compileOptions } from "../../program/compile-options.ts";
import { hasErrors, onlyNetwork, showDiagnostics } from "../../program/load-network.ts";
import { mapCalled } from "../../program/map-called.ts";
import { foldNames } from "../diagram/fold-names.ts";

export interface ExplainOptions extends NetworkChoice {
  readonly json?: true;
  readonly size?: readonly [height: number, width: number];
}

/** @throws UserError for a name or size that is not there; Reported with status 1 when the program has errors. */
export async function runExplain(
  file: string,
  names: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<void> {
  const compilation = compile(readSourceFile(file), createFileHost(), compileOptions(options));
  await showDiagnostics(compilation, terminal);
  const refused = hasErrors(compilation);
  const graph = refused ? partOf(compilation, terminal) : onlyNetwork(file, compilation).graph;
  const shaped = options.size === undefined ? undefined : shapedAt(graph, options.size);
  const maps = names.map((name) => mapCalled(graph, name));
  const tooLarge = shaped === undefined || maps.length === 0 ? undefined : tooLargeToPlace(shaped);
  if (tooLarge !== undefined) throw new UserError(tooLarge.message);
  terminal.print(
    answer(graph, maps, shaped, {
      file,
      json: options.json === true,
      files: compilation.files,
      columns: terminal.columns,
    }),
  );
  if (refused) throw new Reported(exitCode.inputHasErrors);
}

/** The feature maps of a network that was refused; where there are none, only the diagnostics are shown. */
function partOf({ unfinished }: Compilation, terminal: Terminal): Graph {
  const [graph] = unfinished;
  if (graph === undefined) throw new Reported(exitCode.inputHasErrors);
  const last = graph.nodes.at(-1)?.name;
  terminal.note(
    `${graph.name} has errors; the explanation covers it up to ${last}, the last valid feature map`,
  );
  return graph;
}

function shapedAt(graph: Graph, size: readonly [number, number]): ShapedGraph {
  const shaped = shapeAt(graph, size);
  if (shaped.kind === "refused") throw new UserError(shaped.message);
  return shaped;
}

interface Form {
  readonly file: string;
  readonly json: boolean;
  readonly files: Compilation["files"];
  readonly columns: number | undefined;
}

function answer(
  graph: Graph,
  [map, other]: readonly GraphNode[],
  shaped: ShapedGraph | undefined,
  { file, json, files, columns }: Form,
): string {
  const text = (value: unknown, lines: () => readonly string[]): string =>
    json ? jsonText(value) : lines().join("\n");
  if (map === undefined) {
    const named = namedMaps(graph);
    return text({ network: graph.name, maps: named.map(({ name }) => name) }, () =>
      mapList(graph, named, columns),
    );
  }
  if (other !== undefined) {
    const comparison = compareMaps([map, other], shaped === undefined ? undefined : placesAt(shaped));
    return text(comparison, () => comparisonText(comparison));
  }
  const explanation = explainMap(graph, map.id, { shaped, locate: locator(files), unicode: !json });
  return text(explanation, () => explanationText(explanation, file, columns));
}

function locator(files: Compilation["files"]): (span: Span) => Place {
  const lines = new Map<string, LineMap>();
  return ({ file, start }) => {
    const known = lines.get(file) ?? new LineMap(files.get(file)?.text ?? "");
    lines.set(file, known);
    return { file, line: known.position(start).line };
  };
}

function mapList(
  graph: Graph,
  named: ReturnType<typeof namedMaps>,
  columns: number | undefined,
): readonly string[] {
  const both = (pair: readonly [unknown, unknown] | null): string =>
    pair === null ? "" : pair[0] === pair[1] ? `${pair[0]}` : `${pair[0]}×${pair[1]}`;
  const rows = named.map(({ name, node }) => {
    const { stride, offset } = layerGeometry(node.map.geometry);
    const size = [node.map.channels, ...sizeFormulas(node.map, graph.accepts, { unicode: true })];
    return [name, node.operation, `[${size.join(", ")}]`, both(stride), both(offset)];
  });
  const table = fitTable(
    [
      { title: "feature map", align: "left" },
      { title: "operation", align: "left", drop: 2 },
      { title: "size", align: "left", drop: 4 },
      { title: "stride", align: "right", drop: 3 },
      { title: "offset", align: "right", drop: 1 },
    ],
    foldNames(rows),
    columns,
  );
  const others = graph.nodes.length - named.length;
  return [...table, `and ${others} more; fcn inspect FILE --size HxW lists every operation`];
}
