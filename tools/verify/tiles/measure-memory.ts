/**
 * The most memory that the built command has while it predicts a small image and a large one in tiles: each by a process of its own, in
 * pairs one after the other, so that what changes on the machine in between meets both.
 */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../../compiler/compile.ts";
import { usualTarget } from "../../../compiler/learning/targets/registry.ts";
import type { EngineName } from "../../../runtime/engines/engine.ts";
import { PngWriter } from "../../../runtime/images/rows/png-writer.ts";
import type { SampleWriter } from "../../../runtime/images/rows/sample-form.ts";
import { TiffWriter } from "../../../runtime/images/rows/tiff-writer.ts";
import { writeWeights } from "../../../runtime/training/weights-file.ts";
import { initialiseWeights } from "../../../runtime/weights/initialise.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { runCommand } from "../faults/run-command.ts";

/** Narrow, of two resolutions: what grows with the image is large beside what the network takes. */
const program = `network Net(classes = 2) {
  input image [3, H, W]
  conv(6, 3x3) relu as fine
  maxpool(2)
  conv(6, 3x3) relu
  upsample(2, nearest)
  skip fine by concat
  conv(classes, 1x1)
  output labels by softmax
}
`;

/** Rows of an image that are written at a time. */
const together = 64;

export const imageFormats = ["png", "tif"] as const;
export type TiledFormat = (typeof imageFormats)[number];

export interface MemorySetting {
  /** Pixels of the small image and of the large one, along each axis. */
  readonly sides: readonly [small: number, large: number];
  /** As `--memory` takes it. */
  readonly memory: string;
  readonly pairs: number;
  readonly engine: EngineName;
}

/** Peak resident bytes of one process each. */
export type MemoryPair = readonly [small: number, large: number];

/** @throws Error where an image is not predicted, or not in tiles */
export async function measurePairs(
  format: TiledFormat,
  { sides, memory, pairs, engine }: MemorySetting,
): Promise<readonly MemoryPair[]> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-tiles-memory-"));
  try {
    await writeNetwork(folder);
    await writeImages(folder, format, sides);
    const measured: MemoryPair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const peak = (side: number) => peakOf(folder, `${side}.${format}`, { memory, engine });
      measured.push([await peak(sides[0]), await peak(sides[1])]);
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function peakOf(
  folder: string,
  image: string,
  { memory, engine }: Pick<MemorySetting, "memory" | "engine">,
): Promise<number> {
  const words = ["net.fcn", image, "--weights", "net.safetensors", "--out", "seen", "--memory", memory];
  const { status, stderr, peakBytes } = await runCommand(["predict", ...words, "--engine", engine], {
    cwd: folder,
  });
  if (status !== 0 || peakBytes === undefined) throw new Error(`${image} is not predicted: ${stderr}`);
  if (!stderr.includes("with the result of the whole image"))
    throw new Error(`${image} is not predicted in exact tiles with ${memory}: ${stderr}`);
  return peakBytes;
}

async function writeNetwork(folder: string): Promise<void> {
  const [network] = compile({ path: "net.fcn", text: program }, createFileHost()).networks;
  if (network === undefined) throw new Error("the network of this measurement does not compile");
  await writeFile(join(folder, "net.fcn"), program);
  await mkdir(join(folder, "seen"));
  await writeWeights(join(folder, "net.safetensors"), initialiseWeights(network.graph, 1), {
    network: network.name,
    parameters: network.parameters,
    source: "0".repeat(64),
    classes: ["dark", "light"],
    normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
    otherNormalisations: {},
    targets: { labels: usualTarget },
    classWeights: undefined,
    binWeights: {},
    step: 1,
    epoch: 1,
    version: "0.0.0",
  });
}

async function writeImages(folder: string, format: TiledFormat, sides: readonly number[]): Promise<void> {
  for (const side of sides) {
    const path = join(folder, `${side}.${format}`);
    const form = { width: side, height: side, channels: 3, type: "uint8" } as const;
    const writer: Pick<SampleWriter, "write" | "finish"> =
      format === "tif" ? await TiffWriter.open(path, form) : await openPng(path, side);
    for (let row = 0; row < side; row += together) {
      const data = new Uint8Array(Math.min(together, side - row) * side * 3);
      for (let i = 0; i < data.length; i++) data[i] = (i * 7 + Math.floor(i / 977) * 31 + row * 13) & 255;
      await writer.write(data);
    }
    await writer.finish();
  }
}

async function openPng(path: string, side: number): Promise<Pick<SampleWriter, "write" | "finish">> {
  const png = await PngWriter.open(path, { width: side, height: side, channels: 3, depth: 8 });
  return {
    write: async (samples) => {
      if (samples instanceof Float32Array) throw new TypeError("PNG files have integers");
      await png.write(samples);
    },
    finish: () => png.finish(),
  };
}
