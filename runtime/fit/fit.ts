/**
 * Fits an image of any size to a network: the smallest accepted input around it whose outputs cover all of it. Of several inputs this is
 * the finest, whose pixels are those of the scene; the others follow from it (inputs-of-fit.ts).
 */

import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { AxisGeometry } from "../../compiler/geometry/axis-geometry.ts";
import { liesNowhere } from "../../compiler/geometry/grid-within.ts";
import { geometryIn } from "../../compiler/geometry/input-scale.ts";
import type { Graph, GraphOutput, InputNode } from "../../compiler/network/graph.ts";
import { isAccepted, nearestAccepted } from "../../compiler/network/nearest-accepted.ts";
import { type Scene, sceneOfGraph, scenePixels, wholePixels } from "../../compiler/network/scene.ts";
import { onePositionOf } from "../../compiler/network/single-answer.ts";
import { isInput } from "../../compiler/ops/input.ts";
import type { InputDimension } from "../../compiler/ops/operation.ts";
import { constantCells } from "../../compiler/sizes/constant-cells.ts";
import type { SizeFunction } from "../../compiler/sizes/size-function.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { UserError } from "../user-error.ts";
import { type AxisFit, type AxisGrid, placeImage } from "./fit-axis.ts";

export interface ImageFit {
  /** Pixels of the image: of the scene. */
  readonly image: PerAxis<number>;
  /** Its place in the padded input; `grids` follow the order of `graph.outputs`. */
  readonly axes: PerAxis<AxisFit>;
}

/**
 * The smallest accepted input in which an image of `image` = [height, width] pixels is covered by every output.
 *
 * A grid whose stride depends on the size (align-corners resampling) is assumed to be spread evenly over the whole input; so is what fully
 * connected layers make of an input of one size: a single answer is at its centre. A larger image becomes several patches then.
 * @param image of the finest input
 * @throws UserError when the inputs show no common scene, when no accepted size covers the image, or when an output is one answer for
 *   the whole image.
 */
export function fitImage(graph: Graph, image: PerAxis<number>): ImageFit {
  const scene = imageScene(graph);
  const dimensions = scene.size;
  const fitAt = (axis: 0 | 1, symbolValue: number) => fitAxis(graph, scene, axis, image[axis], symbolValue);
  const [vertical, horizontal] = dimensions;
  if (vertical.symbol !== undefined && vertical.symbol === horizontal.symbol) {
    for (const value of candidates(graph, vertical.symbol, Math.max(...image))) {
      const y = fitAt(0, value);
      const x = y && fitAt(1, value);
      if (y && x) return { image, axes: [y, x] };
    }
    throw doesNotFit(graph, image, 0, dimensions[0]);
  }
  return {
    image,
    axes: perAxis((axis) => {
      const { symbol } = dimensions[axis];
      const values = symbol === undefined ? [0] : candidates(graph, symbol, image[axis]);
      for (const value of values) {
        const fit = fitAt(axis, value);
        if (fit !== undefined) return fit;
      }
      throw doesNotFit(graph, image, axis, dimensions[axis]);
    }),
  };
}

/** The inputs, in the order of the program. @throws UserError when the network has none */
export function imageInputs(graph: Graph): readonly [InputNode, ...InputNode[]] {
  const nodes = graph.inputs.flatMap((id) => {
    const node = graph.nodes[id];
    return node !== undefined && isInput(node) ? [node] : [];
  });
  const [first, ...others] = nodes;
  if (first === undefined) throw new UserError(`${graph.name} has no input`);
  return [first, ...others];
}

/** What the inputs show. @throws UserError where the sizes of two are in no proportion, and neither is resized to one size */
export function imageScene(graph: Graph): Scene {
  const scene = sceneOfGraph(graph);
  if (!("kind" in scene)) return scene;
  throw new UserError(
    `the sizes of the inputs ${scene.first} and ${scene.other} of ${graph.name} have no fixed ratio, so they cannot show the same image`,
    `give both one symbol, as in [3, 2*H, 2*W] and [1, H, W], or ${scene.other} a fixed size, as in [3, 224, 224]`,
  );
}

/** The input whose pixels are those of the scene. @throws UserError as `imageScene` */
export function finestInput(graph: Graph): InputNode {
  const { finest } = imageScene(graph);
  const node = imageInputs(graph).find(({ attributes }) => attributes.name === finest);
  if (node === undefined) throw new Error(`${graph.name} has no input ${finest}`);
  return node;
}

/** Values of a size symbol, rising, that the network accepts. */
function* candidates(graph: Graph, symbol: string, image: number): Generator<number> {
  const accepted = graph.accepts.get(symbol);
  if (accepted === undefined) return;
  // What an output loses of its input is constant from cycle to cycle; the factors leave room for inputs given as parts
  // of a symbol (H/2) and for margins as large as several images.
  const most = 8 * image + accepted.prefix.length + 64 * accepted.cycle.length + 4096;
  for (let value = 0; value <= most; value++) if (isAccepted(accepted, value)) yield value;
}

function fitAxis(
  graph: Graph,
  scene: Scene,
  axis: 0 | 1,
  image: number,
  symbolValue: number,
): AxisFit | undefined {
  const dimension = scene.size[axis];
  const input =
    dimension.symbol === undefined ? dimension.shift : dimension.scale * symbolValue + dimension.shift;
  const patches = readsPatches(graph, axis, dimension) ? Math.ceil(image / input) : 1;
  if (!Number.isInteger(input) || patches * input < image) return undefined;
  if (patches > 1 && [...scene.inputs.values()].some(({ kind }) => kind === "resized")) return undefined;
  const grids = outputGrids(graph, axis, { scene, symbolValue, input });
  return (
    grids &&
    placeImage(
      image,
      patches * input,
      grids.map((grid) => ({ ...grid, cells: grid.cells * patches })),
      patches,
      wholePixels(scene, axis),
    )
  );
}

/** Of every output, in their order, at one size of the input; `undefined`: one has no position there. */
function outputGrids(
  graph: Graph,
  axis: 0 | 1,
  {
    scene,
    symbolValue,
    input,
  }: { readonly scene: Scene; readonly symbolValue: number; readonly input: number },
): readonly AxisGrid[] | undefined {
  const grids: AxisGrid[] = [];
  const dimension = scene.size[axis];
  const pixels = scenePixels(scene, axis);
  for (const output of graph.outputs) {
    const { size, geometry } = mapOf(graph, output);
    const cells = sizeAt(size[axis], symbolValue);
    if (cells === undefined || cells < 1) return undefined;
    grids.push(
      answersPatches(graph, output, axis, dimension)
        ? evenGrid(cells, input)
        : gridOf(graph, output, geometryIn(geometry[axis], pixels), cells, input),
    );
  }
  return grids;
}

/**
 * The grids of every output, in their order, for a finest input of [height, width] pixels; `undefined` along an axis where one has no position.
 * @throws UserError when an output is one answer for the whole image
 */
export function gridsOfInput(graph: Graph, size: PerAxis<number>): PerAxis<readonly AxisGrid[] | undefined> {
  const scene = imageScene(graph);
  return perAxis((axis) => {
    const [input, { scale, shift }] = [size[axis], scene.size[axis]];
    return outputGrids(graph, axis, { scene, symbolValue: (input - shift) / scale, input });
  });
}

/** Whether larger images are split along the axis: the outputs of patches, side by side, form a regular grid. */
function readsPatches(graph: Graph, axis: 0 | 1, dimension: InputDimension): boolean {
  return graph.outputs.every((output) => answersPatches(graph, output, axis, dimension));
}

/** Whether the input has one size, and the output is one position for all of it, or a feature map computed by fully connected layers. */
function answersPatches(graph: Graph, output: GraphOutput, axis: 0 | 1, { symbol }: InputDimension): boolean {
  const { size, geometry } = mapOf(graph, output);
  return symbol === undefined && (liesNowhere(geometry[axis]) || constantCells(size[axis]) === 1);
}

/** Over the whole input, with half-pixel centres. */
function evenGrid(cells: number, input: number): AxisGrid {
  return {
    cells,
    stride: { numerator: input, denominator: cells },
    offset: { numerator: input - cells, denominator: 2 * cells },
  };
}

function gridOf(
  graph: Graph,
  output: GraphOutput,
  geometry: AxisGeometry,
  cells: number,
  input: number,
): AxisGrid {
  switch (geometry.kind) {
    case "grid":
      return { cells, stride: geometry.stride, offset: geometry.offset };
    case "whole":
      if (geometry.grid !== undefined) return { cells, ...geometry.grid };
      // Beside outputs with positions, one value for the whole image is at its centre.
      if (geometry.reason !== undefined || graph.outputs.some((one) => onePositionOf(graph, one) !== "image"))
        return evenGrid(cells, input);
      throw new UserError(
        `output "${output.name}" of ${graph.name} is a single value for the whole image and has no position in it`,
        "end the network in a feature map: remove the global pooling, or upsample after it",
      );
    case "sized":
      return geometry.grid === undefined ? evenGrid(cells, input) : { cells, ...geometry.grid };
  }
}

function mapOf(
  graph: Graph,
  output: GraphOutput,
): { readonly size: PerAxis<SizeFunction>; readonly geometry: PerAxis<AxisGeometry> } {
  const node = graph.nodes[output.node];
  if (node === undefined) throw new Error(`output ${output.name} of ${graph.name} has no node`);
  return node.map;
}

function doesNotFit(graph: Graph, image: PerAxis<number>, axis: 0 | 1, dimension: InputDimension): UserError {
  const side = axis === 0 ? "height" : "width";
  const accepted = dimension.symbol === undefined ? undefined : graph.accepts.get(dimension.symbol);
  const below = accepted && nearestAccepted(accepted, image[axis]).below;
  const largest =
    dimension.symbol === undefined
      ? `its ${side} is ${dimension.shift}`
      : below === undefined
        ? `it accepts no ${dimension.symbol}`
        : `the nearest ${dimension.symbol} it accepts is ${below}`;
  return new UserError(
    `${graph.name} cannot take an image of ${image[0]}×${image[1]}: no accepted input covers its ${side} (${largest})`,
    "resize or crop the images, or change the network so that it accepts larger inputs",
  );
}
