/** Names visible at a place of the program: values (variables and feature maps) and, apart from them, blocks. */
import type { Block } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import type { MapValue, Poison, Value } from "./value.ts";

export interface Binding {
  readonly value: Value;
  readonly span: Span;
}

/** A block with the scope it was written in, where its body finds its names. */
export interface BlockBinding {
  readonly block: Block;
  readonly scope: Scope;
}

export class Scope {
  readonly parent: Scope | undefined;
  /** Where `as` binds: a file, a network, a block call or a named encoder; loops and branches pass it on. */
  readonly holdsMaps: boolean;
  readonly #values = new Map<string, Binding>();
  readonly #blocks = new Map<string, BlockBinding>();

  constructor(parent: Scope | undefined, holdsMaps: boolean) {
    this.parent = parent;
    this.holdsMaps = holdsMaps;
  }

  own(name: string): Binding | undefined {
    return this.#values.get(name);
  }

  ownNames(): Iterable<string> {
    return this.#values.keys();
  }

  lookup(name: string): Binding | undefined {
    return this.#values.get(name) ?? this.parent?.lookup(name);
  }

  bind(name: string, binding: Binding): void {
    this.#values.set(name, binding);
  }

  /** The scope in which `as` binds from here. */
  mapScope(): Scope {
    return this.holdsMaps || this.parent === undefined ? this : this.parent.mapScope();
  }

  /** Adds `name[index]`. The entry that was there before, if any, is returned and kept. */
  bindIndexed(name: string, index: number, value: MapValue | Poison, span: Span): Binding | undefined {
    const known = this.#values.get(name);
    if (known === undefined) {
      this.#values.set(name, { value: { kind: "family", name, entries: new Map([[index, value]]) }, span });
      return undefined;
    }
    if (known.value.kind !== "family" || known.value.entries.has(index)) return known;
    const entries = new Map(known.value.entries).set(index, value);
    this.#values.set(name, { value: { kind: "family", name, entries }, span: known.span });
    return undefined;
  }

  block(name: string): BlockBinding | undefined {
    return this.#blocks.get(name) ?? this.parent?.block(name);
  }

  ownBlock(name: string): BlockBinding | undefined {
    return this.#blocks.get(name);
  }

  bindBlock(name: string, binding: BlockBinding): void {
    this.#blocks.set(name, binding);
  }

  /** Every value name visible from here, nearest first. */
  *names(): Iterable<string> {
    yield* this.#values.keys();
    if (this.parent !== undefined) yield* this.parent.names();
  }

  *blockNames(): Iterable<string> {
    yield* this.#blocks.keys();
    if (this.parent !== undefined) yield* this.parent.blockNames();
  }

  /** Every feature map visible from here with its name. */
  *maps(): Iterable<readonly [name: string, map: MapValue]> {
    for (const [name, { value }] of this.#values) {
      if (value.kind === "map") {
        yield [name, value];
        if (value.members !== undefined)
          for (const inner of value.members.ownNames()) {
            const member = value.members.own(inner)?.value;
            if (member?.kind === "map") yield [`${name}.${inner}`, member];
          }
      } else if (value.kind === "family") {
        for (const [index, entry] of value.entries)
          if (entry.kind === "map") yield [`${name}[${index}]`, entry];
      }
    }
    if (this.parent !== undefined) yield* this.parent.maps();
  }
}
