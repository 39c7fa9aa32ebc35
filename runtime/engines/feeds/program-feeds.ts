/** The feeds of a program, from the arrays that cross an engine's border. */

import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { isRandomField } from "../../../compiler/ops/crf.ts";
import { isDropout } from "../../../compiler/ops/dropout.ts";
import { feedName } from "../../../compiler/tensors/evaluate.ts";
import type { Feed, Program } from "../../../compiler/tensors/program.ts";
import { termName } from "../../../compiler/tensors/programs/compared-outputs.ts";
import { four } from "../../../compiler/tensors/value.ts";
import type { MapBatch } from "../../arrays.ts";
import type { ColourImage } from "../../crf/image-kernels.ts";
import { crfTables } from "./crf-tables.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { LossFeeds } from "./loss-feeds.ts";
import type { TermFeeds } from "./term-feeds.ts";

/** float64 only from the reference. */
export type FeedValues = Float32Array | Int32Array | Float64Array;

export interface BatchArrays {
  readonly graph: Graph;
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** Of a program with losses: what their terms are given, by `termName`. */
  readonly terms?: TermFeeds;
  /** Of a program with dropout: the seed of this step. */
  readonly seed?: number;
  /** The images whose colours a crf compares, by its node. */
  readonly guides?: ReadonlyMap<number, readonly ColourImage[]>;
  /** Whether single numbers are in float64. */
  readonly exact?: boolean | undefined;
  /** Feeds that do not come from the batch, by `feedName`. */
  readonly given?: ProgramFeeds;
}

/** By `feedName`; feature maps as they cross a session's border. */
export type ProgramFeeds = ReadonlyMap<string, FeedValues | MapBatch>;

/** @throws Error for a feed that nothing gives: a mistake of the caller. */
export function programFeeds(program: Program, batch: BatchArrays): ProgramFeeds {
  const { graph, guides = new Map<number, readonly ColourImage[]>() } = batch;
  const tables = new Map(
    graph.nodes.flatMap((node) => {
      const guide = guides.get(node.id);
      return isRandomField(node) && guide !== undefined
        ? [...crfTables(node.name, node.attributes, guide)]
        : [];
    }),
  );
  const termOf = (name: string): LossFeeds => batch.terms?.get(name) ?? missing(`the term ${name}`);
  const values: { readonly [K in Feed["kind"]]: (feed: Feed) => FeedValues | MapBatch } = {
    input: ({ name }) => batch.inputs.get(name) ?? missing(`the input "${name}"`),
    target: ({ name }) => targetOf(batch.terms ?? new Map(), name),
    valid: ({ name }) => termOf(name).valid,
    class_weights: ({ name }) => termOf(name).classWeights ?? missing(`the class weights of ${name}`),
    kept: ({ name }) =>
      single(termOf(name).kept ?? missing(`the positions that count of ${name}`), batch.exact),
    scale: ({ name }) => single(termOf(name).scale, batch.exact),
    mask: (feed) => {
      const node = graph.nodes.find(({ name }) => name === feed.name);
      const shape = four(program.values[feed.value]?.shape ?? []);
      const { seed = missing("a seed") } = batch;
      return dropoutMask({ name: feed.name, rate: rateOf(node), shape }, seed);
    },
    table: ({ name }) => tables.get(name) ?? missing(`the table "${name}"`),
    gradient: ({ name }) => missing(`the gradient of ${name}`),
    learning_rate: () => missing("the learning rate"),
    step: ({ name }) => missing(name),
  };
  return new Map(
    program.feeds.map((feed) => {
      const name = feedName(feed.kind, feed.name);
      return [name, batch.given?.get(name) ?? values[feed.kind](feed)];
    }),
  );
}

export function single(value: number, exact = false): FeedValues {
  return exact ? Float64Array.of(value) : Float32Array.of(value);
}

/** That of the output's first term with one. */
function targetOf(terms: TermFeeds, output: string): LossFeeds["target"] {
  for (let place = 0; ; place += 1) {
    const term = terms.get(termName(output, place)) ?? missing(`a target for ${output}`);
    if (term.target.length > 0) return term.target;
  }
}

function rateOf(node: GraphNode | undefined): number {
  return node !== undefined && isDropout(node)
    ? node.attributes.rate
    : missing("a dropout layer of that name");
}

function missing(what: string): never {
  throw new Error(`a program needs ${what}, and nothing gives it`);
}
