/**
 * Colours, type and sizes of the figure: distinguishable by colour-blind readers (after Okabe & Ito 2008), and in grey by
 * lightness.
 */

export const fontName = "Helvetica,Arial,Arimo,Liberation Sans,Nimbus Sans,sans-serif";

/** Points. */
export const type = {
  title: 13,
  body: 9,
  channels: 9,
  size: 7.5,
  words: 7.5,
  name: 7,
} as const;

/** Line height over font size, as Graphviz sets text. */
export const leading = 1.2;

export const ink = "#1f2933";
export const faintInk = "#66727f";
export const rowInk = "#9aa5b1";

/** Fill and outline of a feature map, by the part of the network it belongs to. */
export const mapColours = {
  encoder: { fill: "#c3dbef", line: "#2f628f" },
  decoder: { fill: "#fbdcae", line: "#a8691a" },
  other: { fill: "#e7eaed", line: "#5c6773" },
} as const;

/** Arrows, by what they do to the feature map. */
export const stepColours = {
  convolution: "#1f2933",
  down: "#b5472f",
  up: "#1d7a5a",
  other: "#5c6773",
  pass: "#5c6773",
} as const;

/** Where a pooling's maxima go back to. */
export const linkColour = "#7b4ea3";
