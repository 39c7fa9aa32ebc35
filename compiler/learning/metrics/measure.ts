/** A measure of an output: its name in `keep best by`, in logs and reports, and which way is better. */

export type Better = "higher" | "lower";

export interface Measure<N extends string = string> {
  readonly name: N;
  /** Its name for people: "mean IoU". */
  readonly label: string;
  readonly summary: string;
  /** Over all known positions of all images. */
  readonly formula: string;
  readonly better: Better;
  /** From 0 to 1. */
  readonly share: boolean;
  /** Of its values, where they have one. */
  readonly unit?: "px";
  /** It takes time: measured by an evaluation, and in a training where `keep best by` names it. */
  readonly onDemand: boolean;
  readonly source: string | undefined;
}

export function measure<const N extends string>(declared: {
  readonly name: N;
  /** Left out: the name, with spaces. */
  readonly label?: string;
  readonly summary: string;
  readonly formula: string;
  readonly better: Better;
  readonly share?: boolean;
  readonly unit?: "px";
  readonly onDemand?: boolean;
  readonly source?: string;
}): Measure<N> {
  const { name, label = name.replaceAll("_", " "), share = false, onDemand = false, source } = declared;
  return { ...declared, label, share, onDemand, source };
}
