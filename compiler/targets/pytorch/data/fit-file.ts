/** `fit.py`: where the outputs of the network are on an image, at every size that it accepts. */
import { liesNowhere } from "../../../geometry/grid-within.ts";
import type { Rational } from "../../../geometry/rational.ts";
import type { Graph, InputNode } from "../../../network/graph.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { constantCells } from "../../../sizes/constant-cells.ts";
import { identifier } from "../names.ts";
import { fitText } from "./fit-text.ts";
import { type Code, call, python } from "./python-text.ts";

/** @param shrink pixels of an image, by as many, that become one of the inputs */
export function fitFile(graph: Graph, shrink: number): string {
  const [input] = graph.nodes.filter(isInput);
  if (input === undefined) throw new Error(`${graph.name} has no input`);
  const { name, size } = input.attributes;
  const [vertical, horizontal] = size;
  const symbols = size.map(({ symbol, scale, shift }) => (symbol === undefined ? undefined : [scale, shift]));
  const single = vertical.symbol !== undefined && vertical.symbol === horizontal.symbol;
  const patches = ([0, 1] as const).map((axis) =>
    graph.outputs.every(({ node }) => isPatched(graph, node, input, axis)),
  );
  const grids = graph.outputs.map(({ name: output, node }) => {
    const axes = ([0, 1] as const).map((axis) => gridCode(graph, node, input, axis));
    return `    ${python(identifier(output))}: ${python(axes)},\n`;
  });
  return `${fitText}

# The first input; all inputs have one size.
INPUT = ${python(identifier(name))}
# Pixels of an image, by as many, that become one of the inputs.
SHRINK = ${shrink}
# Whether height and width are the same symbol.
SQUARE = ${python(single)}
# Factor and summand that make pixels of the value of a size; None: one size.
SYMBOLS: Tuple[Optional[Tuple[int, int]], Optional[Tuple[int, int]]] = ${python(symbols)}
# Whether larger images are predicted in parts, side by side.
PATCHES = ${python(patches)}
# By output, along height and width.
GRIDS: Mapping[str, Tuple[Grid, Grid]] = {
${grids.join("")}}
`;
}

/** Whether an input of one size gives one position, or a feature map computed by fully connected layers. */
function isPatched(graph: Graph, output: number, { attributes }: InputNode, axis: 0 | 1): boolean {
  const { size, geometry } = inputAt(graph.nodes, output).map;
  return (
    attributes.size[axis].symbol === undefined &&
    (liesNowhere(geometry[axis]) || constantCells(size[axis]) === 1)
  );
}

function gridCode(graph: Graph, output: number, input: InputNode, axis: 0 | 1): Code {
  const { size, geometry } = inputAt(graph.nodes, output).map;
  const { prefix, cycle, rise } = size[axis];
  const cells = call("Size", [prefix, cycle, rise]);
  const along = geometry[axis];
  const grid = along.kind === "grid" ? along : along.grid;
  if (grid === undefined || isPatched(graph, output, input, axis)) return call("Grid", [cells]);
  return call("Grid", [cells, fraction(grid.stride), fraction(grid.offset)]);
}

function fraction({ numerator, denominator }: Rational): Code {
  return call("Fraction", denominator === 1 ? [numerator] : [numerator, denominator]);
}
