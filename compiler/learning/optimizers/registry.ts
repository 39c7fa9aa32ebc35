/** Every optimizer. A new one is a file beside this and a line here; what engines lack then does not compile. */
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export const optimizers = [adam, adamw, sgd, rmsprop] as const satisfies readonly Definition[];

export type OptimizerConfiguration = ConfigurationOf<(typeof optimizers)[number]>;
export type OptimizerName = OptimizerConfiguration["kind"];
