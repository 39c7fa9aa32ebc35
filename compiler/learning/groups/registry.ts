/** The words of `groups` and `freeze`: what is different for some of the weights. */
import type { ConfigurationOf } from "../definition/definition.ts";
import { layers } from "./layers.ts";
import { weights } from "./weights.ts";

export const groupWords = [weights] as const;
export const freezingWords = [layers] as const;

/** `name`: the pattern (weight-pattern.ts). */
export type GroupConfiguration = ConfigurationOf<typeof weights>;
export type FreezeConfiguration = ConfigurationOf<typeof layers>;
