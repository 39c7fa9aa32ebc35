/** Sizes of type, boxes and room, in points: for screens, where a figure is as wide as it needs, and for a printed page. */

export type TextStyle = "title" | "body" | "channels" | "size" | "words" | "name";

export interface Metrics {
  readonly type: Readonly<Record<TextStyle, number>>;
  /** Of the finest and of the coarsest rank. */
  readonly tallest: number;
  readonly lowest: number;
  /** A box of no channels, and what it grows by for each doubling of them. */
  readonly thin: number;
  readonly perDoubling: number;
  /** Longer names are broken into two lines. */
  readonly nameWidth: number;
  /** Beside the words of a level arrow, and between the captions of neighbours. */
  readonly wordMargin: number;
  readonly captionMargin: number;
  /** The shortest arrow from box to box. */
  readonly leastStep: number;
  /** Between arrows side by side. */
  readonly pitch: number;
  /** Between ranks without words. */
  readonly rankGap: number;
  readonly margin: number;
  readonly arrowhead: number;
  /** Heights and widths under the boxes. */
  readonly sizes: boolean;
  /** What the words at arrows say: everything, kernels only, or what joins only. */
  readonly words: "all" | "kernels" | "joins";
  /** How far a box reaches back, drawn as a block; 0 for a flat one. */
  readonly depth: number;
}

/** Line height over font size. */
export const leading = 1.2;

export const screenMetrics: Metrics = {
  type: { title: 13, body: 9, channels: 9, size: 7.5, words: 7.5, name: 7 },
  tallest: 74,
  lowest: 22,
  thin: 5,
  perDoubling: 2.6,
  nameWidth: Number.POSITIVE_INFINITY,
  wordMargin: 8,
  captionMargin: 8,
  leastStep: 30,
  pitch: 6,
  rankGap: 26,
  margin: 12,
  arrowhead: 5.5,
  sizes: true,
  words: "all",
  depth: 0,
};

/** No text is under 6 points. */
export const printMetrics: Metrics = {
  type: { title: 8, body: 6.5, channels: 6, size: 6, words: 6, name: 6 },
  tallest: 40,
  lowest: 17,
  thin: 2.5,
  perDoubling: 0.8,
  nameWidth: 24,
  wordMargin: 3.5,
  captionMargin: 1.5,
  leastStep: 7,
  pitch: 3.2,
  rankGap: 9,
  margin: 1.5,
  arrowhead: 3.4,
  sizes: true,
  words: "all",
  depth: 0,
};

/** For slides, which have more room across than down. */
export const lowMetrics: Metrics = {
  ...printMetrics,
  type: { ...printMetrics.type, title: 10 },
  tallest: 24,
  lowest: 14,
  rankGap: 6,
};
