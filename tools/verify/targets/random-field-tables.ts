/** What the random fields of a network are fed by a batch: tables of the colours of their guides, which are not normalised. */
import type { ShapedGraph } from "../../../compiler/network/shape-graph.ts";
import { isRandomField } from "../../../compiler/ops/crf.ts";
import { evaluate, feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import { mapsProgram } from "../../../compiler/tensors/programs/prediction.ts";
import { four } from "../../../compiler/tensors/value.ts";
import { coloursOfBatch } from "../../../runtime/crf/colour-image.ts";
import { channelsLast } from "../../../runtime/engines/feeds/channels-first.ts";
import { crfTables } from "../../../runtime/engines/feeds/crf-tables.ts";

type Feeds = ReadonlyMap<string, Float64Array | Float32Array | Int32Array>;

/** @param inputs by the names of feeds */
export function randomFieldTables(shaped: ShapedGraph, batch: number, inputs: Feeds): Feeds {
  const fields = shaped.graph.nodes.filter(isRandomField);
  if (fields.length === 0) return new Map();
  const guides = [...new Set(fields.map((field) => field.inputs[1] ?? -1))];
  const { outputs } = evaluate(mapsProgram(shaped, batch, guides), { feeds: inputs, state: new Map() });
  return new Map(
    fields.flatMap((field) => {
      const map = outputs.get(outputName("map", String(field.inputs[1])));
      if (map === undefined) throw new Error(`${field.name} has no guide`);
      const [, channels, height, width] = four(map.shape);
      const shape = [batch, height, width, channels] as const;
      const levels = { data: channelsLast(map.data, four(map.shape)), shape };
      const each = (value: number) => new Array<number>(channels).fill(value);
      const plain = { mean: each(0), deviation: each(1) };
      const images = Array.from({ length: batch }, (_, i) => coloursOfBatch(levels, plain, i));
      const tables = crfTables(field.name, field.attributes, images);
      return [...tables].map(([name, values]) => [feedName("table", name), values] as const);
    }),
  );
}
