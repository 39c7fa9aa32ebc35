/** What the figure shows of a graph, before anything has a place: feature maps, the steps between them, and unpool links. */
import type { PerAxis } from "../../compiler/axis.ts";
import type { Rational } from "../../compiler/geometry/rational.ts";
import type { AnyOperation } from "../../compiler/ops/registry.ts";

/** One rank of the figure: the feature maps of one stride. `undefined`: positions of the whole input, as many at every size. */
export interface Row {
  readonly stride: PerAxis<Rational> | undefined;
  /** The resolution for a person: "1/8". */
  readonly title: string;
}

export type Part = "encoder" | "decoder" | "other";

export interface Line {
  readonly text: string;
  /** Acts in training only: set in italics. */
  readonly training: boolean;
}

export interface Join {
  readonly does: NonNullable<AnyOperation["joins"]> | "attends";
  /** The feature maps that meet, as they are drawn from left to right. */
  readonly parts: readonly { readonly channels: number; readonly part: Part }[];
  /** "concat", "add, ReLU": shown at a skip's arrow, or over the feature map where there is no skip. */
  readonly words: string;
}

export interface FigureMap {
  /** The node whose feature map it is. */
  readonly id: number;
  readonly row: number;
  readonly part: Part;
  readonly channels: number;
  /** Height and width for a person. */
  readonly size: PerAxis<string>;
  readonly join: Join | undefined;
  /** The source's name for it. */
  readonly label: string | undefined;
  /** The name of the input it is. */
  readonly entry: string | undefined;
  /** The names of the outputs it is. */
  readonly exits: readonly string[];
  /** The closed block that it stands for: how many calls in a row, and how many operations with weights. */
  readonly block: { readonly name: string; readonly times: number; readonly weights: number } | undefined;
  /** No output depends on it. */
  readonly unread: boolean;
  readonly tooltip: string;
  readonly url: string | undefined;
}

/** convolution, downsampling, upsampling, another operation, or the feature map passed on as it is. */
export type StepKind = "convolution" | "down" | "up" | "other" | "pass";

export interface Step {
  /** Map ids. */
  readonly from: number;
  readonly to: number;
  readonly kind: StepKind;
  /** The operations in order, as node ids; empty when the feature map is passed on. */
  readonly nodes: readonly number[];
  /** Above a level arrow: kernel, stride, dilation. */
  readonly head: readonly Line[];
  /** The same in full, beside an arrow between ranks. */
  readonly longHead: readonly Line[];
  /** Under a level arrow: normalisation, activation, dropout. */
  readonly tail: readonly Line[];
  /** It carries an earlier feature map past what is between, to a join. */
  readonly skip: boolean;
  /** Names of closed blocks, and of feature maps on the way, that have no box of their own. */
  readonly blocks: readonly string[];
  readonly names: readonly string[];
  /** What the join that a skip reaches does; empty for other steps. */
  readonly joined: string;
  /** How many times in a row, once folded. */
  readonly times: number;
  readonly tooltip: string;
  readonly url: string | undefined;
}

/** The maxima of a pooling, by which an unpooling puts values back. */
export interface PoolLink {
  readonly pool: number;
  readonly unpool: number;
}

export interface Figure {
  /** Finest first. */
  readonly rows: readonly Row[];
  /** In the order of the graph. */
  readonly maps: readonly FigureMap[];
  readonly steps: readonly Step[];
  readonly links: readonly PoolLink[];
}
