/** Published networks layer by layer, and the example that corresponds to each: the facts in `specs/golden`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";

export interface PublishedLayer {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly parameters: number;
  /** The largest receptive field of a position, counted inside the input, on the height axis. */
  readonly rf?: number;
}

export interface PublishedNetwork {
  /** "repository:file network" */
  readonly name: string;
  readonly input: readonly [channels: number, height: number, width: number];
  readonly output: readonly number[];
  readonly parameters: number;
  readonly macs?: number;
  /** "crop score: upscore 544x544 -> 500x500 offset 19" */
  readonly crops?: readonly string[];
  readonly layers: readonly PublishedLayer[];
}

/** An example that is a published network, with parameters given as on the command line. */
export interface PublishedExample {
  readonly example: string;
  /** The name of the published network. */
  readonly published: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Offsets of its crops, in the order of the network. */
  readonly crops: readonly number[];
}

export function publishedExamples(): readonly PublishedExample[] {
  return JSON.parse(read("examples.json")) as readonly PublishedExample[]; // the file's form is the interface above
}

/** @throws Error when there is no published network of that name. */
export function publishedNetwork(name: string): PublishedNetwork {
  const file = JSON.parse(read("networks.json")) as { readonly networks: readonly PublishedNetwork[] }; // likewise
  const found = file.networks.find((network) => network.name === name);
  if (found === undefined) throw new Error(`specs/golden has no network ${name}`);
  return found;
}

function read(name: string): string {
  return readFileSync(join(packageRoot(), "specs", "golden", name), "utf8");
}
