/**
 * Colours of the figure: distinguishable by colour-blind readers (after Okabe & Ito 2008), and in grey by lightness.
 */
import type { Part, StepKind } from "./figure.ts";

export const fontName = "Arimo,Helvetica,Arial,Liberation Sans,Nimbus Sans,sans-serif";

export const themeNames = ["light", "dark", "print"] as const;
export type ThemeName = (typeof themeNames)[number];

export interface Theme {
  readonly background: string;
  /** Behind the feature maps of a rank. */
  readonly band: string;
  readonly ink: string;
  readonly faintInk: string;
  readonly rowInk: string;
  /** Fill and outline of a feature map, by the part of the network it belongs to. */
  readonly maps: Readonly<Record<Part, { readonly fill: string; readonly line: string }>>;
  /** Arrows, by what they do to the feature map. */
  readonly steps: Readonly<Record<StepKind, string>>;
  /** Where a pooling's maxima go back to. */
  readonly link: string;
}

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: "#ffffff",
    band: "#f7f8fa",
    ink: "#1f2933",
    faintInk: "#66727f",
    rowInk: "#8a96a3",
    maps: {
      encoder: { fill: "#c3dbef", line: "#2f628f" },
      decoder: { fill: "#fbdcae", line: "#a8691a" },
      other: { fill: "#e7eaed", line: "#5c6773" },
    },
    steps: {
      convolution: "#1f2933",
      down: "#b5472f",
      up: "#1d7a5a",
      other: "#5c6773",
      pass: "#5c6773",
    },
    link: "#7b4ea3",
  },
  dark: {
    background: "#14181d",
    band: "#1b2027",
    ink: "#e6eaee",
    faintInk: "#a3aeb9",
    rowInk: "#7b8794",
    maps: {
      encoder: { fill: "#2c5578", line: "#86b7de" },
      decoder: { fill: "#7a5118", line: "#efb765" },
      other: { fill: "#3a424b", line: "#a3aeb9" },
    },
    steps: {
      convolution: "#e6eaee",
      down: "#ec8a72",
      up: "#5fc7a2",
      other: "#a3aeb9",
      pass: "#a3aeb9",
    },
    link: "#c19be3",
  },
  /** Black ink on white paper, and two greys. */
  print: {
    background: "#ffffff",
    band: "#ffffff",
    ink: "#000000",
    faintInk: "#000000",
    rowInk: "#000000",
    maps: {
      encoder: { fill: "#ffffff", line: "#000000" },
      decoder: { fill: "#d4d4d4", line: "#000000" },
      other: { fill: "#f0f0f0", line: "#000000" },
    },
    steps: {
      convolution: "#000000",
      down: "#000000",
      up: "#000000",
      other: "#000000",
      pass: "#000000",
    },
    link: "#000000",
  },
};

/** The colour nearer to another, for what no output depends on. */
export function blend(color: string, other: string, share: number): string {
  const channel = (text: string, at: number): number => Number.parseInt(text.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) =>
    Math.round(channel(color, at) * (1 - share) + channel(other, at) * share)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${mixed.join("")}`;
}
