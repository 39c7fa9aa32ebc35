/** What programs in PyTorch are asked for: a network as nodes with concrete shapes, its losses, and arrays in one file. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Graph } from "../../compiler/network/graph.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import type { MapBatch, TargetBatch, WeightArray } from "../../runtime/arrays.ts";
import { shapesAt } from "../../runtime/engines/check-inputs.ts";
import type { SessionTraining } from "../../runtime/engines/engine.ts";
import { channelsFirst } from "../../runtime/engines/feeds/channels-first.ts";
import { packageRoot } from "../host/package-root.ts";

/** Debian's interpreter: the one that has python3-torch. */
export const debianPython = "/usr/bin/python3";

export interface TorchRequest {
  readonly graph: Graph;
  readonly training: SessionTraining;
  readonly inputs: ReadonlyMap<string, MapBatch>;
  readonly targets: ReadonlyMap<string, TargetBatch>;
  /** By name: "weights/NAME" for every weight of the graph, and whatever else the program reads. */
  readonly arrays: ReadonlyMap<string, WeightArray>;
  readonly numbers: Readonly<Record<string, number>>;
}

export interface TorchAnswer {
  /** The last line that the program printed, as JSON. */
  readonly printed: unknown;
  /** What it wrote. */
  readonly values: Float32Array;
}

export async function hasTorch(python = debianPython): Promise<boolean> {
  return await promisify(execFile)(python, ["-c", "import torch, numpy"]).then(
    () => true,
    () => false,
  );
}

/** @param program a file of tools/pytorch/ @throws Error with what the program printed, where it fails */
export async function askTorch(
  program: string,
  request: TorchRequest,
  { python = debianPython, env = {} }: { readonly python?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<TorchAnswer> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-"));
  try {
    const [path, result] = [join(folder, "request.json"), join(folder, "result.bin")];
    await writeRequest(path, join(folder, "arrays.bin"), request);
    await writeFile(result, "");
    const script = join(packageRoot(), "tools/pytorch", program);
    const options = { env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env }, maxBuffer: 1 << 26 };
    const { stdout } = await promisify(execFile)(python, [script, path, result], options);
    const bytes = await readFile(result);
    const values = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    return { printed: JSON.parse(stdout.trim().split("\n").at(-1) ?? ""), values };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRequest(path: string, file: string, request: TorchRequest): Promise<void> {
  const { graph, inputs, targets, training, numbers } = request;
  const sizes = new Map([...inputs].map(([name, { shape }]) => [name, [shape[1], shape[2]] as const]));
  const [first] = inputs.values();
  const arrays: (readonly [string, readonly number[], ArrayLike<number>])[] = [];
  for (const [name, { data, shape }] of request.arrays) arrays.push([name, shape, data]);
  for (const [name, map] of inputs) arrays.push([`input/${name}`, ...firstOf(map)]);
  for (const [name, target] of targets) {
    if (target.kind === "labels") {
      arrays.push([`target/${name}`, target.shape, target.data]);
      continue;
    }
    arrays.push([`target/${name}`, ...firstOf(target)]);
    const [batch, height, width] = target.shape;
    arrays.push([`valid/${name}`, [batch, height, width], target.valid]);
  }
  const places: Record<
    string,
    { readonly shape: readonly number[]; readonly start: number; readonly end: number }
  > = {};
  let count = 0;
  for (const [name, shape, { length }] of arrays) {
    places[name] = { shape, start: count, end: count + length };
    count += length;
  }
  const values = new Float32Array(count);
  for (const [name, , data] of arrays) values.set(data, places[name]?.start);
  await writeFile(file, values);
  const outputs = Object.fromEntries(
    [...training.outputs].map(([name, { loss }]) => [
      name,
      loss.map(({ factor, term }) => ({ factor, ...term })),
    ]),
  );
  const network = describe(shapesAt(graph, sizes), first?.shape[0] ?? 1);
  await writeFile(path, JSON.stringify({ network, outputs, numbers, arrays: places, file }));
}

function describe({ graph, shapes, cuts }: ShapedGraph, batch: number) {
  return {
    batch,
    nodes: graph.nodes.map(({ id, name, operation, attributes, inputs, weights, sharesWith }) => ({
      ...{ id, name, operation, attributes, inputs, sharesWith },
      shape: shapes[id],
      cut: cuts.get(id),
      weights: weights.map((weight) => ({
        name: weight.name,
        shape: weight.shape,
        trainable: weight.trainable,
      })),
    })),
    outputs: graph.outputs.map(({ name, node, logits }) => ({ name, node, logits })),
  };
}

function firstOf({ data, shape: [batch, height, width, channels] }: MapBatch) {
  const shape = [batch, channels, height, width] as const;
  return [shape, channelsFirst(data, [batch, height, width, channels])] as const;
}
