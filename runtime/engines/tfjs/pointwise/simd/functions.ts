/** Functions of single elements as instructions on four numbers, and on one. */
import type { PointwiseName, PointwiseStep } from "../functions.ts";
import type { FunctionBody, Opcode } from "./web-assembly.ts";

export type Width = "f32x4" | "f32";

/** Puts an operand on the stack. */
export type Push = () => void;

/** Puts the result on the stack. */
type Instructions = (
  body: FunctionBody,
  width: Width,
  step: PointwiseStep,
  operands: readonly Push[],
) => void;

const relations = { equal: "eq", less: "lt", greater: "gt" } as const;

const simple = (
  name: "neg" | "abs" | "floor" | "sqrt" | "add" | "sub" | "mul" | "div" | "max" | "min",
): Instructions => {
  return (body, width, _, operands) => {
    for (const push of operands) push();
    body.do(`${width}.${name}` satisfies Opcode);
  };
};

const itself: Instructions = (_body, _width, _step, [push]) => push?.();

/** What is left out has no instruction, such as the exponential. A comparison is 1 or 0. */
export const instructions: { readonly [P in PointwiseName]?: Instructions } = {
  negate: simple("neg"),
  sqrt: simple("sqrt"),
  abs: simple("abs"),
  floor: simple("floor"),
  add: simple("add"),
  subtract: simple("sub"),
  multiply: simple("mul"),
  divide: simple("div"),
  maximum: simple("max"),
  minimum: simple("min"),
  broadcast: itself,
  convert: itself,
  compare: (body, width, step, operands) => {
    if (step.primitive !== "compare") throw new Error(`${step.primitive} is no comparison`);
    for (const push of operands) push();
    body.do(`${width}.${relations[step.attributes.relation]}` satisfies Opcode);
    if (width === "f32") body.do("f32.convert_i32_s");
    else body.float(1).do("f32x4.splat", "v128.and");
  },
  select: (body, width, _, [condition, chosen, other]) => {
    chosen?.();
    other?.();
    condition?.();
    if (width === "f32") body.float(0).do("f32.ne", "select");
    else body.zero().do("f32x4.ne", "v128.bitselect");
  },
};

/** Whether loops of four numbers have it. */
export function hasInstructions(step: PointwiseStep): boolean {
  if (step.primitive === "convert") return step.attributes.type === "float32";
  return instructions[step.primitive] !== undefined;
}
