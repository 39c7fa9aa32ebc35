/** Steps that are added to a program, each after it was made simpler: folded, rewritten, or found to be there already. */
import type { ProgramBuilder } from "../../build.ts";
import type { PrimitiveAttributes, PrimitiveName } from "../../primitives/attributes.ts";
import { Calls } from "../../primitives/calls.ts";
import { primitiveOf } from "../../primitives/registry.ts";
import type { Step, StepOf } from "../../program.ts";
import { attributeTexts } from "../../text/print.ts";
import { elementCount, type Value } from "../../value.ts";
import { rewrite } from "./rules.ts";

/** Elements of a constant that is written instead of the step that computes it; of equal elements one is written. */
const mostWritten = 4096;
/** Elements up to which a step on constants is computed at all. */
const mostFolded = 1 << 20;

export class Simplifier extends Calls {
  readonly #build: ProgramBuilder;
  /** The results of every step, by what it computes from what. */
  readonly #known = new Map<string, readonly Value[]>();
  readonly #definitions = new Map<number, Step>();

  constructor(build: ProgramBuilder) {
    super();
    this.#build = build;
  }

  /** The step that computes a value; `undefined`: it is a feed or state. */
  definition({ id }: Value): Step | undefined {
    return this.#definitions.get(id);
  }

  value(id: number): Value {
    return this.#build.value(id);
  }

  /** The one number that all elements of a constant are. */
  number(value: Value): number | undefined {
    const step = this.definition(value);
    if (step?.primitive !== "constant") return undefined;
    const [first, ...more] = step.attributes.values;
    return more.length === 0 ? first : undefined;
  }

  apply<P extends PrimitiveName>(
    primitive: P,
    operands: readonly Value[],
    attributes: PrimitiveAttributes[P],
  ): readonly Value[] {
    const call = { primitive, operands, attributes };
    const folded = this.#folded(call);
    if (folded !== undefined) return folded;
    const rewritten = rewrite(this, call);
    if (rewritten !== undefined) return [rewritten];
    const key = [primitive, ...operands.map(({ id }) => id), ...attributeTexts(stepLike(call))].join(" ");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const results = this.#build.apply(primitive, operands, attributes);
    this.#known.set(key, results);
    const step = this.#build.steps.at(-1);
    if (step !== undefined) for (const { id } of results) this.#definitions.set(id, step);
    return results;
  }

  /** The results as constants, where all operands are. */
  #folded<P extends PrimitiveName>({
    primitive,
    operands,
    attributes,
  }: Call<P>): readonly Value[] | undefined {
    const constants = operands.map((operand) => this.definition(operand));
    if (constants.length === 0 || constants.some((step) => step?.primitive !== "constant")) return undefined;
    const types = primitiveOf(primitive).types(attributes, operands);
    const counts = [...operands, ...types].map(({ shape }) => elementCount(shape));
    if (counts.some((count) => count > mostFolded)) return undefined;
    const tensors = operands.flatMap((operand, i) => {
      const step = constants[i];
      if (step?.primitive !== "constant") return [];
      const { type, shape } = operand;
      const [data] = primitiveOf("constant").evaluate({
        attributes: step.attributes,
        operands: [],
        results: [operand],
      });
      return data === undefined ? [] : [{ type, shape, data }];
    });
    const results = primitiveOf(primitive).evaluate({ attributes, operands: tensors, results: types });
    const written = results.map((data) => {
      const [first = 0] = data;
      return data.every((value) => Object.is(value, first)) ? [first] : [...data];
    });
    if (written.some(({ length }) => length > mostWritten)) return undefined;
    return types.map(({ type, shape }, i) => this.constant(written[i] ?? [], shape, type));
  }
}

export interface Call<P extends PrimitiveName = PrimitiveName> {
  readonly primitive: P;
  readonly operands: readonly Value[];
  readonly attributes: PrimitiveAttributes[P];
}

function stepLike<P extends PrimitiveName>({ primitive, attributes }: Call<P>) {
  const step: Pick<StepOf<P>, "primitive" | "attributes"> = { primitive, attributes };
  return step as Pick<Step, "primitive" | "attributes">; // a StepOf of one name is a member of the union over the names
}
