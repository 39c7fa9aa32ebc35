/** Why a graph has no shapes at the sizes asked for, as a value. */
import type { SizeSet } from "../sizes/size-function.ts";

export interface ShapeRefusal {
  readonly kind: "refused";
  /** One sentence: the size, the first node that has no result there, and the sizes that are accepted. */
  readonly message: string;
  /** The first node that refuses; `undefined` where an input's size is itself the mistake. */
  readonly node: string | undefined;
  /** The size symbol it is about ("H"); `undefined` for a size that is a constant of the network. */
  readonly symbol: string | undefined;
  /** The size given for that symbol; `undefined` where none was given. */
  readonly size: number | undefined;
  readonly accepted: SizeSet | undefined;
  /** The accepted sizes of that symbol next to the one given. */
  readonly below: number | undefined;
  readonly above: number | undefined;
}
