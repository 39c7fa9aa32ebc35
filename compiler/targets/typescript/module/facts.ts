/** What the parts of a module share: its names, its inputs and outputs, its structure and how it is trained. */
import type { PerAxis } from "../../../axis.ts";
import type { TrainConfiguration } from "../../../learning/configuration.ts";
import { learnsMasks, usualTarget } from "../../../learning/targets/registry.ts";
import type { Graph, GraphOutput, InputNode } from "../../../network/graph.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { shapeText } from "../../structure/shapes.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import type { TargetSubject } from "../../target.ts";
import { identifier, Names, upperFirst } from "../body/names.ts";
import { type ModuleStructure, structureOf } from "../body/structure.ts";
import { type WrittenLoss, writeLoss } from "../training/losses.ts";
import { type WrittenOptimizer, writeOptimizer } from "../training/optimizer.ts";
import { declaredNames } from "./declared-names.ts";
import { type OutputGrid, outputGrids } from "./sizes.ts";

export interface ModuleFacts {
  readonly subject: TargetSubject;
  readonly graph: Graph;
  readonly className: string;
  readonly names: Names;
  /** The first also decides how an image is fitted. */
  readonly inputs: readonly [InputNode, ...InputNode[]];
  /** How `apply` calls what it is given. */
  readonly inputParameter: string;
  readonly fields: readonly OutputField[];
  /** The names of outputs that learn labels. */
  readonly labelled: ReadonlySet<string>;
  readonly grids: readonly { readonly output: GraphOutput; readonly grids: PerAxis<OutputGrid> }[];
  readonly train: Pick<TrainConfiguration, "outputs" | "optimizer" | "seed">;
  readonly loss: WrittenLoss;
  readonly optimizer: WrittenOptimizer;
  readonly structure: ModuleStructure;
  /** In the order of the channels; `undefined` where nothing names them. */
  readonly classes: readonly string[] | undefined;
}

/** Of the interface `Outputs`. */
export interface OutputField {
  readonly field: string;
  readonly node: number;
  readonly doc: string;
}

export function moduleFacts(subject: TargetSubject): ModuleFacts {
  const { network } = subject;
  const { graph } = network;
  const train = network.train ?? usualTraining(graph);
  const declared = declaredNames();
  const called = upperFirst(identifier(network.name));
  const className = declared.includes(called) ? `${called}Network` : called;
  const [first, ...others] = graph.nodes.filter(isInput);
  if (first === undefined) throw new Error(`${graph.name} has no input`);
  const inputs = [first, ...others] as const;
  const inputNames = inputs.map((node) => identifier(node.attributes.name));
  const names = new Names(graph, [className, ...declared, ...inputNames]);
  const loss = writeLoss(graph, train.outputs, names);
  const fields = graph.outputs.flatMap((output) => fieldsOf(graph, output, loss));
  const structure = structureOf(
    graph,
    fields.map(({ node }) => node),
    names,
  );
  const classes = subject.classes ?? graph.classes ?? network.train?.masks.classes;
  return {
    subject,
    graph,
    className,
    names,
    inputs,
    inputParameter: inputs.length === 1 ? (inputNames[0] ?? "") : "inputs",
    fields,
    labelled: labelledOutputs(graph, train),
    grids: graph.outputs.map((output) => ({ output, grids: outputGrids(graph, first, output) })),
    train,
    loss,
    optimizer: writeOptimizer(train.optimizer),
    structure,
    classes: classes === undefined || classes.length === 0 ? undefined : classes,
  };
}

function fieldsOf(
  graph: Graph,
  { name, node, logits, activation }: GraphOutput,
  loss: WrittenLoss,
): readonly OutputField[] {
  const field = identifier(name);
  const after = activation === undefined ? "" : `, after ${activation}`;
  const output = { field, node, doc: `${shapeText(graph, node)}${after}` };
  if (!loss.logits.has(field)) return [output];
  return [output, { field: `${field}Logits`, node: logits, doc: `The same before ${activation}.` }];
}

function labelledOutputs(graph: Graph, train: Pick<TrainConfiguration, "outputs">): ReadonlySet<string> {
  const targetOf = (name: string) => train.outputs.find((one) => one.name === name)?.target ?? usualTarget;
  return new Set(graph.outputs.map(({ name }) => name).filter((name) => learnsMasks(targetOf(name))));
}

/** At least two: an output of one channel tells a class from everything else. */
export function classCount({ graph, labelled, classes }: ModuleFacts): number {
  const channels = graph.outputs
    .filter(({ name }) => labelled.has(name))
    .map(({ node }) => inputAt(graph.nodes, node).map.channels);
  return Math.max(2, classes?.length ?? 0, ...channels);
}
