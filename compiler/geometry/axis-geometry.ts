/**
 * Where the cells of a feature map lie on the input, and what they see of it, along one axis and exactly.
 *
 * Units are input pixels; pixel j is centred at j. Of a map made of several inputs they are those of the finest.
 */
import type { Rational } from "./rational.ts";

export type AxisGeometry = GridGeometry | WholeGeometry | SizedGeometry;

/** The pixels of an input along one axis: scale·n + shift of them, where n is its size symbol; scale 0: always `shift`. */
export interface InputScale {
  readonly scale: number;
  readonly shift: number;
}

/** Where cells lie: cell i is centred at stride·i + offset. */
export interface Grid {
  readonly stride: Rational;
  readonly offset: Rational;
  /** The input whose pixels are meant, by its size; left out: one of n pixels, n the size symbol. */
  readonly pixels?: InputScale;
}

/** A regular grid whose cells see a bounded part of the input. */
export interface GridGeometry extends Grid {
  readonly kind: "grid";
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

/** Every cell sees the whole input (global pooling). */
export interface WholeGeometry {
  readonly kind: "whole";
  /** Where the cells lie; `undefined` for the one cell of a global pool, which lies nowhere in particular. */
  readonly grid: Grid | undefined;
  /** Where there is no grid because it depends on the input's size: how. */
  readonly reason?: string;
}

/**
 * What the cells see depends on the input's size (align-corners resampling, resampling to another map), or is beyond exact
 * arithmetic. At one size it is known (`compiler/explain/places-at.ts`).
 */
export interface SizedGeometry {
  readonly kind: "sized";
  /** Where the cells lie, where that is the same at every size: a join lies where its first map lies. */
  readonly grid?: Grid;
  /** For a person: "the stride of upsample(align_corners) depends on the input's size". */
  readonly reason: string;
}
