/** `fit.py`: where the outputs of the network are on an image, at every size that it accepts. */
import { type PerAxis, perAxis } from "../../../axis.ts";
import type { AxisGeometry } from "../../../geometry/axis-geometry.ts";
import { liesNowhere } from "../../../geometry/grid-within.ts";
import { geometryIn } from "../../../geometry/input-scale.ts";
import type { Rational } from "../../../geometry/rational.ts";
import type { Graph } from "../../../network/graph.ts";
import { type Scene, scenePixels, wholePixels } from "../../../network/scene.ts";
import { inputAt } from "../../../ops/rules.ts";
import { constantCells } from "../../../sizes/constant-cells.ts";
import { identifier } from "../names.ts";
import { fitText } from "./fit-text.ts";
import { Code, call, dictionary, python } from "./python-text.ts";

/** @param image pixels of the data's images in one of the scene, along each axis */
export function fitFile(graph: Graph, scene: Scene, image: PerAxis<Rational>): string {
  const { size } = scene;
  const [vertical, horizontal] = size;
  const hasResized = [...scene.inputs.values()].some(({ kind }) => kind === "resized");
  const symbols = size.map(({ symbol, scale, shift }) => (symbol === undefined ? undefined : [scale, shift]));
  const single = vertical.symbol !== undefined && vertical.symbol === horizontal.symbol;
  // the parts of an image show no whole of it
  const patches = perAxis(
    (axis) => !hasResized && graph.outputs.every(({ node }) => isPatched(graph, node, scene, axis)),
  );
  const grids = graph.outputs.map(({ name: output, node }) => {
    const axes = perAxis((axis) => gridCode(graph, node, scene, axis));
    return `    ${python(identifier(output))}: ${python(axes)},\n`;
  });
  const pixels = [...scene.inputs].flatMap(([name, shown]) =>
    shown.kind === "pixels" ? [[identifier(name), ratio(shown.pixels)] as const] : [],
  );
  return `${fitText}

# The input whose pixels are those of the scene: no other has more of it.
INPUT = ${python(identifier(scene.finest))}
# Pixels of inputs for each of the scene; an input that is missing has one size.
PIXELS: Mapping[str, Ratio] = ${dictionary(pixels)}
# Pixels of the data's images for each of the scene.
SCALE: Ratio = ${ratio(image).text}
# Margins have multiples of so many pixels, which are whole pixels of every input.
MARGIN_STEPS = ${python(perAxis((axis) => wholePixels(scene, axis)))}
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
function isPatched(graph: Graph, output: number, scene: Scene, axis: 0 | 1): boolean {
  const { size, geometry } = inputAt(graph.nodes, output).map;
  return (
    scene.size[axis].symbol === undefined && (liesNowhere(geometry[axis]) || constantCells(size[axis]) === 1)
  );
}

function gridCode(graph: Graph, output: number, scene: Scene, axis: 0 | 1): Code {
  const { prefix, cycle, rise } = inputAt(graph.nodes, output).map.size[axis];
  const cells = call("Size", [prefix, cycle, rise]);
  const along = geometryInScene(graph, output, scene)[axis];
  const grid = along.kind === "grid" ? along : along.grid;
  if (grid === undefined || isPatched(graph, output, scene, axis)) return call("Grid", [cells]);
  return call("Grid", [cells, fraction(grid.stride), fraction(grid.offset)]);
}

/** Of a node, in pixels of the scene. */
export function geometryInScene(graph: Graph, node: number, scene: Scene): PerAxis<AxisGeometry> {
  const { geometry } = inputAt(graph.nodes, node).map;
  return perAxis((axis) => geometryIn(geometry[axis], scenePixels(scene, axis)));
}

/** As `fit.py` calls a ratio along both axes. */
export function ratio(pixels: PerAxis<Rational>): Code {
  const same = pixels.every(({ numerator, denominator }) => numerator === denominator);
  return same ? new Code("SAME") : new Code(python(pixels.map(fraction)));
}

function fraction({ numerator, denominator }: Rational): Code {
  return call("Fraction", denominator === 1 ? [numerator] : [numerator, denominator]);
}
