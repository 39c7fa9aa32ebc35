/** Every operation of the graph and every word of the language. A new one is a file beside this and a line here. */
import type { Attributes, OperationName } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import type { Word } from "./word.ts";

export const operations: { readonly [O in OperationName]: Operation<Attributes[O]> } = {} as never;

export const words: ReadonlyMap<string, Word> = new Map();
