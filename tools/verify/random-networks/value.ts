/** A feature map of a program while it runs along one axis. */
import type { Made, Window } from "./definitions.ts";

export interface Value<T> {
  /** The visit that made it: the number of its node in the graph. */
  readonly visit: number;
  readonly channels: number;
  /** `undefined`: the feature map does not exist at this size. */
  readonly map: Made<T>;
  /** Whether it is an input, or one that was only cropped, padded, pooled or resampled. */
  readonly colours: boolean;
  /** Of a maxpool: its windows and what went in. */
  readonly pool: { readonly window: Window; readonly input: Value<T> } | undefined;
}
