/**
 * The messages of ONNX that a model of ours is made of (onnx.proto of ONNX 1.12, IR version 8), with their field numbers.
 * Field names are the format's own.
 */
import protobuf from "protobufjs/light.js";

/** name: [number, type]; a type that ends in [] is repeated. */
const messages = {
  ModelProto: {
    ir_version: [1, "int64"],
    opset_import: [8, "OperatorSetIdProto[]"],
    producer_name: [2, "string"],
    producer_version: [3, "string"],
    domain: [4, "string"],
    model_version: [5, "int64"],
    doc_string: [6, "string"],
    graph: [7, "GraphProto"],
    metadata_props: [14, "StringStringEntryProto[]"],
  },
  OperatorSetIdProto: { domain: [1, "string"], version: [2, "int64"] },
  StringStringEntryProto: { key: [1, "string"], value: [2, "string"] },
  GraphProto: {
    node: [1, "NodeProto[]"],
    name: [2, "string"],
    initializer: [5, "TensorProto[]"],
    doc_string: [10, "string"],
    input: [11, "ValueInfoProto[]"],
    output: [12, "ValueInfoProto[]"],
    value_info: [13, "ValueInfoProto[]"],
  },
  NodeProto: {
    input: [1, "string[]"],
    output: [2, "string[]"],
    name: [3, "string"],
    op_type: [4, "string"],
    attribute: [5, "AttributeProto[]"],
    doc_string: [6, "string"],
    domain: [7, "string"],
  },
  AttributeProto: {
    name: [1, "string"],
    f: [2, "float"],
    i: [3, "int64"],
    s: [4, "bytes"],
    t: [5, "TensorProto"],
    floats: [7, "float[]"],
    ints: [8, "int64[]"],
    type: [20, "int32"],
  },
  TensorProto: {
    dims: [1, "int64[]"],
    data_type: [2, "int32"],
    name: [8, "string"],
    raw_data: [9, "bytes"],
  },
  ValueInfoProto: { name: [1, "string"], type: [2, "TypeProto"], doc_string: [3, "string"] },
  TypeProto: { tensor_type: [1, "TypeProtoTensor"], sequence_type: [4, "TypeProtoSequence"] },
  TypeProtoTensor: { elem_type: [1, "int32"], shape: [2, "TensorShapeProto"] },
  TypeProtoSequence: { elem_type: [1, "TypeProto"] },
  TensorShapeProto: { dim: [1, "Dimension[]"] },
  Dimension: { dim_value: [1, "int64"], dim_param: [2, "string"] },
} as const;

type Messages = typeof messages;

type Scalar<T> = T extends "string" ? string : T extends "bytes" ? Uint8Array : number;

type Value<T> = T extends `${infer Item}[]`
  ? readonly Value<Item>[]
  : T extends keyof Messages
    ? Message<T>
    : Scalar<T>;

/** A message; fields may be left out. */
export type Message<M extends keyof Messages> = {
  readonly [F in keyof Messages[M]]?: Messages[M][F] extends readonly [number, infer T] ? Value<T> : never;
};

/** TensorProto.DataType */
export const dataTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;

/** AttributeProto.AttributeType */
export const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

// proto2, as onnx.proto is: a field that is 0 or empty is written, and repeated numbers are not packed.
const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [
      name,
      {
        edition: "proto2",
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [id, type]]) => [
            field,
            type.endsWith("[]") ? { id, type: type.slice(0, -2), rule: "repeated" } : { id, type },
          ]),
        ),
      },
    ]),
  ),
});

/** The message type of a model, which also reads what it wrote. */
export const modelType = root.lookupType("ModelProto");

export function encodeModel(model: Message<"ModelProto">): Uint8Array {
  return modelType.encode(model).finish();
}
