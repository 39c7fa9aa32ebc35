/** Values of attributes that are more than a number or a word. */

/** Positions added (or cropped) before the first and after the last position of an axis. */
export interface Margins {
  readonly before: number;
  readonly after: number;
}

export type Initialisation =
  /** Normal with variance 2 / fan-in (He et al. 2015, eq. 10). */
  | { readonly kind: "he" }
  /** Uniform with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010, eq. 16). */
  | { readonly kind: "xavier" }
  | { readonly kind: "normal"; readonly deviation: number }
  | { readonly kind: "constant"; readonly value: number }
  /** Channel c to channel c, the separable triangle of bilinear interpolation (Long, Shelhamer & Darrell 2015, section 3.3). */
  | { readonly kind: "bilinear" }
  /**
   * One at the kernel's centre, from channel c to channel c (Yu & Koltun 2016, eq. 4). With `maps` = C the channels on both sides
   * are shared out among C maps, n in and m out for each, and every centre within a map is C / output channels = 1 / m (eq. 5):
   * the sum over a map's channels is kept. Every other weight is drawn from a normal with that deviation.
   */
  | { readonly kind: "identity"; readonly maps: number | undefined; readonly deviation: number };

/** Size symbols of one axis of an input: scale·symbol + shift; a constant when `symbol` is undefined. */
export interface InputDimension {
  readonly symbol: string | undefined;
  readonly scale: number;
  readonly shift: number;
}
