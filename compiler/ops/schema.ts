/** The attributes of an operation as a schema: printing, reading and comparison of nodes derive from it. */
import type { Notation } from "./notation.ts";

export interface Attribute<T> extends Notation<T> {
  /** It says how the weights begin and whether training changes them, and nothing of what is computed from them. */
  readonly policy?: true;
}

export type Schema<A> = { readonly [K in keyof A]-?: Attribute<A[K]> };

export function policy<T>(notation: Notation<T>): Attribute<T> {
  return { ...notation, policy: true };
}

/** An attribute as it is printed. */
export interface Written {
  readonly name: string;
  readonly text: string;
  readonly policy: boolean;
}

/** In the order of the schema. */
export function writeAttributes<A>(schema: Schema<A>, attributes: A): readonly Written[] {
  return entriesOf(schema).map(([name, notation]) => ({
    name,
    text: notation.write(attributes[name]),
    policy: notation.policy === true,
  }));
}

/** Whether both compute the same from the same weights; how these begin and are trained may differ. */
export function sameMeaning<A>(schema: Schema<A>, first: A, second: A): boolean {
  return entriesOf(schema).every(
    ([name, notation]) =>
      notation.policy === true || notation.write(first[name]) === notation.write(second[name]),
  );
}

/**
 * The attributes from their texts by name, or a sentence that says what is wrong.
 * @param operation its name, for that sentence
 */
export function readAttributes<A>(
  operation: string,
  schema: Schema<A>,
  texts: ReadonlyMap<string, string>,
): A | string {
  const attributes: Record<string, unknown> = {};
  for (const [name, notation] of entriesOf(schema)) {
    const text = texts.get(name);
    if (text === undefined) return `${operation} needs the attribute "${name}"`;
    const value = notation.read(text);
    if (value === undefined) return `${name}=${text} is not a value of that attribute`;
    attributes[name] = value;
  }
  return attributes as A; // the schema is total over A
}

function entriesOf<A>(schema: Schema<A>): readonly (readonly [keyof A & string, Attribute<A[keyof A]>])[] {
  // A record's own keys are those of its type, each with the notation of its own values.
  return Object.entries(schema) as unknown as readonly (readonly [keyof A & string, Attribute<A[keyof A]>])[];
}
