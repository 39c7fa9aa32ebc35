/** A class of `model.py`: its layers, and how they are called. */
import type { Graph } from "../../../network/graph.ts";
import type { Names } from "../../structure/names.ts";
import type { BlockFunction } from "../../structure/statement.ts";
import { writeBlock } from "../../structure/write.ts";
import type { ClassLayout } from "./classes.ts";
import { syntaxOf } from "./syntax.ts";

export function blockText(
  graph: Graph,
  block: BlockFunction,
  classes: ReadonlyMap<BlockFunction, ClassLayout>,
  names: Names,
): string {
  const layout = classes.get(block);
  if (layout === undefined) throw new Error(`${block.name} has no layout`);
  const { parameters, body } = writeBlock(block, names, syntaxOf(graph, layout));
  const results = body.results.join(", ");
  const type = body.results.length === 1 ? "Tensor" : `Tuple[${body.results.map(() => "Tensor").join(", ")}]`;
  const last = body.lines.at(-1);
  const isDirect = body.results.length === 1 && results === "x" && last?.startsWith("x = ") === true;
  const lines = isDirect
    ? [...body.lines.slice(0, -1), `return ${last.slice("x = ".length)}`]
    : [...body.lines, `return ${results}`];
  return classText(
    block.name,
    layout,
    [`"""Block \`${block.block}\` of the program."""`],
    [
      "",
      `def forward(self, ${parameters.map((name) => `${name}: Tensor`).join(", ")}) -> ${type}:`,
      ...indented(lines),
    ],
    false,
  );
}

export function classText(
  name: string,
  { parameters, attributes }: ClassLayout,
  doc: readonly string[],
  methods: readonly string[],
  resets: boolean,
): string {
  const filed = attributes.filter(({ fileName }) => fileName !== undefined);
  const names =
    filed.length === 0
      ? []
      : [
          "",
          "# What the names of weights begin with in files, where it is not the attribute.",
          "file_names = {",
          ...filed.map((one) => `    "${one.name}": "${one.fileName}",`),
          "}",
        ];
  const given = parameters.map(({ name: parameter, type }) => `${parameter}: ${type}`);
  const firstNamed = parameters.findIndex(({ isPositional }) => !isPositional);
  const listed = firstNamed < 0 ? given : [...given.slice(0, firstNamed), "*", ...given.slice(firstNamed)];
  const assigned = attributes.flatMap((one) => [
    `    self.${one.name} = ${one.code}`,
    ...(one.isFrozen ? [`    self.${one.name}.requires_grad_(False)`] : []),
  ]);
  const made =
    attributes.length === 0
      ? []
      : [
          "",
          `def __init__(${["self", ...listed].join(", ")}) -> None:`,
          "    super().__init__()",
          ...assigned,
          ...(resets ? ["    self.reset_parameters()"] : []),
        ];
  return [`class ${name}(nn.Module):`, ...indented([...doc, ...names, ...made, ...methods])].join("\n");
}

export function indented(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split("\n")).map((line) => (line === "" ? "" : `    ${line}`));
}
