/** Windows of fixed size that slide over a feature map, and how operations change in a section with `dilated to`. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { Margins } from "./attribute-values.ts";

export interface Window {
  readonly kernel: PerAxis<number>;
  readonly stride: PerAxis<number>;
  readonly dilation: PerAxis<number>;
  readonly padding: PerAxis<Margins>;
}

export interface Windowed<A> {
  readonly of: (attributes: A) => Window;
  /** The same operation with another kernel and padding. */
  readonly with: (attributes: A, kernel: PerAxis<number>, padding: PerAxis<Margins>) => A;
  /** Windows of the result instead, each over the positions that one position of the input contributes to; the padding is cropped. */
  readonly transposed: boolean;
}

/** Neighbouring positions of the undilated network are `spread` positions apart. */
export type Spread = PerAxis<number>;

export type Dilated<A> =
  /** Strides past the limit become dilations of what follows; `strides` remain. */
  | {
      readonly kind: "window";
      readonly at: (attributes: A, strides: PerAxis<number>, spread: Spread) => A;
    }
  /** The result is spread as the input is. `undefined`: impossible on a spread feature map. */
  | { readonly kind: "spread"; readonly at: (attributes: A, spread: Spread) => A | undefined }
  | { readonly kind: "unchanged" }
  /** It reads the whole feature map, or none: its result is not spread. */
  | { readonly kind: "whole" };

/** Its positions are spread as those of its input are. */
export const unchanged = { kind: "unchanged" } as const;

/** For attributes that are a window themselves. */
export function windowOf<A extends Omit<Window, "dilation">>(transposed: boolean): Windowed<A> {
  return {
    of: (attributes) => ({ dilation: [1, 1], ...attributes }),
    with: (attributes, kernel, padding) => ({ ...attributes, kernel, padding }),
    transposed,
  };
}

/** The dilation and padding of a kernel are multiplied by the spread. A kernel of one element has no dilation. */
export function spreadWindow<A extends Window>(
  attributes: A,
  strides: PerAxis<number>,
  spread: Spread,
  padding: PerAxis<Margins> = attributes.padding,
): A {
  const { kernel, dilation } = attributes;
  return {
    ...attributes,
    stride: strides,
    dilation: perAxis((axis) => (kernel[axis] === 1 ? dilation[axis] : dilation[axis] * spread[axis])),
    padding: spreadMargins(padding, spread),
  };
}

export function spreadMargins(margins: PerAxis<Margins>, spread: Spread): PerAxis<Margins> {
  return perAxis((axis) => ({
    before: margins[axis].before * spread[axis],
    after: margins[axis].after * spread[axis],
  }));
}
