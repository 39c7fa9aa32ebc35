/** Names in scope: values (variables and feature maps) and, separately, blocks. */
import type { Block } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import { type NameKind, NameRecord } from "./name-record.ts";
import type { FamilyEntry, MapValue, Poison, Value } from "./value.ts";

export interface Binding {
  readonly value: Value;
  /** Where it gets its value: for a parameter, the argument. */
  readonly span: Span;
  readonly kind: NameKind;
  /** The name in its definition. */
  readonly definition: Span;
}

/** A block with the scope of its definition, in which its body is evaluated. */
export interface BlockBinding {
  readonly kind: "block";
  readonly block: Block;
  readonly scope: Scope;
}

/** The block of a name, and where it was defined; poison: a block that could not be read or found. */
export interface BlockEntry {
  readonly value: BlockBinding | Poison;
  /** `undefined` when the name is in text that could not be read. */
  readonly span: Span | undefined;
}

export class Scope {
  readonly parent: Scope | undefined;
  /** Whether `as` binds here: true for a file, a network, a block call or a named encoder; loops and branches use their parent. */
  readonly holdsMaps: boolean;
  readonly record: NameRecord;
  readonly #values = new Map<string, Binding>();
  /** The mutable entries of the families among the values. */
  readonly #families = new Map<string, Map<string, FamilyEntry>>();
  readonly #blocks = new Map<string, BlockEntry>();
  readonly #refused = new Set<string>();

  /** @param record of a file's scope; others record in their parent's */
  constructor(parent: Scope | undefined, holdsMaps: boolean, record = parent?.record ?? new NameRecord()) {
    this.parent = parent;
    this.holdsMaps = holdsMaps;
    this.record = record;
  }

  own(name: string): Binding | undefined {
    return this.#values.get(name);
  }

  ownNames(): Iterable<string> {
    return this.#values.keys();
  }

  /** @param at where the name is used; an entry of a family is recorded once its index is known */
  lookup(name: string, at?: Span): Binding | undefined {
    const found = this.#values.get(name) ?? this.parent?.lookup(name);
    if (at !== undefined && found !== undefined && found.value.kind !== "family")
      this.record.refer(at, found.definition);
    return found;
  }

  bind(name: string, binding: Binding): void {
    this.#values.set(name, binding);
    this.record.define(name, binding.kind, binding.definition);
  }

  /** The scope in which `as` binds. */
  mapScope(): Scope {
    return this.holdsMaps || this.parent === undefined ? this : this.parent.mapScope();
  }

  /**
   * Adds `name[index]`; `false` when it is already bound, or when `name` is bound to something else.
   * @param renewed an entry that is bound already is replaced
   */
  bindIndexed(name: string, index: string, entry: FamilyEntry, renewed: boolean): boolean {
    const { span, definition } = entry;
    const known = this.#values.get(name);
    if (known === undefined) {
      const entries = new Map<string, FamilyEntry>();
      this.#families.set(name, entries);
      const value = { kind: "family", name, entries } as const;
      this.#values.set(name, { value, span, definition, kind: "feature map" });
    }
    const entries =
      known === undefined || known.value.kind === "family" ? this.#families.get(name) : undefined;
    if (entries === undefined || (entries.has(index) && !renewed)) return false;
    entries.set(index, entry);
    this.record.define(name, "feature map", definition);
    return true;
  }

  /** @param at where the block is called */
  block(name: string, at?: Span): BlockBinding | Poison | undefined {
    const found = this.#blocks.get(name)?.value ?? this.parent?.block(name);
    if (at !== undefined && found?.kind === "block") this.record.refer(at, found.block.name.span);
    return found;
  }

  ownBlock(name: string): BlockEntry | undefined {
    return this.#blocks.get(name);
  }

  bindBlock(name: string, value: BlockBinding | Poison, span: Span | undefined): void {
    this.#blocks.set(name, { value, span });
    if (value.kind !== "block") return;
    this.record.define(value.block.name.text, "block", value.block.name.span);
    if (span !== undefined) this.record.refer(span, value.block.name.span);
  }

  /** Marks a block with the name of an operation: a call of that name is ambiguous here. */
  refuseBlock(name: string): void {
    this.#refused.add(name);
  }

  isRefusedBlock(name: string): boolean {
    return this.#refused.has(name) || this.parent?.isRefusedBlock(name) === true;
  }

  /** Every value name in scope, innermost first. */
  *names(): Iterable<string> {
    yield* this.#values.keys();
    if (this.parent !== undefined) yield* this.parent.names();
  }

  *blockNames(): Iterable<string> {
    for (const [name, { span }] of this.#blocks) if (span !== undefined) yield name;
    if (this.parent !== undefined) yield* this.parent.blockNames();
  }

  /** Every feature map in scope with its name, including members of encoders and blocks. */
  *maps(): Iterable<readonly [name: string, map: MapValue]> {
    for (const [name, { value }] of this.#values) yield* mapsOf(name, value);
    if (this.parent !== undefined) yield* this.parent.maps();
  }
}

function* mapsOf(name: string, value: Value): Iterable<readonly [name: string, map: MapValue]> {
  if (value.kind === "map") {
    yield [name, value];
    for (const inner of value.members?.ownNames() ?? []) {
      const member = value.members?.own(inner)?.value;
      if (member !== undefined) yield* mapsOf(`${name}.${inner}`, member);
    }
  } else if (value.kind === "family") {
    for (const [index, entry] of value.entries) yield* mapsOf(`${name}[${index}]`, entry.value);
  }
}
