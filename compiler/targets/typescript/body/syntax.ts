/** Statements as TypeScript: calls of the row's expressions and of the blocks' functions. */
import type { BlockFunction, Call, Loop, Statement } from "../../structure/statement.ts";
import type { Syntax } from "../../structure/syntax.ts";
import { filledCode, inputHole, nameHole } from "../row.ts";
import { layoutOf, type Parameter } from "./parameters.ts";
import type { ModuleStructure } from "./structure.ts";

type Written = Pick<ModuleStructure, "layouts" | "expressions">;

/**
 * @param block whose function is written; `undefined`: `apply`. Where it has a prefix, the names of its weights begin with its
 * parameter `name`; else they are whole.
 */
export function syntaxOf(structure: Written, block?: BlockFunction): Syntax {
  const own = block && layoutOf(structure.layouts, block);
  return {
    assign: (code, isDeclared) => `${isDeclared ? "" : "let "}x = ${code};`,
    constant: (name, code) => `const ${name} = ${code};`,
    unpack: (names, code) => `const [${names.join(", ")}] = ${code};`,
    comment: (text) => `\n// ${text}`,
    list: (name, items) => `const ${name}: tf.Tensor4D[] = [${items.join(", ")}];`,
    append: (list, item) => `${list}.push(${item});`,
    element: (list, index) => `element(${list}, ${index})`,
    spread: (list) => `...${list}`,
    loop: (loop: Loop, body) => {
      const { variable, count } = loop;
      const end = own?.counts.get(loop) ?? count;
      return [`for (let ${variable} = 0; ${variable} < ${end}; ${variable} += 1) {`, ...body, "}"];
    },
    call: (call, inputs) => callCode(call, inputs, structure, block),
  };
}

function callCode(
  call: Call,
  inputs: readonly string[],
  { layouts, expressions }: Written,
  within?: BlockFunction,
): string {
  const { callee, name, node } = call;
  const weights = name === undefined ? undefined : nameCode(name, within?.prefix);
  const replaced = within && layoutOf(layouts, within).replaced.get(call);
  if ("block" in callee) {
    const { block } = callee;
    const given = [
      ...(readsPass(block) ? ["pass"] : []),
      ...inputs,
      ...(block.prefix !== undefined && weights !== undefined ? [weights] : []),
      ...settings(layoutOf(layouts, block).parameters, callee.statements, replaced),
    ];
    return `${block.name}(${given.join(", ")})`;
  }
  const expression = expressions.get(node.id);
  if (expression === undefined) throw new Error(`${node.name} has no expression`);
  const code = filledCode(expression, (place) => replaced?.get(place));
  const filled = inputs.reduce((text, input, i) => text.replaceAll(inputHole(i), input), code);
  return weights === undefined ? filled : filled.replaceAll(nameHole, weights);
}

/** What a call of a block's function gives by name, as an object; nothing where all is as usual. */
function settings(
  parameters: readonly Parameter[],
  statements: readonly Statement[],
  replaced: ReadonlyMap<number, string> | undefined,
): readonly string[] {
  const given = parameters.flatMap(({ name, usual, valueIn }, place) => {
    const value = replaced?.get(place) ?? valueIn(statements);
    if (value === usual) return [];
    return [value === name ? name : `${name}: ${value}`];
  });
  return given.length === 0 ? [] : [`{ ${given.join(", ")} }`];
}

/** Whether a function of a block needs the weights and the dropout masks. */
export function readsPass({ statements }: BlockFunction): boolean {
  return statements.some(readsThePass);
}

function readsThePass(statement: Statement): boolean {
  if (statement.kind === "loop") return statement.body.some(readsThePass);
  return "block" in statement.callee
    ? readsPass(statement.callee.block)
    : /\bpass\b/.test(statement.callee.code);
}

/** A name of weights as an expression: of the block's own `name`, of a loop's variable, or as it is. */
function nameCode(name: string, prefix: string | undefined): string {
  if (prefix === undefined) return name.includes("${") ? `\`${name}\`` : JSON.stringify(name);
  const rest = name.slice(prefix.length);
  return rest === "" ? "name" : `\`\${name}${rest}\``;
}
