/** The typed graph: what a network is after elaboration. Nodes are in topological order; `node.id` is the index. */
import type { Span } from "../../grammar/span.ts";
import type { PerAxis } from "../axis.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import type { Attributes, OperationName } from "../ops/attributes.ts";
import type { WeightSpecification } from "../ops/operation.ts";
import type { OutputActivation } from "../ops/output-activation.ts";
import type { SizeFunction, SizeSet } from "../sizes/size-function.ts";

export interface FeatureMap {
  readonly channels: number;
  readonly size: PerAxis<SizeFunction>;
  readonly geometry: PerAxis<AxisGeometry>;
}

/** A node, discriminated by `operation`. */
export type GraphNode = { readonly [O in OperationName]: NodeOf<O> }[OperationName];

/** An image that is fed to the network. */
export type InputNode = NodeOf<"input">;

/** A feature map cropped to the size of another. */
export type CropToNode = NodeOf<"crop_to">;

export interface NodeOf<O extends OperationName> {
  readonly id: number;
  /** Unique in the graph, and stable: weights are filed as `${name}.${weight}`. E.g. "level[0].conv1". */
  readonly name: string;
  readonly operation: O;
  readonly attributes: Attributes[O];
  readonly inputs: readonly number[];
  readonly map: FeatureMap;
  readonly weights: readonly WeightSpecification[];
  /** An earlier node whose weights it uses; it has none of its own then. */
  readonly sharesWith?: number;
  readonly origin: Origin;
}

/** Where in the program a node comes from. */
export interface Origin {
  /** The call; `undefined` for a graph read from its printed form. */
  readonly span: Span | undefined;
  /** Where the call is in another file: the call in the network's own file that led there. */
  readonly calledAt?: Span;
  readonly role: "encoder" | "decoder" | undefined;
  /** The block calls and loop iterations around it, outermost first. */
  readonly scope: readonly ScopeStep[];
  /** The construct that made it, where that is not a plain call. */
  readonly construct: "skip" | "fork" | "crop" | undefined;
  /** The name the source gives this feature map (`pool3`, `level[0]`), if any. */
  readonly label: string | undefined;
}

export interface ScopeStep {
  readonly kind: "block" | "turn" | "path";
  /** The block's name, or the loop variable, or "path". */
  readonly name: string;
  /**
   * Which call of that block in its scope (from 1), which iteration or path there (from 0; a second loop over the same name
   * counts on).
   */
  readonly index: number;
  /** The `///` lines of the block. */
  readonly doc?: string | undefined;
}

export interface GraphOutput {
  readonly name: string;
  /** The output feature map, after its activation. */
  readonly node: number;
  /** The feature map before softmax or sigmoid: what losses read. Equal to `node` when there is none. */
  readonly logits: number;
  readonly activation: OutputActivation | undefined;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  /** Node numbers of the input nodes. */
  readonly inputs: readonly number[];
  readonly outputs: readonly GraphOutput[];
  /** For each size symbol, the sizes at which every feature map exists and every join meets. */
  readonly accepts: ReadonlyMap<string, SizeSet>;
  /** Class names, where the network's `classes` is a list of them; otherwise undefined. */
  readonly classes: readonly string[] | undefined;
}
