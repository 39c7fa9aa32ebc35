/** ONNX graphs as bytes, with their nodes in the order that ONNX Runtime runs them in. */
import { dataTypes, encodeModel, type Message } from "../../../compiler/onnx/schema.ts";

/** bool is what comparisons give; int64 what operators give as places. */
export type OnnxElement = "float32" | "int32" | "int64" | "bool";

export interface OnnxType {
  readonly element: OnnxElement;
  readonly shape: readonly number[];
}

export interface OnnxValue extends OnnxType {
  readonly name: string;
}

export const elementTypes: Readonly<Record<OnnxElement, number>> = {
  float32: dataTypes.float,
  int32: dataTypes.int32,
  int64: dataTypes.int64,
  bool: dataTypes.bool,
};

/** Operators of ONNX Runtime alone, for the blocked layout. */
export const blockedDomain = "com.microsoft.nchwc";

export type Domain = typeof blockedDomain;

export interface GraphParts {
  /** In the order they should run in. */
  readonly nodes: readonly Message<"NodeProto">[];
  readonly constants: readonly Message<"TensorProto">[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Whether the model leaves out the shapes of its inputs. */
  readonly hidesShapes: boolean;
}

/**
 * ONNX Runtime runs nodes depth-first: it starts from the last node of the file that nothing reads, and computes the operands of a node
 * from the last one in the file to the first. In a file whose nodes stand in reverse, whatever is needed late is therefore computed
 * late: a filter turned for the backward pass, the mask of a ReLU. In a file in running order all of them come first and are held.
 */
export function encodeGraph({ nodes, constants, inputs, outputs, hidesShapes }: GraphParts): Uint8Array {
  const read = new Set(nodes.flatMap(({ input }) => input ?? []));
  return encodeModel({
    ir_version: 10,
    opset_import: [
      { domain: "", version: 21 },
      { domain: blockedDomain, version: 1 },
    ],
    producer_name: "fcn",
    graph: {
      name: "program",
      node: nodes.toReversed(),
      initializer: constants.filter(({ name = "" }) => read.has(name)),
      input: inputs.map(hidesShapes ? withoutShape : valueInfo),
      output: outputs.map(valueInfo),
    },
  });
}

export interface PartedModel {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** Names of the inputs of the first, and of the second. */
  readonly given: ReadonlySet<string>;
  readonly rest: ReadonlySet<string>;
  readonly between: readonly OnnxValue[];
}

/**
 * Two models: what depends on these inputs and constants alone, and the rest. The first one's outputs are inputs of the second, by
 * name. `undefined`: there is nothing of the first kind, or an output is.
 */
export function partedModel(
  { nodes, constants, inputs, outputs, hidesShapes }: GraphParts,
  values: ReadonlyMap<string, OnnxValue>,
  early: ReadonlySet<string>,
): PartedModel | undefined {
  const constantNames = new Set(constants.map(({ name = "" }) => name));
  const known = new Set(early);
  const isEarly = (name: string) => name === "" || constantNames.has(name) || known.has(name);
  const first: Message<"NodeProto">[] = [];
  const second: Message<"NodeProto">[] = [];
  for (const node of nodes) {
    const read = node.input ?? [];
    const before = read.every(isEarly) && read.some((name) => known.has(name));
    (before ? first : second).push(node);
    if (before) for (const name of node.output ?? []) known.add(name);
  }
  const read = new Set(second.flatMap(({ input }) => input ?? []));
  const between = [...values.values()].filter(({ name }) => known.has(name) && read.has(name));
  if (between.length === 0 || outputs.some(({ name }) => known.has(name))) return undefined;
  const given = inputs.filter(({ name }) => early.has(name));
  const rest = [...inputs.filter(({ name }) => !early.has(name) || read.has(name)), ...between];
  return {
    first: encodeGraph({ nodes: first, constants, inputs: given, outputs: between, hidesShapes }),
    second: encodeGraph({ nodes: second, constants, inputs: rest, outputs, hidesShapes }),
    given: new Set(given.map(({ name }) => name)),
    rest: new Set(rest.map(({ name }) => name)),
    between,
  };
}

function valueInfo({ name, element, shape }: OnnxValue): Message<"ValueInfoProto"> {
  const dim = shape.map((extent) => ({ dim_value: extent }));
  return { name, type: { tensor_type: { elem_type: elementTypes[element], shape: { dim } } } };
}

function withoutShape({ name, element }: OnnxValue): Message<"ValueInfoProto"> {
  return { name, type: { tensor_type: { elem_type: elementTypes[element] } } };
}
