/** A `text values` block of a page in `specs/operations/`: numbers that go into the program above it, and come out. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";

/** By channel, row and column. */
type Planes = readonly (readonly (readonly number[])[])[];

/** Maps by name: a line with a name alone, then rows of numbers; an empty line parts channels. */
export function readValues(text: string): ReadonlyMap<string, Planes> {
  const maps = new Map<string, number[][][]>();
  let planes: number[][][] = [];
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (/^[a-z_]+$/i.test(line.trim())) {
      planes = [[]];
      maps.set(line.trim(), planes);
    } else if (line.trim() === "") planes.push([]);
    else planes.at(-1)?.push(words.map(Number));
  }
  return new Map([...maps].map(([name, all]) => [name, all.filter((plane) => plane.length > 0)] as const));
}

/**
 * What the `cpu` engine gives for every output, from the inputs' values.
 * @throws Error when an input has no values.
 */
export async function compute(
  graph: Graph,
  values: ReadonlyMap<string, Planes>,
): Promise<ReadonlyMap<string, Planes>> {
  const session = await (await loadEngine("cpu")).open(graph, { seed: 1 });
  try {
    const inputs = graph.inputs.map((id): readonly [string, MapBatch] => {
      const node = graph.nodes[id];
      const name = node?.operation === "input" ? node.attributes.name : "";
      const planes = values.get(name);
      if (planes === undefined) throw new Error(`the block gives no values for the input ${name}`);
      return [name, batchOf(planes)];
    });
    const outputs = await session.predict(new Map(inputs));
    return new Map([...outputs].map(([name, batch]) => [name, planesOf(batch)]));
  } finally {
    session.close();
  }
}

function batchOf(planes: Planes): MapBatch {
  const [height, width] = [planes[0]?.length ?? 0, planes[0]?.[0]?.length ?? 0];
  const data = Float32Array.from({ length: height * width * planes.length }, (_, i) => {
    const channel = i % planes.length;
    const cell = Math.floor(i / planes.length);
    return planes[channel]?.[Math.floor(cell / width)]?.[cell % width] ?? Number.NaN;
  });
  return { data, shape: [1, height, width, planes.length] };
}

function planesOf({ data, shape: [, height, width, channels] }: MapBatch): Planes {
  const count = (length: number) => Array.from({ length }, (_, i) => i);
  return count(channels).map((c) =>
    count(height).map((y) => count(width).map((x) => data[(y * width + x) * channels + c] ?? Number.NaN)),
  );
}
