/** The images whose colours the random fields of a network compare. */
import type { Graph } from "../../compiler/network/graph.ts";
import { guideInput } from "../../compiler/network/guide-input.ts";
import { isRandomField } from "../../compiler/ops/crf.ts";
import type { MapBatch } from "../arrays.ts";
import { coloursOfBatch } from "../crf/colour-image.ts";
import type { ColourImage } from "../crf/image-kernels.ts";
import type { CheckedInputs } from "./check-inputs.ts";
import type { SessionOptions } from "./engine.ts";
import { programFeeds } from "./feeds/program-feeds.ts";
import type { NetworkPrograms } from "./network-programs.ts";
import { mapsOf } from "./program-outputs.ts";

/** By the node of a random field: an image for each of the batch. */
export type Guides = ReadonlyMap<number, readonly ColourImage[]>;

interface GuidedSession {
  readonly graph: Graph;
  readonly programs: NetworkPrograms;
  readonly normalisations: SessionOptions["normalisations"];
}

/** Guides are inputs, or feature maps that come from inputs without weights. */
export async function guideImages(
  checked: CheckedInputs,
  inputs: ReadonlyMap<string, MapBatch>,
  { graph, programs, normalisations }: GuidedSession,
): Promise<Guides> {
  const fields = graph.nodes.filter(isRandomField);
  if (fields.length === 0) return new Map();
  const nodes = [...new Set(fields.map((field) => field.inputs[1] ?? -1))];
  const prepared = await programs.maps(checked, nodes, false);
  const feeds = programFeeds(prepared.program, { graph, inputs });
  const maps = mapsOf(prepared, await prepared.run(feeds), "map");
  return new Map(
    fields.map((field) => {
      const guide = field.inputs[1] ?? -1;
      const { input } = guideInput((id) => graph.nodes[id], guide);
      const map = maps.get(String(guide));
      if (input === undefined || map === undefined) throw new Error(`${field.name} has no guide`);
      const each = (value: number) => new Array<number>(map.shape[3]).fill(value);
      const unchanged = { mean: each(0), deviation: each(1) };
      const normalisation = normalisations?.get(input.attributes.name) ?? unchanged;
      const images = Array.from({ length: checked.batch }, (_, i) => coloursOfBatch(map, normalisation, i));
      return [field.id, images];
    }),
  );
}
