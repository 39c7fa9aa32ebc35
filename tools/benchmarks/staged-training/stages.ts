/** The runs of the staged training experiment, as options of `fcn train`. */

export interface Stage {
  /** The folder of the run, below out/; of a network alone it is the usual one. */
  readonly run: string;
  readonly network: "FCN32s" | "FCN16s" | "FCN8s";
  readonly what: string;
  /** Of the epochs of FCN-32s. */
  readonly share: number;
  readonly options: readonly string[];
}

/** FCN-32s, 16s from it, 8s from that, as their train sections say. */
export const stages: readonly Stage[] = [
  { run: "FCN32s", network: "FCN32s", what: "FCN-32s", share: 1, options: [] },
  { run: "FCN16s", network: "FCN16s", what: "FCN-16s from FCN-32s", share: 1 / 2, options: [] },
  { run: "FCN8s", network: "FCN8s", what: "FCN-8s from FCN-16s", share: 1 / 2, options: [] },
];

/** FCN-8s in one run, and FCN-32s trained longer, with as many steps as the three stages together; and the finer two from that. */
export const comparisons: readonly Stage[] = [
  {
    run: "at-once",
    network: "FCN8s",
    what: "FCN-8s in one run",
    share: 2,
    options: ["--start-from", "none", "--learning-rate", "2e-3", "--seed", "1"],
  },
  {
    run: "trained-on",
    network: "FCN32s",
    what: "FCN-32s trained longer",
    share: 1,
    options: ["--start-from", "out/FCN32s/weights.safetensors", "--learning-rate", "1e-3", "--seed", "2"],
  },
  {
    run: "later-16s",
    network: "FCN16s",
    what: "FCN-16s from that",
    share: 1 / 2,
    options: ["--start-from", "out/trained-on/weights.safetensors"],
  },
  {
    run: "later-8s",
    network: "FCN8s",
    what: "FCN-8s from that",
    share: 1 / 2,
    options: ["--start-from", "out/later-16s/weights.safetensors"],
  },
];

export function epochsOf({ share }: Stage, coarsest: number): number {
  return Math.max(1, Math.round(share * coarsest));
}
