/** The synthetic scenes that the starter project and the quickstart train on. */
import type { SynthCommand } from "../data/run-data.ts";

export const starterScenes: SynthCommand = { count: 120, size: [96, 96], seed: 1, validate: 0.2 };
