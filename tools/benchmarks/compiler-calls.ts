/** How long the compiler takes inside a program that stays: what an editor waits for after a key. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../host/package-root.ts";

export interface CallTime {
  readonly name: string;
  /** Milliseconds of the processor: of the first call, and the median of the others. */
  readonly first: number;
  readonly median: number;
  /** Of the median, in milliseconds. */
  readonly limit: number;
}

const calls = 31;

/** Of the built package, as a program of a user's would load it. */
export async function timeCalls(): Promise<readonly CallTime[]> {
  const door = pathToFileURL(join(packageRoot(), "dist", "compiler.js")).href;
  const { analyse, compile } = (await import(door)) as typeof import("../../compiler/index.ts"); // what the door is built from
  const host = { read: () => undefined };
  const layers = {
    path: "net.fcn",
    text: `network Net(classes = 2) {
  input image [3, H, W]
${"  conv(16, 3x3) relu\n".repeat(11)}  conv(classes, 1x1)
  output labels by softmax
}
`,
  };
  const example = {
    path: "pspnet.fcn",
    text: readFileSync(join(packageRoot(), "examples", "pspnet.fcn"), "utf8"),
  };
  return [
    timed("`compile` of 24 layers", 15, () => compile(layers, host)),
    timed("`analyse` of `examples/pspnet.fcn`", 50, () => analyse(example, host)),
  ];
}

function timed(name: string, limit: number, call: () => { readonly networks: readonly unknown[] }): CallTime {
  const [first = Number.NaN, ...others] = Array.from({ length: calls }, () => {
    const before = process.cpuUsage();
    if (call().networks.length !== 1) throw new Error(`${name}: the program has errors`);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  const median = others.toSorted((a, b) => a - b)[Math.floor(others.length / 2)] ?? Number.NaN;
  return { name, first, median, limit };
}
