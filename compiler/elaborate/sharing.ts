/** The layers whose weights those of a call use, in the same order. */
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { describeWeights, type GraphBuilder } from "../ir/build.ts";

const nothing = "nothing more";

export class Sharing {
  readonly #sources: readonly number[];
  /** Of the call around, in whose count the layers of this one are too. */
  readonly #outer: Sharing | undefined;
  #taken = 0;

  constructor(sources: readonly number[], outer: Sharing | undefined) {
    this.#sources = sources;
    this.#outer = outer;
  }

  /** The node gets the weights of the next layer there. */
  take(id: number, builder: GraphBuilder): Refusal | undefined {
    const source = this.#next();
    if (source !== undefined) return builder.share(id, source);
    return refuse("structure/weights-differ", { here: describeWeights(builder.node(id)), there: nothing });
  }

  #next(): number | undefined {
    if (this.#outer !== undefined) this.#outer.#next();
    return this.#sources[this.#taken++];
  }

  /** Refused: a layer there has no counterpart here. */
  end(builder: GraphBuilder): Refusal | undefined {
    const left = this.#sources[this.#taken];
    if (left === undefined) return undefined;
    const source = builder.node(left);
    const there = describeWeights(builder.node(source.sharesWith ?? left));
    return refuse("structure/weights-differ", { here: nothing, there });
  }
}
