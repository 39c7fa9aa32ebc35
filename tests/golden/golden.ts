/** Layer sizes, parameter counts, fields and crop offsets of published networks, as recorded in specs/golden. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../tools/host/package-root.ts";

export interface GoldenLayer {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly parameters: number;
  /** The largest part of a cell's field that lies inside the input, on the height axis. */
  readonly rf?: number;
}

export interface GoldenNetwork {
  readonly name: string;
  readonly input: readonly [channels: number, height: number, width: number];
  readonly output: readonly number[];
  readonly parameters: number;
  readonly macs?: number;
  /** "crop score: upscore 544x544 -> 500x500 offset 19" */
  readonly crops?: readonly string[];
  readonly layers: readonly GoldenLayer[];
}

export function goldenNetwork(part: string): GoldenNetwork {
  const text = readFileSync(join(packageRoot(), "specs", "golden", "networks.json"), "utf8");
  const file = JSON.parse(text) as { readonly networks: readonly GoldenNetwork[] }; // the file's form is the interface above
  const found = file.networks.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`specs/golden has no network ${part}`);
  return found;
}
