/** Every way to clip gradients. A new one is a file beside this and a line here; its formula is a row of `compiler/tensors/clipping/`. */
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { norm } from "./norm.ts";
import { value } from "./value.ts";

export const clippings = [norm, value] as const satisfies readonly Definition[];

export type ClipConfiguration = ConfigurationOf<(typeof clippings)[number]>;
export type ClipName = ClipConfiguration["kind"];
