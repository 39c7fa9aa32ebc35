/** The layers whose weights a call shares, in the same order. */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";
import { describeWeights, type GraphBuilder } from "../../network/build.ts";

const nothing = "no further layer";

export class Sharing {
  readonly #sources: readonly number[];
  /** Of the enclosing call, which counts the layers of this one too. */
  readonly #outer: Sharing | undefined;
  #taken = 0;

  constructor(sources: readonly number[], outer: Sharing | undefined) {
    this.#sources = sources;
    this.#outer = outer;
  }

  /** Gives the node the weights of the next layer. */
  take(id: number, builder: GraphBuilder): Refusal | undefined {
    const source = this.#next();
    if (source !== undefined) return builder.share(id, source);
    return refuse("structure/weights-differ", { here: describeWeights(builder.node(id)), there: nothing });
  }

  #next(): number | undefined {
    if (this.#outer !== undefined) this.#outer.#next();
    return this.#sources[this.#taken++];
  }

  /** Refused when a layer is left without a counterpart. */
  end(builder: GraphBuilder): Refusal | undefined {
    const left = this.#sources[this.#taken];
    if (left === undefined) return undefined;
    const source = builder.node(left);
    const there = describeWeights(builder.node(source.sharesWith ?? left));
    return refuse("structure/weights-differ", { here: nothing, there });
  }
}
