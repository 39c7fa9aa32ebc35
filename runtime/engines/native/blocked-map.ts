/**
 * A feature map in ONNX Runtime's blocked layout, [batch, channels / block, height, width, block], as its kernels for convolutions read
 * and write it, its last block filled up with channels that are 0; and sums of such maps with a factor and an offset for each channel,
 * which are computed only when something reads them: in one pass, or together with the convolution or the ReLU beside them.
 */
import { int } from "../../../compiler/onnx/attribute.ts";
import { four } from "../../../compiler/tensors/value.ts";
import { type Epilogue, passOver, productOf, sumOf } from "./blocked-pass.ts";
import { channelMeans, channelSums, type MapExtents, sumsOfProducts } from "./blocked-sums.ts";
import { filledShape } from "./filled.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "./onnx-graph.ts";
import { quotient } from "./quotient.ts";

/** Where values come from. */
interface Source {
  /** As they are; computed once. */
  readonly values: () => OnnxValue;
  /** Something else that has them after an epilogue, without `values`; `undefined` where `values` is there, or nothing can. */
  readonly fused?: ((epilogue: Epilogue) => OnnxValue | undefined) | undefined;
  /** Whether `fused` gives something. */
  readonly waits?: () => boolean;
  /** The sums over batch and positions, [channels], where they are found without `values`. */
  readonly sums?: (() => OnnxValue) | undefined;
}

interface Term {
  readonly source: Source;
  /** [channels] */
  readonly factor: OnnxValue | undefined;
}

export class BlockedMap {
  /** Without what fills its last block. */
  readonly shape: MapExtents;
  readonly #graph: OnnxGraph;
  readonly #block: number;
  /** Of values that are no feature map and lie in their own order: the shape they have. */
  readonly #flat: readonly number[] | undefined;
  readonly #terms: readonly Term[];
  /** [channels] */
  readonly #offset: OnnxValue | undefined;
  #values: OnnxValue | undefined;
  #rectified: OnnxValue | undefined;

  private constructor(
    graph: OnnxGraph,
    block: number,
    shape: MapExtents,
    terms: readonly Term[],
    offset: OnnxValue | undefined,
    flat?: readonly number[],
  ) {
    this.#graph = graph;
    this.#block = block;
    this.#flat = flat;
    this.shape = shape;
    this.#terms = terms;
    this.#offset = offset;
  }

  /** @param values in blocked order @param shape left out: that of the values, which fill blocks */
  static of(
    graph: OnnxGraph,
    block: number,
    values: OnnxValue,
    shape: MapExtents = four(values.shape),
  ): BlockedMap {
    return BlockedMap.from(graph, block, shape, { values: () => values });
  }

  /** The shape in which so many values are one, for sums and products by numbers in as few passes; `undefined`: they are too few, or do not fill blocks. */
  static flatShape(count: number, block: number): MapExtents | undefined {
    const rows = 8;
    if (count < 4096 || count % (rows * block) !== 0) return undefined;
    return [1, block, rows, count / rows / block];
  }

  /** @param values of a `flatShape` @param shape what they are in the program */
  static flat(graph: OnnxGraph, block: number, values: OnnxValue, shape: readonly number[]): BlockedMap {
    return BlockedMap.from(graph, block, four(values.shape), { values: () => values }, shape);
  }

  static from(
    graph: OnnxGraph,
    block: number,
    shape: MapExtents,
    source: Source,
    flat?: readonly number[],
  ): BlockedMap {
    let found: OnnxValue | undefined;
    const once: Source = {
      values: () => {
        found ??= source.values();
        return found;
      },
      fused: source.fused && ((epilogue) => (found === undefined ? source.fused?.(epilogue) : undefined)),
      waits: () => source.fused !== undefined && found === undefined,
      sums: source.sums,
    };
    return new BlockedMap(graph, block, shape, [{ source: once, factor: undefined }], undefined, flat);
  }

  /** Other values of its shape, in its order. */
  alike(plain: OnnxValue): BlockedMap {
    if (this.#flat === undefined) return BlockedMap.reordered(this.#graph, this.#block, plain);
    return this.#computed(this.#graph.reshape(plain, this.shape));
  }

  /** Whether it is values in their own order, which have no channels. */
  get isFlat(): boolean {
    return this.#flat !== undefined;
  }

  /** Reordered from [batch, channels, height, width], where the channels are whole fours. */
  static reordered(graph: OnnxGraph, block: number, plain: OnnxValue): BlockedMap {
    const shape = four(plain.shape);
    // what the caller holds anyway is reordered again for the backward pass; ONNX Runtime would take equal nodes as one
    const again = graph.isInput(plain) && graph.has(`blocked ${plain.name}`);
    const attributes = again ? { channels_last: int(0) } : {};
    const values = graph.once(`blocked ${plain.name}${again ? " again" : ""}`, () =>
      graph.apply("ReorderInput", [plain], filledShape(shape, block), attributes, "float32", blockedDomain),
    );
    return BlockedMap.of(graph, block, values, shape);
  }

  /** Whether its channels fill blocks. */
  get isFilled(): boolean {
    return this.shape[1] % this.#block === 0;
  }

  /** In the order [batch, channels, height, width]. */
  plain(): OnnxValue {
    const values = this.values();
    if (this.#flat !== undefined) return this.#graph.reshape(values, this.#flat);
    return this.#graph.once(`plain ${values.name}`, () =>
      this.#graph.apply(
        "ReorderOutput",
        [values],
        this.shape,
        { channels: int(this.shape[1]) },
        "float32",
        blockedDomain,
      ),
    );
  }

  /** @param vector [channels] */
  plus(vector: OnnxValue): BlockedMap {
    const { terms, offset } = this.#parted();
    return this.#with(terms, sumOf(this.#graph, offset, vector));
  }

  times(vector: OnnxValue): BlockedMap {
    const { terms, offset } = this.#parted();
    const scaled = terms.map(({ source, factor }) => ({
      source,
      factor: productOf(this.#graph, factor, vector),
    }));
    return this.#with(scaled, offset && productOf(this.#graph, offset, vector));
  }

  /** At most two maps are summed in one pass. */
  plusMap(other: BlockedMap): BlockedMap {
    const [a, b] = [this.#collapsed(), other.#collapsed()];
    const waiting = a.#plusUnderFactor(b) ?? b.#plusUnderFactor(a);
    if (waiting !== undefined) return waiting;
    return this.#with([...a.#terms, ...b.#terms], sumOf(this.#graph, a.#offset, b.#offset));
  }

  /**
   * a·x + b·y + c as a·(x + b/a·y + c/a), where a is a factor of b and of c, as in the gradient of a normalisation: one pass, and a factor
   * that a convolution which reads it takes into its filter (`unscaled`).
   */
  #plusUnderFactor(other: BlockedMap): BlockedMap | undefined {
    const [one, two] = [this.#terms[0], other.#terms[0]];
    const isOther =
      this.#flat !== undefined || one?.source.fused !== undefined || two?.source.fused !== undefined;
    if (one?.factor === undefined || two?.factor === undefined || isOther) return undefined;
    const factor = quotient(this.#graph, two.factor, one.factor);
    const sum = sumOf(this.#graph, this.#offset, other.#offset);
    const offset = sum && quotient(this.#graph, sum, one.factor);
    if (factor === undefined || (sum !== undefined && offset === undefined)) return undefined;
    const values = () => {
      const epilogue = { factor: this.#with0(factor), offset: this.#with0(offset), sum: one.source.values() };
      return this.#pass(two.source.values(), epilogue);
    };
    return BlockedMap.from(this.#graph, this.#block, this.shape, { values }).times(one.factor);
  }

  timesMap(other: BlockedMap): BlockedMap {
    const source = {
      values: () => this.#graph.apply("Mul", [this.values(), other.values()], this.#filled),
      sums: () => this.#dot(other),
    };
    return BlockedMap.from(this.#graph, this.#block, this.shape, source, this.#flat);
  }

  /** Each value by itself. @param operator gives 0 for 0, unless the map is filled */
  mapped(operator: string): BlockedMap {
    return this.#computed(this.#graph.apply(operator, [this.values()], this.#filled));
  }

  /** max(x, 0) */
  rectified(): BlockedMap {
    this.#rectified ??= this.#compute(true);
    return this.#computed(this.#rectified);
  }

  /** 1 where the value is above 0, else 0: of its ReLU where that is there. */
  positive(): OnnxValue {
    const values = this.#rectified ?? this.values();
    return this.#graph.once(`above 0 ${values.name}`, () => {
      const steep = { alpha: { float: 3e38 }, beta: { float: 0 } };
      return this.#graph.apply("HardSigmoid", [values], this.#filled, steep);
    });
  }

  /** Values times 1 where this map is above 0, else times 0. */
  masking(values: OnnxValue): BlockedMap {
    const masked = this.#graph.apply("Mul", [values, this.positive()], this.#filled);
    return BlockedMap.of(this.#graph, this.#block, masked, this.shape);
  }

  /** Computes sums, and convolutions that wait for what is done with their results: more than one step reads them. */
  settle(): void {
    if (this.#terms.length > 1 || this.#terms.some(({ source }) => source.waits?.())) this.values();
  }

  /** The map without a factor that it waits for, [channels], for what takes the factor into account itself. */
  unscaled(): { readonly map: BlockedMap; readonly factor: OnnxValue | undefined } {
    const only = this.#only();
    const waits = this.#values === undefined && only?.source.fused === undefined && this.isFilled;
    if (only?.factor === undefined || !waits) return { map: this, factor: undefined };
    return { map: this.#with([{ ...only, factor: undefined }], undefined), factor: only.factor };
  }

  /** The same values under a name of their own, with nothing that was computed from them. */
  renamed(): BlockedMap {
    return this.#computed(this.#graph.renamed(this.values()));
  }

  /** The same map as something that is computed. */
  asItIs(): BlockedMap {
    return this.#computed(this.values());
  }

  values(): OnnxValue {
    this.#values ??= this.#compute(false);
    return this.#values;
  }

  /** Over batch and positions: [channels]. */
  sums(): OnnxValue {
    const [batch, , height, width] = this.shape;
    const parts = this.#terms.map(({ source, factor }) => {
      const own = () => channelSums(this.#graph, this.#filled, source.values());
      return productOf(this.#graph, factor, source.sums?.() ?? this.#without(own()));
    });
    const count = this.#graph.number(batch * height * width);
    const offset = this.#offset && productOf(this.#graph, this.#offset, count);
    const total = [...parts, ...(offset === undefined ? [] : [offset])].reduce<OnnxValue | undefined>(
      (sum, part) => sumOf(this.#graph, sum, part),
      undefined,
    );
    if (total === undefined) throw new Error("a map has no terms");
    return total;
  }

  /** Of the values, over batch and positions: [channels]. */
  means(): OnnxValue {
    return this.#without(channelMeans(this.#graph, this.#filled, this.values()));
  }

  /** What the values have. */
  get #filled(): MapExtents {
    return filledShape(this.shape, this.#block);
  }

  /** A vector of the channels without what fills the last block. */
  #without(vector: OnnxValue): OnnxValue {
    return this.#graph.slice(vector, [0], [this.shape[1]]);
  }

  /** A vector with 0 for each channel that fills the last block. */
  #with0(vector: OnnxValue | undefined): OnnxValue | undefined {
    return vector && this.#graph.pad(vector, [0], [this.#filled[1] - this.shape[1]]);
  }

  #computed(values: OnnxValue): BlockedMap {
    return BlockedMap.from(this.#graph, this.#block, this.shape, { values: () => values }, this.#flat);
  }

  #with(terms: readonly Term[], offset: OnnxValue | undefined): BlockedMap {
    return new BlockedMap(this.#graph, this.#block, this.shape, terms, offset, this.#flat);
  }

  /** Of one term. */
  #collapsed(): BlockedMap {
    return this.#terms.length === 1 ? this : this.#computed(this.values());
  }

  /** A sum of maps that is computed already is one map. */
  #parted(): { readonly terms: readonly Term[]; readonly offset: OnnxValue | undefined } {
    const map = this.#values === undefined ? this : this.#collapsed();
    return { terms: map.#terms, offset: map.#offset };
  }

  #compute(relu: boolean): OnnxValue {
    if (this.#values !== undefined) return this.#pass(this.#values, { relu });
    const [first, second] = this.#terms;
    if (first === undefined) throw new Error("a map has no terms");
    if (second === undefined) return this.#finish(first, { offset: this.#offset, relu });
    // the last one is multiplied while the other, as it is, is added; a convolution that waits is finished last
    const waits = ({ source, factor }: Term) =>
      (source.fused === undefined ? 0 : 2) + (factor === undefined ? 0 : 1);
    const early = waits(second) >= waits(first) ? first : second;
    const late = early === second ? first : second;
    // the offset goes where a pass is made for a factor anyway
    const offsetFirst = early.factor !== undefined;
    const sum = this.#finish(early, { offset: offsetFirst ? this.#offset : undefined });
    return this.#finish(late, { sum, offset: offsetFirst ? undefined : this.#offset, relu });
  }

  #finish({ source, factor }: Term, epilogue: Epilogue): OnnxValue {
    const whole = { ...epilogue, factor: this.#with0(factor), offset: this.#with0(epilogue.offset) };
    const isPlain =
      factor === undefined &&
      epilogue.offset === undefined &&
      epilogue.sum === undefined &&
      epilogue.relu !== true;
    if (isPlain) return source.values();
    return source.fused?.(whole) ?? this.#pass(source.values(), whole);
  }

  #pass(x: OnnxValue, epilogue: Epilogue): OnnxValue {
    return passOver(this.#graph, x, this.#filled, epilogue);
  }

  /** The sums of products with another map. */
  #dot(other: BlockedMap): OnnxValue {
    const [one, two] = [
      this.#only() ?? { source: { values: () => this.values() }, factor: undefined },
      other.#only() ?? { source: { values: () => other.values() }, factor: undefined },
    ];
    const [x, y] = [one.source.values(), two.source.values()];
    const products = this.#without(sumsOfProducts(this.#graph, this.#block, this.#filled, x, y));
    return productOf(this.#graph, two.factor, productOf(this.#graph, one.factor, products));
  }

  /** The term, where there is one and no offset. */
  #only(): Term | undefined {
    return this.#terms.length === 1 && this.#offset === undefined ? this.#terms[0] : undefined;
  }
}
