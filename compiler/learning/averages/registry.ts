/** Every average of the weights over the updates. */
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { ema } from "./ema.ts";

export const averages = [ema] as const satisfies readonly Definition[];

export type AverageConfiguration = ConfigurationOf<(typeof averages)[number]>;
