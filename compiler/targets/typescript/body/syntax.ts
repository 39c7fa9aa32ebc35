/** Statements as TypeScript: calls of the row's expressions and of the blocks' functions. */
import type { BlockFunction, Call, Statement } from "../../structure/statement.ts";
import type { Syntax } from "../../structure/write.ts";
import { inputHole, nameHole } from "../row.ts";

/** @param prefix what the names of weights begin with, which is the parameter `name`; `undefined`: names are whole */
export function syntaxOf(prefix: string | undefined): Syntax {
  return {
    assign: (code, isDeclared) => `${isDeclared ? "" : "let "}x = ${code};`,
    constant: (name, code) => `const ${name} = ${code};`,
    unpack: (names, code) => `const [${names.join(", ")}] = ${code};`,
    comment: (text) => `\n// ${text}`,
    emptyList: (name) => `const ${name}: tf.Tensor4D[] = [];`,
    append: (list, item) => `${list}.push(${item});`,
    element: (list, index) => `element(${list}, ${index})`,
    spread: (list) => `...${list}`,
    loop: (variable, count, body) => [
      `for (let ${variable} = 0; ${variable} < ${count}; ${variable} += 1) {`,
      ...body,
      "}",
    ],
    call: (call, inputs) => callCode(call, inputs, prefix),
  };
}

function callCode({ callee, name }: Call, inputs: readonly string[], prefix: string | undefined): string {
  const written = name === undefined ? undefined : nameCode(name, prefix);
  if ("block" in callee) {
    const { block } = callee;
    const given = [
      ...(readsPass(block) ? ["pass"] : []),
      ...inputs,
      ...(block.prefix !== undefined && written !== undefined ? [written] : []),
    ];
    return `${block.name}(${given.join(", ")})`;
  }
  const filled = inputs.reduce((code, input, i) => code.replaceAll(inputHole(i), input), callee.code);
  return written === undefined ? filled : filled.replaceAll(nameHole, written);
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
