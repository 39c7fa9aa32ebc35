/** Statements as Python: calls of the row's expressions and of the blocks' modules. */
import type { Graph } from "../../../network/graph.ts";
import type { Syntax } from "../../structure/syntax.ts";
import { inputHole, moduleHole } from "../row.ts";
import { type ClassLayout, writtenLayer } from "./classes.ts";

export function syntaxOf(graph: Graph, layout: ClassLayout): Syntax {
  return {
    assign: (code) => `x = ${code}`,
    constant: (name, code) => `${name} = ${code}`,
    unpack: (names, code) => `${names.join(", ")} = ${code}`,
    comment: (text) => `\n# ${text}`,
    list: (name, items) => `${name}: List[Tensor] = [${items.join(", ")}]`,
    append: (list, item) => `${list}.append(${item})`,
    element: (list, index) => `${list}[${index}]`,
    spread: (list) => `*${list}`,
    loop: ({ variable, count }, body) => [
      `for ${variable} in range(${count}):`,
      ...body.map((line) => `    ${line}`),
    ],
    call: (call, inputs) => {
      const called = layout.moduleOf(call);
      if ("block" in call.callee) return `${called}(${inputs.join(", ")})`;
      const { code } = writtenLayer(call.node, graph);
      const filled = inputs.reduce((text, input, i) => text.replaceAll(inputHole(i), input), code);
      return called === undefined ? filled : filled.replaceAll(moduleHole, called);
    },
  };
}
