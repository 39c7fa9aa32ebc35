/** Attributes of ONNX nodes. */
import { attributeTypes, type Message } from "./schema.ts";

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly tensor: Message<"TensorProto"> };

export type Attributes = Readonly<Record<string, Attribute>>;

export const int = (value: number): Attribute => ({ int: value });
export const float = (value: number): Attribute => ({ float: value });
export const ints = (values: readonly number[]): Attribute => ({ ints: values });
export const floats = (values: readonly number[]): Attribute => ({ floats: values });
export const text = (value: string): Attribute => ({ text: value });
export const tensor = (value: Message<"TensorProto">): Attribute => ({ tensor: value });

export function attributeMessages(attributes: Attributes): readonly Message<"AttributeProto">[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, ...fieldsOf(value) }));
}

function fieldsOf(value: Attribute): Message<"AttributeProto"> {
  if ("int" in value) return { type: attributeTypes.int, i: value.int };
  if ("float" in value) return { type: attributeTypes.float, f: value.float };
  if ("ints" in value) return { type: attributeTypes.ints, ints: value.ints };
  if ("floats" in value) return { type: attributeTypes.floats, floats: value.floats };
  if ("tensor" in value) return { type: attributeTypes.tensor, t: value.tensor };
  return { type: attributeTypes.string, s: ascii(value.text) };
}

/** Words of the format, which are ASCII. */
function ascii(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}
