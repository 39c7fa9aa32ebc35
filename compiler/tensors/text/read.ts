/** A program from its printed form. */
import type { AttributeKind } from "../attribute-kinds.ts";
import type { PrimitiveAttributes, PrimitiveName } from "../primitives/attributes.ts";
import { isPrimitive, primitiveOf } from "../primitives/registry.ts";
import {
  type Feed,
  feedKinds,
  type Output,
  outputKinds,
  type Program,
  parts,
  type State,
  type Step,
  type StepOrigin,
  stateKinds,
  type Update,
} from "../program.ts";
import type { TensorType } from "../value.ts";

/** The text is no program. */
export class UnreadableProgram extends Error {
  override readonly name = "UnreadableProgram";
  /** From 1. */
  readonly line: number;
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

const quoted = String.raw`("(?:[^"\\]|\\.)*")`;
const headLine = new RegExp(`^program ${quoted}$`);
const sourceLine = new RegExp(String.raw`^(feed|state) (\w+) ${quoted} %(\d+) : (.+)$`);
const stepLine = /^((?:%\d+(?:, )?)+) = (\w+)\(([^)]*)\)(.*) : (\S+\[.*\]) @ (.+)$/;
const originText = new RegExp(String.raw`^(\w+)(?: (\d+))?(?: ${quoted})?$`);
const outputLine = new RegExp(String.raw`^output (\w+) ${quoted} %(\d+)$`);
const updateLine = new RegExp(String.raw`^update ${quoted} %(\d+)$`);

/**
 * Types are taken as they are written; the verifier compares them with the computed ones.
 * @throws UnreadableProgram
 */
export function readProgram(text: string): Program {
  const lines = text.split("\n");
  const name = headLine.exec(lines[0] ?? "")?.[1];
  if (name === undefined) throw new UnreadableProgram(1, 'a program begins with program "its name"');
  const reader = new Reader();
  for (const [i, line] of lines.entries()) if (i > 0 && line.trim() !== "") reader.read(line, i + 1);
  return reader.finish(unquoted(name, 1));
}

class Reader {
  readonly #values = new Map<number, TensorType>();
  readonly #feeds: Feed[] = [];
  readonly #state: State[] = [];
  readonly #steps: Step[] = [];
  readonly #outputs: Output[] = [];
  readonly #updates: Update[] = [];

  read(line: string, at: number): void {
    const [, source, sourceKind = "", sourceName = "", sourceId, sourceType = ""] =
      sourceLine.exec(line) ?? [];
    if (source !== undefined) {
      const value = Number(sourceId);
      this.#values.set(value, typeOf(sourceType, at));
      const name = unquoted(sourceName, at);
      if (source === "feed") this.#feeds.push({ kind: oneOf(feedKinds, sourceKind, at), name, value });
      else this.#state.push({ kind: oneOf(stateKinds, sourceKind, at), name, value });
      return;
    }
    const [, results = "", primitive, operands = "", attributes = "", types = "", origin = ""] =
      stepLine.exec(line) ?? [];
    if (primitive !== undefined) {
      if (!isPrimitive(primitive)) throw new UnreadableProgram(at, `there is no primitive "${primitive}"`);
      const ids = idsOf(results, at);
      const each = types.split(/(?<=\]), /).map((type) => typeOf(type, at));
      for (const [i, id] of ids.entries()) {
        const type = each[i];
        if (type === undefined || ids.length !== each.length)
          throw new UnreadableProgram(at, `${ids.length} results have ${each.length} types`);
        this.#values.set(id, type);
      }
      const step = {
        primitive,
        attributes: attributesOf(primitive, attributes, at),
        operands: operands === "" ? [] : idsOf(operands, at),
        results: ids,
        origin: originOf(origin, at),
      };
      this.#steps.push(step as Step); // the attributes are those of the primitive, as `attributesOf` has seen to it
      return;
    }
    const [, kind, outputName = "", output] = outputLine.exec(line) ?? [];
    if (kind !== undefined) {
      const name = unquoted(outputName, at);
      this.#outputs.push({ kind: oneOf(outputKinds, kind, at), name, value: Number(output) });
      return;
    }
    const [, state, update] = updateLine.exec(line) ?? [];
    if (state === undefined) throw new UnreadableProgram(at, `this is no line of a program: ${line}`);
    this.#updates.push({ state: unquoted(state, at), value: Number(update) });
  }

  finish(name: string): Program {
    const count = Math.max(-1, ...this.#values.keys()) + 1;
    const values = Array.from({ length: count }, (_, id): TensorType => {
      const type = this.#values.get(id);
      if (type === undefined) throw new UnreadableProgram(1, `nothing computes %${id}`);
      return type;
    });
    return {
      name,
      values,
      feeds: this.#feeds,
      state: this.#state,
      steps: this.#steps,
      outputs: this.#outputs,
      updates: this.#updates,
    };
  }
}

function unquoted(text: string, at: number): string {
  const value = parsed(text, at);
  if (typeof value !== "string") throw new UnreadableProgram(at, `${text} is no name`);
  return value;
}

function parsed(text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableProgram(at, `${text} cannot be read`);
  }
}

function oneOf<T extends string>(words: readonly T[], text: string, at: number): T {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new UnreadableProgram(at, `"${text}" is none of ${words.join(", ")}`);
  return found;
}

function typeOf(text: string, at: number): TensorType {
  const [, type, extents] = /^(float32|int32)\[((?:\d+(?:, )?)*)\]$/.exec(text) ?? [];
  if (extents === undefined) throw new UnreadableProgram(at, `"${text}" is no type`);
  const shape = extents === "" ? [] : extents.split(", ").map(Number);
  return { type: type === "int32" ? "int32" : "float32", shape };
}

function idsOf(text: string, at: number): readonly number[] {
  return text.split(", ").map((id) => {
    const [, digits] = /^%(\d+)$/.exec(id) ?? [];
    if (digits === undefined) throw new UnreadableProgram(at, `"${id}" is no value`);
    return Number(digits);
  });
}

function originOf(text: string, at: number): StepOrigin {
  const [, part, node, name] = originText.exec(text) ?? [];
  if (part === undefined) throw new UnreadableProgram(at, `"${text}" is no origin`);
  return {
    part: oneOf(parts, part, at),
    node: node === undefined ? undefined : Number(node),
    name: name === undefined ? undefined : unquoted(name, at),
    span: undefined,
  };
}

function attributesOf<P extends PrimitiveName>(
  primitive: P,
  text: string,
  at: number,
): PrimitiveAttributes[P] {
  const written = new Map(
    text
      .split(" ")
      .filter((part) => part !== "")
      .map((part) => {
        const equals = part.indexOf("=");
        return [part.slice(0, equals), parsed(part.slice(equals + 1), at)] as const;
      }),
  );
  // The kinds of a primitive are those of its own attributes; a record by name hides the pairing.
  const kinds = primitiveOf(primitive).attributes as Readonly<Record<string, AttributeKind<unknown>>>;
  for (const name of written.keys()) {
    if (!Object.hasOwn(kinds, name))
      throw new UnreadableProgram(at, `${primitive} has no attribute "${name}"`);
  }
  const values = Object.entries(kinds).map(([name, kind]) => {
    const value = written.has(name) ? kind.read(written.get(name)) : undefined;
    if (value === undefined) throw new UnreadableProgram(at, `${primitive} needs its attribute "${name}"`);
    return [name, value] as const;
  });
  return Object.fromEntries(values) as PrimitiveAttributes[P]; // every attribute was read by its own kind
}
