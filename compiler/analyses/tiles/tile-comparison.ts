/**
 * Which positions of the feature maps of a tile hold what the same positions of the whole image's hold, along one axis.
 *
 * A position does if it reads, at the tile, the same positions with the same weights as at the whole image, and each of them does
 * or is outside the whole feature map, where both read padding. So nothing is assumed about borders, crops or resampling: both are
 * compared at their concrete sizes.
 */
import type { Grid } from "../../geometry/axis-geometry.ts";
import { equals, type Rational } from "../../geometry/rational.ts";
import type { SparseMatrix } from "../../geometry/sparse-matrix.ts";
import type { GraphNode } from "../../network/graph.ts";
import { sameInEveryTile } from "../../network/scene.ts";
import { axisPositions, type ShapedGraph } from "../../network/shape-graph.ts";
import { isInput } from "../../ops/input.ts";
import type { AxisPositions, Reads } from "../../ops/reads.ts";
import { operationOf } from "../../ops/registry.ts";
import { sceneGrids } from "./scene-grids.ts";

/** An operation along one axis, at the whole image and at a tile. */
interface ComparedNode {
  readonly node: GraphNode;
  /** Pixels from one position to the next; `undefined`: they have no grid, or another one in the tile. */
  readonly stride: Rational | undefined;
  readonly inWhole: AxisPositions;
  readonly inTile: AxisPositions;
  readonly readsOfWhole: readonly Reads[];
  readonly readsOfTile: readonly Reads[];
  readonly matrices: Matrices;
}

/** Tiles of one size in a whole image, along one axis. */
export class TileComparison {
  readonly #nodes: readonly ComparedNode[];
  readonly #same: readonly boolean[];

  /** @param tile the same graph at the size of the tile */
  constructor(whole: ShapedGraph, tile: ShapedGraph, axis: 0 | 1) {
    const [grids, own] = [sceneGrids(whole, axis), sceneGrids(tile, axis)];
    this.#same = sameInEveryTile(whole.graph);
    this.#nodes = whole.graph.nodes.map((node): ComparedNode => {
      const inWhole = axisPositions(whole.shapes, node, axis);
      const inTile = axisPositions(tile.shapes, node, axis);
      const { reads, matrix } = operationOf(node);
      return {
        node,
        stride: common(grids[node.id], own[node.id]),
        inWhole,
        inTile,
        readsOfWhole: reads(node.attributes, inWhole),
        readsOfTile: reads(node.attributes, inTile),
        matrices: [matrix?.(node.attributes, inWhole), matrix?.(node.attributes, inTile)],
      };
    });
  }

  /** Positions of a whole feature map before the tile's first; `undefined`: the tile begins between two, or has other ones. */
  shift(node: number, origin: number): number | undefined {
    if (this.#same[node] === true) return 0;
    const stride = this.#nodes[node]?.stride;
    if (origin === 0 || stride === undefined) return origin === 0 ? 0 : undefined;
    const positions = (origin * stride.denominator) / stride.numerator;
    return Number.isInteger(positions) ? positions : undefined;
  }

  /** Why a node may have no exact position: its own reason, if it has one. */
  cause(node: number): "whole" | "size" | "reach" {
    const compared = this.#nodes[node];
    if (compared?.readsOfWhole.includes("all")) return "whole";
    const sized = compared?.node.map.geometry.some(({ kind }) => kind === "sized");
    return sized === true || compared?.stride === undefined ? "size" : "reach";
  }

  /**
   * By node number: for every position of the tile's feature map, 1 where it is exact.
   * @param origin the pixel of the whole input at which the tile begins
   */
  at(origin: number): readonly Uint8Array[] {
    const exact: Uint8Array[] = [];
    const shifts: (number | undefined)[] = [];
    for (const compared of this.#nodes) {
      const { node, inWhole, inTile } = compared;
      const shift = this.shift(node.id, origin);
      shifts.push(shift);
      if (isInput(node)) exact.push(new Uint8Array(inTile.output).fill(1));
      else if (shift === undefined) exact.push(new Uint8Array(inTile.output));
      else {
        const inputs = node.inputs.map((id, place) => ({
          exact: exact[id] ?? new Uint8Array(),
          shift: shifts[id],
          whole: inWhole.inputs[place] ?? 0,
        }));
        exact.push(exactOf(compared, shift, inputs));
      }
    }
    return exact;
  }
}

function common(first: Grid | undefined, second: Grid | undefined): Rational | undefined {
  return first !== undefined && second !== undefined && equals(first.stride, second.stride)
    ? first.stride
    : undefined;
}

interface InputPlace {
  readonly exact: Uint8Array;
  readonly shift: number | undefined;
  /** Positions of the whole feature map. */
  readonly whole: number;
}

function exactOf(compared: ComparedNode, shift: number, inputs: readonly InputPlace[]): Uint8Array {
  const { inTile, readsOfWhole, readsOfTile, matrices } = compared;
  const result = new Uint8Array(inTile.output);
  for (let position = 0; position < result.length; position++) {
    const there = position + shift;
    const same =
      sameWeights(matrices, there, position) &&
      inputs.every((input, place) =>
        sameReads(readsOfWhole[place], readsOfTile[place], { there, position, input }),
      );
    result[position] = same ? 1 : 0;
  }
  return result;
}

interface PositionRead {
  /** The position in the whole feature map, and in the tile's. */
  readonly there: number;
  readonly position: number;
  readonly input: InputPlace;
}

function sameReads(ofWhole: Reads, ofTile: Reads, { there, position, input }: PositionRead): boolean {
  const { exact, shift, whole } = input;
  if (ofWhole === undefined && ofTile === undefined) return true; // only the size, which the rest of the comparison has
  if (typeof ofWhole !== "function" || typeof ofTile !== "function")
    return exact.length === whole && exact.every((one) => one === 1);
  if (shift === undefined) return false;
  const [wanted, found] = [ofWhole(there), ofTile(position)];
  if (wanted.count === 0 && found.count === 0) return true;
  if (wanted.first !== found.first + shift || wanted.count !== found.count) return false;
  if (wanted.count > 1 && wanted.spacing !== found.spacing) return false;
  for (let k = 0; k < wanted.count; k++) {
    const read = wanted.first + k * wanted.spacing;
    if (read >= 0 && read < whole && exact[read - shift] !== 1) return false;
  }
  return true;
}

type Matrices = readonly [whole: SparseMatrix | undefined, tile: SparseMatrix | undefined];

/** The weights of two rows; their columns are among what is read. */
function sameWeights([whole, tile]: Matrices, there: number, position: number): boolean {
  if (whole === undefined || tile === undefined) return whole === tile;
  const [start = 0, end = 0] = [whole.starts[there], whole.starts[there + 1]];
  const [from = 0, to = 0] = [tile.starts[position], tile.starts[position + 1]];
  if (end - start !== to - from) return false;
  for (let k = 0; k < end - start; k++) if (whole.weights[start + k] !== tile.weights[from + k]) return false;
  return true;
}
