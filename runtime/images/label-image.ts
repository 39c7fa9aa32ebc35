/** A label image in memory, as its file stores it. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  /** "grey": levels as stored (a 1-bit file has 0 and 1). "palette": indices. "colour": 0xrrggbb. */
  readonly kind: "grey" | "palette" | "colour";
  /** [height, width]. */
  readonly values: Uint16Array | Int32Array;
  /** 0xrrggbb of every index, for kind "palette". */
  readonly palette: readonly number[] | undefined;
}

/** 0xrrggbb. */
export function packColour(red: number, green: number, blue: number): number {
  return (red << 16) | (green << 8) | blue;
}
