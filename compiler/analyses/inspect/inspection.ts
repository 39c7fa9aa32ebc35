/**
 * The facts of a network as plain data: what `fcn inspect --json` prints.
 *
 * Given a size, heights, widths and MACs are numbers; without one, heights and widths are formulas of the
 * input's size symbols ("H - 184", a constant as "1") and MACs are null. A formula with very many cases is shortened;
 * the table beside it is exact, at a size too.
 */
import type { PerAxis } from "../../axis.ts";
import type { Exact } from "../../geometry/exact.ts";
import type { PeriodicTable } from "../../sizes/periodic-table.ts";

export interface Inspection {
  readonly network: string;
  /** Weights, biases, and normalisation scale and shift. */
  readonly parameters: number;
  /** Those of them that training changes. */
  readonly trainable: number;
  /** What each size symbol may be ("H"), in which the tables of sizes are written. */
  readonly acceptedSizes: Readonly<Record<string, AcceptedSizes>>;
  readonly inputs: readonly InspectedInput[];
  readonly outputs: readonly InspectedOutput[];
  /** Every operation in order, inputs left out. */
  readonly layers: readonly InspectedLayer[];
}

export interface InspectedInput {
  readonly name: string;
  readonly channels: number;
  readonly accepts: { readonly height: AcceptedSizes; readonly width: AcceptedSizes };
  readonly heightTable: PeriodicTable;
  readonly widthTable: PeriodicTable;
}

/** Sizes in pixels of this input, or of a size symbol: those ≥ `from` whose remainder by `period` is in `residues`, and those in `also`. */
export interface AcceptedSizes {
  /** `null`: only the sizes in `also`. */
  readonly period: number | null;
  readonly residues: readonly number[];
  readonly from: number;
  readonly also: readonly number[];
}

export interface InspectedOutput {
  readonly name: string;
  readonly channels: number;
  readonly height: Cells;
  readonly width: Cells;
  readonly heightTable: PeriodicTable;
  readonly widthTable: PeriodicTable;
}

export interface InspectedLayer {
  readonly name: string;
  readonly op: string;
  readonly channels: number;
  readonly height: Cells;
  readonly width: Cells;
  readonly heightTable: PeriodicTable;
  readonly widthTable: PeriodicTable;
  readonly parameters: number;
  /** For one image. */
  readonly macs: number | null;
  /** Input pixels, [y, x]; `null` where the feature map has no exact grid. With a size: as at that size. */
  readonly stride: PerAxis<Exact> | null;
  readonly offset: PerAxis<Exact> | null;
  /** Input pixels, [y, x]: the largest over phases, not clipped to the input; `null` where every position sees everything.
   * Where it depends on the size: `null`, and with a size what the positions see of that image.
   */
  readonly field: PerAxis<number> | null;
  /**
   * Positions cropped before the first, [y, x], where a skip or `crop to` crops; `null` for an axis whose crop depends on the
   * size.
   */
  readonly crop?: PerAxis<number | null>;
}

/** A height or width, or its formula. */
export type Cells = number | string;
