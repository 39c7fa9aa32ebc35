/** The door of the compiler: text in, graphs, diagnostics and facts out. Pure: no files, no console. */
export { type Analysis, analyse } from "./analyse.ts";
export { type NetworkCost, networkCost } from "./analyses/cost/network-cost.ts";
export { diffNetworks, type NetworkDiff } from "./analyses/diff/network-diff.ts";
export { compareMaps, type MapComparison } from "./analyses/explain/compare-maps.ts";
export { type ExplainOptions, explainMap } from "./analyses/explain/explain-map.ts";
export type { Explanation, Step } from "./analyses/explain/explanation.ts";
export { type FoundMap, findMap, namedMaps } from "./analyses/explain/find-map.ts";
export { inspectNetwork } from "./analyses/inspect/inspect.ts";
export type { InspectedLayer, Inspection } from "./analyses/inspect/inspection.ts";
export { type Near, nearSizes } from "./analyses/inspect/near.ts";
export { type SizesAsked, shapeAt } from "./analyses/inspect/sizes-asked.ts";
export {
  type Compilation,
  type CompiledNetwork,
  type CompileOptions,
  compile,
  type SourceFile,
  type SourceHost,
} from "./compile.ts";
export type { DiagnosticCode, FactsOf } from "./diagnostics/catalogue.ts";
export { type Diagnostic, type Fix, hasCode, type TextEdit } from "./diagnostics/diagnostic.ts";
export { diagnosticToJson, type JsonDiagnostic } from "./diagnostics/json.ts";
export { LineMap, type Position } from "./diagnostics/line-map.ts";
export type { Severity } from "./diagnostics/wording.ts";
export { applyEdits } from "./fixes/apply-edits.ts";
export { tryFixes } from "./fixes/try-fixes.ts";
export { type NameDefinition, type NameKind, namesAt } from "./language/names/name-record.ts";
export type { TrainConfiguration } from "./learning/configuration.ts";
export type { FeatureMap, Graph, GraphNode, GraphOutput } from "./network/graph.ts";
export { printGraph } from "./network/print.ts";
export { ReadFailure, readGraph } from "./network/read.ts";
export { type ShapedGraph, shapeGraph } from "./network/shape-graph.ts";
export { type Violation, verifyGraph } from "./network/verify.ts";
export { standardFiles, standardSource } from "./prelude/standard-source.ts";
export { createTextHost } from "./text-sources.ts";

import type { Target } from "./targets/target.ts";

export type { Emission, Target, TargetSubject } from "./targets/target.ts";

/** The page about a diagnostic by its code, as Markdown; loaded when it is asked for: pages are large. */
export const loadDiagnosticPage = async (code: string): Promise<string | undefined> =>
  (await import("./diagnostics/pages.ts")).diagnosticPage(code);

/** Every target, loaded when it is asked for: formats of files are large. */
export const loadTargets = async (): Promise<readonly Target[]> =>
  (await import("./targets/registry.ts")).targets;
