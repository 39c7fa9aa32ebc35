/**
 * Where the positions of a feature map are on the input, and what they see of it, along one axis and exactly.
 *
 * Units are input pixels; pixel j is centred at j. Of a feature map made of several inputs they are those of the finest.
 */
import type { Rational } from "./rational.ts";

export type AxisGeometry = GridGeometry | WholeGeometry | SizedGeometry;

/** The pixels of an input along one axis: scale·n + shift of them, where n is its size symbol; scale 0: always `shift`. */
export interface InputScale {
  readonly scale: number;
  readonly shift: number;
}

/** Where positions are: position i is centred at stride·i + offset. */
export interface Grid {
  readonly stride: Rational;
  readonly offset: Rational;
  /** The input whose pixels are meant, by its size; left out: one of n pixels, n the size symbol. */
  readonly pixels?: InputScale;
}

/** A regular grid whose positions see a bounded part of the input. */
export interface GridGeometry extends Grid {
  readonly kind: "grid";
  /**
   * What the positions see, depending on their index modulo P, their phase. With P = fields.length, position q·P + r sees input
   * pixels fields[r].low + q·advance … fields[r].high + q·advance (inclusive, hull of holes, not clipped to the input);
   * `undefined` where a position sees nothing (a transposed convolution whose kernel is smaller than its stride).
   */
  readonly fields: readonly (Field | undefined)[];
  /** Input pixels from one period of phases to the next: stride · P, an integer. */
  readonly advance: number;
}

export interface Field {
  readonly low: number;
  readonly high: number;
}

/** Every position sees the whole input (global pooling). */
export interface WholeGeometry {
  readonly kind: "whole";
  /** Where the positions are; `undefined` for the one position of a global pool, which has no particular place. */
  readonly grid: Grid | undefined;
  /** Where there is no grid because it depends on the input's size: how. */
  readonly reason?: string;
}

/**
 * What the positions see depends on the input's size (align-corners resampling, resampling to another feature map), or is beyond
 * exact arithmetic. At one size it is known (`compiler/analyses/alignment/places-at.ts`).
 */
export interface SizedGeometry {
  readonly kind: "sized";
  /** Where the positions are, where that is the same at every size: a join has the grid of its first feature map. */
  readonly grid?: Grid;
  /** For a person: "the stride of upsample(align_corners) depends on the input's size". */
  readonly reason: string;
}
