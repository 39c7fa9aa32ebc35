/** Building a program step by step. Types are derived; nothing is copied. */

import type { PrimitiveAttributes, PrimitiveName } from "./primitives/attributes.ts";
import { Calls } from "./primitives/calls.ts";
import { primitiveOf } from "./primitives/registry.ts";
import type {
  Feed,
  FeedKind,
  Output,
  OutputKind,
  Program,
  State,
  StateKind,
  Step,
  StepOf,
  StepOrigin,
  Update,
} from "./program.ts";
import { ShapeMistake, sameType, type TensorType, typeText, type Value } from "./value.ts";

export class ProgramBuilder extends Calls {
  readonly #name: string;
  readonly #values: TensorType[] = [];
  /** By kind and name, and by name. */
  readonly #feeds = new Map<string, Feed>();
  readonly #state = new Map<string, State>();
  readonly #steps: Step[] = [];
  readonly #outputs: Output[] = [];
  readonly #updates: Update[] = [];
  #origin: StepOrigin = { part: "forward", node: undefined, name: undefined, span: undefined };

  constructor(name: string) {
    super();
    this.#name = name;
  }

  /** The steps so far. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Steps appended from now on come from here. */
  at(origin: StepOrigin): void {
    this.#origin = origin;
  }

  value(id: number): Value {
    const type = this.#values[id];
    if (type === undefined) throw new Error(`the program has no value ${id}`);
    return { id, ...type };
  }

  /** The feed of that kind and name; made where there is none. @throws ShapeMistake where it has another type. */
  feed(kind: FeedKind, name: string, type: TensorType): Value {
    const key = `${kind} ${name}`;
    const known = this.#feeds.get(key);
    if (known !== undefined) return this.#known(key, known.value, type);
    const value = this.#make(type);
    this.#feeds.set(key, { kind, name, value: value.id });
    return value;
  }

  /** The state of that name, as it is before the run; made where there is none. @throws ShapeMistake where it has another type. */
  state(kind: StateKind, name: string, type: TensorType): Value {
    const known = this.#state.get(name);
    if (known !== undefined) return this.#known(name, known.value, type);
    const value = this.#make(type);
    this.#state.set(name, { kind, name, value: value.id });
    return value;
  }

  hasState(name: string): boolean {
    return this.#state.has(name);
  }

  #known(name: string, id: number, type: TensorType): Value {
    const value = this.value(id);
    if (!sameType(value, type))
      throw new ShapeMistake(`${name} is ${typeText(value)}, not ${typeText(type)}`);
    return value;
  }

  apply<P extends PrimitiveName>(
    primitive: P,
    operands: readonly Value[],
    attributes: PrimitiveAttributes[P],
  ): readonly Value[] {
    const types = primitiveOf(primitive).types(attributes, operands);
    const results = types.map((type) => this.#make(type));
    const step: StepOf<P> = {
      primitive,
      attributes,
      operands: operands.map(({ id }) => id),
      results: results.map(({ id }) => id),
      origin: this.#origin,
    };
    this.#steps.push(step as Step); // a StepOf of one name is a member of the union over the names
    return results;
  }

  output(kind: OutputKind, name: string, { id }: Value): void {
    this.#outputs.push({ kind, name, value: id });
  }

  /** What the state is after the run. */
  update(state: string, { id }: Value): void {
    this.#updates.push({ state, value: id });
  }

  finish(): Program {
    return {
      name: this.#name,
      values: [...this.#values],
      feeds: [...this.#feeds.values()],
      state: [...this.#state.values()],
      steps: [...this.#steps],
      outputs: [...this.#outputs],
      updates: [...this.#updates],
    };
  }

  #make({ type, shape }: TensorType): Value {
    this.#values.push({ type, shape });
    return { id: this.#values.length - 1, type, shape };
  }
}
