/** Every way to choose the trials of a sweep. */
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { grid } from "./grid.ts";
import { halving } from "./halving.ts";
import { random } from "./random.ts";

export const sweeps = [grid, random, halving] as const satisfies readonly Definition[];

export type SweepStrategy = ConfigurationOf<(typeof sweeps)[number]>;
