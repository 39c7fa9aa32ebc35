/**
 * Where the cells of a feature map lie on the input, and what they see of it, along one axis and exactly.
 *
 * Units are input pixels; pixel j is centred at j.
 */
import type { Rational } from "./rational.ts";

export type AxisGeometry = GridGeometry | WholeGeometry | SizedGeometry;

/** A regular grid: cell i is centred at stride·i + offset. */
export interface GridGeometry {
  readonly kind: "grid";
  readonly stride: Rational;
  readonly offset: Rational;
  /**
   * What the cells see, by phase. With P = fields.length, cell q·P + r sees input pixels
   * fields[r].low + q·advance … fields[r].high + q·advance (inclusive, hull of holes, not clipped to the input);
   * `undefined` where a cell sees nothing (a transposed convolution whose kernel is smaller than its stride).
   */
  readonly fields: readonly (Field | undefined)[];
  /** Input pixels from one period of phases to the next: stride · P, an integer. */
  readonly advance: number;
}

export interface Field {
  readonly low: number;
  readonly high: number;
}

/** Every cell sees the whole input (global pooling), and the map is one cell that lies nowhere in particular. */
export interface WholeGeometry {
  readonly kind: "whole";
}

/** Stride or offset depend on the input's size (align-corners resampling, resampling to another map). */
export interface SizedGeometry {
  readonly kind: "sized";
  /** For a person: "the stride of upsample(align_corners) depends on the input's size". */
  readonly reason: string;
}
