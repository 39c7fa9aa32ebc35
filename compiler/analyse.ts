/** Text in, graphs and diagnostics out, on one screen: parsing, elaboration, training, lints. Fixes are proposed and not tried. */

import type { Block, Network, Train } from "../grammar/ast.ts";
import type { Span } from "../grammar/span.ts";
import { applyAllowances } from "./analyses/lints/allow.ts";
import { runLints } from "./analyses/lints/run-lints.ts";
import { lintSubject } from "./analyses/lints/subject.ts";
import type { CompiledNetwork } from "./compiled-network.ts";
import { type Diagnostic, diagnose } from "./diagnostics/diagnostic.ts";
import { enoughErrors, isError, withoutFurtherErrors } from "./diagnostics/most-errors.ts";
import { loadModules, type Module, type Modules } from "./language/modules/modules.ts";
import { parseSettings } from "./language/modules/settings.ts";
import { lostItems } from "./language/names/lost-text.ts";
import type { NameDefinition } from "./language/names/name-record.ts";
import { type ElaboratedNetwork, elaborateNetwork } from "./language/sections/network.ts";
import { checkUncalledBlocks } from "./language/sections/uncalled-blocks.ts";
import type { TrainConfiguration } from "./learning/configuration.ts";
import { elaborateTrain } from "./learning/section/elaborate-train.ts";
import type { TrainFacts } from "./learning/section/train-reader.ts";
import { nearestName } from "./nearest.ts";
import type { Graph } from "./network/graph.ts";
import { onePositionOf } from "./network/single-answer.ts";
import { isInput } from "./ops/input.ts";
import { torchvisionEncodersOf } from "./prelude/torchvision/weight-names.ts";
import type { SourceFile, SourceHost } from "./source.ts";

export interface CompileOptions {
  /** Only this network; left out: every network of the file, each with its defaults. */
  readonly network?: string;
  /** Parameters of the network, as expressions in the language's own text: { width: "8", padding: "valid" }. */
  readonly settings?: ReadonlyMap<string, string>;
  /** What diagnostics call the source of a setting: "setting width" by default. */
  readonly settingPath?: (name: string) => string;
}

export interface Analysis {
  /** Every file read, by path: what diagnostics need to show their source. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Those without errors. */
  readonly networks: readonly CompiledNetwork[];
  /** Of the networks with errors, the feature maps that could be made: graphs without outputs. */
  readonly unfinished: readonly Graph[];
  /** Their fixes are proposals: nobody has tried them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Nodes made. */
  readonly operations: number;
  /** Where names are defined and used, in every file read. */
  readonly names: readonly NameDefinition[];
}

export function analyse(entry: SourceFile, host: SourceHost, options: CompileOptions = {}): Analysis {
  const modules = loadModules(entry, host);
  const settings = parseSettings(options.settings ?? new Map(), options.settingPath);
  const diagnostics = [...modules.diagnostics, ...settings.diagnostics];
  const files = new Map([...modules.files, ...settings.files]);
  const chosen = chooseNetworks(modules.entry, options.network, diagnostics);
  const known = new Set(chosen.flatMap((network) => network.parameters.map(({ name }) => name.text)));
  const networks: CompiledNetwork[] = [];
  const unfinished: Graph[] = [];
  const called = new Set<Block>();
  let operations = 0;
  for (const [index, network] of chosen.entries()) {
    if (enoughErrors(diagnostics)) break;
    // A setting goes to every network that has the parameter; one that none has is reported once.
    const own = settings.arguments.filter(({ name }) => {
      const text = name?.text ?? "";
      return (
        network.parameters.some((parameter) => parameter.name.text === text) ||
        (!known.has(text) && index === 0)
      );
    });
    const elaborated = elaborateNetwork(network, modules.entry.scope, own, modules.lost);
    diagnostics.push(...elaborated.diagnostics);
    for (const block of elaborated.calledBlocks) called.add(block);
    operations += elaborated.operations;
    if (elaborated.partial !== undefined) unfinished.push(elaborated.partial);
    const before = diagnostics.length;
    const train = trainingOf(network, elaborated, modules.entry, diagnostics);
    const { graph } = elaborated;
    if (graph === undefined || settings.diagnostics.length > 0) continue;
    networks.push({
      name: network.name.text,
      doc: network.doc,
      parameters: elaborated.parameters,
      graph,
      train,
    });
    if (diagnostics.slice(before).some(isError)) continue;
    const section = trainSections(modules.entry).find(({ network: name }) => name.text === graph.name);
    const subject = lintSubject(graph, train, { network, train: section }, modules.programs);
    diagnostics.push(...runLints(subject));
  }
  const blocks = modules.entry.program.items.filter((item) => item.kind === "block");
  if (!enoughErrors(diagnostics))
    diagnostics.push(...checkUncalledBlocks(blocks, called, modules.entry.scope, modules.lost));
  recordNetworks(modules.entry);
  reportStrayTraining(modules, diagnostics);
  const complete =
    options.network === undefined && settings.arguments.length === 0 && !diagnostics.some(isError);
  const judged = applyAllowances(withoutFurtherErrors(distinct(diagnostics)), {
    files,
    entry: modules.entry.program,
    complete,
    elaborated: networks.flatMap(({ graph }) => originsOf(graph)),
  });
  const names = modules.entry.scope.record.definitions();
  return { files, networks, unfinished, diagnostics: judged, operations, names };
}

function originsOf(graph: Graph): readonly Span[] {
  return graph.nodes.flatMap(({ origin: { span } }) => (span === undefined ? [] : [span]));
}

/** Networks that call one block meet its mistakes each. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, span, message }) => {
    const key = JSON.stringify([code, span, message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The networks to elaborate: the one asked for, or all. */
function chooseNetworks(
  module: Module,
  asked: string | undefined,
  diagnostics: Diagnostic[],
): readonly Network[] {
  const networks = module.program.items.filter((item) => item.kind === "network");
  const start = { file: module.file.path, start: 0, end: 0 };
  const names = networks.map(({ name }) => name.text);
  for (const [index, network] of networks.entries()) {
    const first = networks[names.indexOf(network.name.text)];
    if (first === undefined || names.indexOf(network.name.text) === index) continue;
    diagnostics.push(
      diagnose("names/taken", { name: network.name.text, what: "network" }, network.name.span, {
        related: [{ span: first.name.span, message: "first defined here" }],
      }),
    );
  }
  const hasErrors = diagnostics.some(isError);
  if (asked === undefined) {
    if (networks.length === 0 && !hasErrors && !module.program.items.some((item) => item.kind === "block"))
      diagnostics.push(diagnose("structure/no-network", {}, start));
    return networks;
  }
  const found = networks.filter(({ name }) => name.text === asked);
  if (found.length === 0)
    diagnostics.push(
      diagnose(
        "structure/no-such-network",
        { name: asked, known: names, nearest: nearestName(asked, names) },
        start,
      ),
    );
  return found;
}

function trainSections(module: Module): readonly Train[] {
  return module.program.items.filter((item) => item.kind === "train");
}

function trainingOf(
  network: Network,
  elaborated: ElaboratedNetwork,
  module: Module,
  diagnostics: Diagnostic[],
): TrainConfiguration | undefined {
  const [train, second] = trainSections(module).filter(
    ({ network: name }) => name.text === network.name.text,
  );
  if (train === undefined) return undefined;
  if (second !== undefined)
    diagnostics.push(
      diagnose("names/taken", { name: network.name.text, what: "train section for" }, second.network.span, {
        related: [{ span: train.network.span, message: "first defined here" }],
      }),
    );
  const { configuration, diagnostics: found } = elaborateTrain(train, {
    classes: elaborated.classes,
    classCount: elaborated.classCount,
    parameters: network.parameters.map(({ name }) => name.text),
    ...(elaborated.graph === undefined
      ? { inputs: undefined, outputs: undefined }
      : endsOf(elaborated.graph)),
  });
  diagnostics.push(...found);
  return configuration;
}

function recordNetworks(module: Module): void {
  const { record } = module.scope;
  for (const item of module.program.items) {
    if (item.kind !== "network") continue;
    record.define(item.name.text, "network", item.name.span);
    for (const { network } of trainSections(module))
      if (network.text === item.name.text) record.refer(network.span, item.name.span);
  }
}

/** Of the inputs, outputs and weights, what a train section must agree with. */
function endsOf(graph: Graph): Pick<TrainFacts, "inputs" | "outputs" | "weights" | "torchvision"> {
  return {
    torchvision: torchvisionEncodersOf(graph).map(({ model }) => model),
    weights: graph.nodes.flatMap((node) =>
      node.weights
        .filter(({ trainable, counted }) => trainable || !counted)
        .map(({ name }) => `${node.name}.${name}`),
    ),
    inputs: graph.inputs.flatMap((id) => {
      const node = graph.nodes[id];
      return node !== undefined && isInput(node) ? [node.attributes] : [];
    }),
    outputs: graph.outputs.map(({ name, node, activation }) => ({
      name,
      channels: graph.nodes[node]?.map.channels ?? 0,
      activation,
      onePosition: onePositionOf(graph, { node }),
    })),
  };
}

/** A train section for a network the file does not have. */
function reportStrayTraining({ entry: module, lost }: Modules, diagnostics: Diagnostic[]): void {
  const lostWords = lostItems(module.program, lost.get(module.file.path));
  const names = module.program.items.filter((item) => item.kind === "network").map(({ name }) => name.text);
  for (const { network } of trainSections(module)) {
    if (names.includes(network.text) || lostWords.includes(network.text)) continue;
    const facts = {
      name: network.text,
      what: "network",
      nearest: nearestName(network.text, names),
      known: names,
    };
    diagnostics.push(diagnose("names/unknown", facts, network.span));
  }
}
