/** A measure of an output: its name in `keep best by`, in logs and reports, and which way is better. */

export type Better = "higher" | "lower";

export interface Measure<N extends string = string> {
  readonly name: N;
  readonly summary: string;
  /** Over all known positions of all images. */
  readonly formula: string;
  readonly better: Better;
  /** From 0 to 1. */
  readonly share: boolean;
  readonly source: string | undefined;
}

export function measure<const N extends string>(declared: {
  readonly name: N;
  readonly summary: string;
  readonly formula: string;
  readonly better: Better;
  readonly share?: boolean;
  readonly source?: string;
}): Measure<N> {
  return { ...declared, share: declared.share ?? false, source: declared.source };
}

/** "mean IoU", "pixel accuracy": a measure's name for people. */
export function measureLabel(name: string): string {
  return name.replaceAll("_", " ").replace(/\biou\b/, "IoU");
}
