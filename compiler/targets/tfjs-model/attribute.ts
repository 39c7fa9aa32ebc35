/** Attributes of a node of a TensorFlow graph, in the JSON form of its protocol buffers. Integers are strings there. */

export type Attribute =
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: string }
  | { readonly type: DataType }
  | { readonly shape: Shape }
  | { readonly list: { readonly i?: readonly string[]; readonly s?: readonly string[] } };

export type Attributes = Readonly<Record<string, Attribute>>;

export type DataType = "DT_FLOAT" | "DT_INT32";

export interface Shape {
  /** -1: known when the model runs. */
  readonly dim: readonly { readonly size: string }[];
}

export const int = (value: number): Attribute => ({ i: String(value) });
export const float = (value: number): Attribute => ({ f: value });
export const bool = (value: boolean): Attribute => ({ b: value });
export const text = (value: string): Attribute => ({ s: base64(value) });
export const type = (value: DataType): Attribute => ({ type: value });
export const ints = (values: readonly number[]): Attribute => ({ list: { i: values.map(String) } });
export const texts = (values: readonly string[]): Attribute => ({ list: { s: values.map(base64) } });

export function shapeOf(extents: readonly number[]): Shape {
  return { dim: extents.map((size) => ({ size: String(size) })) };
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Of a word in ASCII. */
function base64(word: string): string {
  const groups = word.match(/.{1,3}/g) ?? [];
  return groups
    .map((group) => {
      const bits = [0, 1, 2].reduce((sum, i) => sum * 256 + (group.charCodeAt(i) || 0), 0);
      const letters = [18, 12, 6, 0].map((shift) => digits[(bits >> shift) & 63] ?? "");
      return letters.map((letter, i) => (i > group.length ? "=" : letter)).join("");
    })
    .join("");
}
