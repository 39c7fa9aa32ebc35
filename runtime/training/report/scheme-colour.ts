/** Colours that can be seen on a light page and on a dark one. */
import type { Colour } from "../../images/raster.ts";

/** CSS colours. */
export interface SchemeColour {
  readonly light: string;
  readonly dark: string;
}

export const trainingColour: SchemeColour = { light: "#2563a8", dark: "#7db4f0" };
export const validationColour: SchemeColour = { light: "#c8501e", dark: "#f2935f" };

/** Beyond these luminances (0 … 1) a line is hard to see on white, or on nearly black. */
const [darkest, lightest] = [0.3, 0.62];

/** The colour of a class, darker on a light page where it is pale, and paler on a dark one where it is dark. */
export function schemeColour(colour: Colour | undefined): SchemeColour {
  if (colour === undefined) return trainingColour;
  const luminance = (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255;
  const darker = luminance > lightest ? lightest / luminance : 1;
  const paler = luminance < darkest ? (darkest - luminance) / (1 - luminance) : 0;
  return {
    light: css(colour.map((value) => value * darker)),
    dark: css(colour.map((value) => value + 1.4 * paler * (255 - value))),
  };
}

export function schemeStyle({ light, dark }: SchemeColour): string {
  return `--light:${light};--dark:${dark}`;
}

function css(values: readonly number[]): string {
  return `rgb(${values.map((value) => Math.round(Math.min(255, value))).join(",")})`;
}
