/**
 * A program as flat text, one step a line: for reading, comparing and reading back.
 *
 *     program "Edges"
 *     feed input "image" %0 : float32[1, 1, 8, 8]
 *     state weight "conv1.weight" %1 : float32[2, 1, 3, 3]
 *     %2 = conv(%0, %1) stride=[1,1] dilation=[1,1] before=[1,1] after=[1,1] groups=1 : float32[1, 2, 8, 8] @ forward 1 "conv1"
 *     output map "edges" %2
 *
 * What follows the colon is computed from the operands; what follows the @ is where the step comes from: the part of a training
 * step, the node's number and its name.
 */
import type { AttributeKind } from "../attribute-kinds.ts";
import { primitiveOf } from "../primitives/registry.ts";
import type { Program, Step, StepOrigin } from "../program.ts";
import { type TensorType, typeText } from "../value.ts";

/** Ends in a line break. Spans are left out: they are about the source, not the program. */
export function printProgram(program: Program): string {
  const { name, feeds, state, steps, outputs, updates } = program;
  const type = (id: number): string => textOf(program.values[id]);
  const lines = [
    `program ${JSON.stringify(name)}`,
    ...feeds.map(
      (feed) => `feed ${feed.kind} ${JSON.stringify(feed.name)} %${feed.value} : ${type(feed.value)}`,
    ),
    ...state.map((one) => `state ${one.kind} ${JSON.stringify(one.name)} %${one.value} : ${type(one.value)}`),
    ...steps.map((step) => printStep(step, type)),
    ...outputs.map((output) => `output ${output.kind} ${JSON.stringify(output.name)} %${output.value}`),
    ...updates.map((update) => `update ${JSON.stringify(update.state)} %${update.value}`),
  ];
  return `${lines.join("\n")}\n`;
}

function textOf(type: TensorType | undefined): string {
  return type === undefined ? "?" : typeText(type);
}

function printStep(step: Step, type: (id: number) => string): string {
  const results = step.results.map((id) => `%${id}`).join(", ");
  const operands = step.operands.map((id) => `%${id}`).join(", ");
  const attributes = attributeTexts(step)
    .map((text) => ` ${text}`)
    .join("");
  const types = step.results.map(type).join(", ");
  return `${results} = ${step.primitive}(${operands})${attributes} : ${types}${originText(step.origin)}`;
}

/** `stride=[1,1]`, without spaces within. */
export function attributeTexts(step: Pick<Step, "primitive" | "attributes">): readonly string[] {
  // Each primitive's kinds are those of its own attributes; the union of both hides the pairing.
  const kinds = primitiveOf(step.primitive).attributes as Readonly<Record<string, AttributeKind<unknown>>>;
  const values = step.attributes as Readonly<Record<string, unknown>>; // attributes are records of plain values
  return Object.entries(kinds).map(([name, kind]) => `${name}=${JSON.stringify(kind.write(values[name]))}`);
}

function originText({ part, node, name }: StepOrigin): string {
  const number = node === undefined ? "" : ` ${node}`;
  return ` @ ${part}${number}${name === undefined ? "" : ` ${JSON.stringify(name)}`}`;
}
