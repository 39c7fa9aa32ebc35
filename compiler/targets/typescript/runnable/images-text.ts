/** The file of a runnable project that reads images and label images. */
import type { RunnableFacts } from "./facts.ts";

export function imagesText({ channels, classes, labels }: RunnableFacts): string {
  return `/** Images and label images from disk. */
import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { decode } from "fast-png";
import sharp from "sharp";

/** Pixels in rows, channels last. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The class of each pixel, -1 where it is ignored. */
export interface Labels {
  readonly data: Int32Array;
  readonly width: number;
  readonly height: number;
}

/** Ends the program with a message for a person. */
export function fail(message: string): never {
  console.error(\`error: \${message}\`);
  process.exit(1);
}

/** 8 bits and ${channels === 1 ? "one channel" : `${channels} channels`}. */
export async function readImage(path: string): Promise<Picture> {
  const image = sharp(path).removeAlpha().${channels === 1 ? 'toColourspace("b-w")' : 'toColourspace("srgb")'};
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  if (info.channels !== ${channels}) fail(\`\${path} has \${info.channels} channels, and the network needs ${channels}\`);
  return { data, width: info.width, height: info.height };
}

${
  labels === undefined
    ? ""
    : `/** Classes by the value of a pixel, a grey level, palette index or colour; -1: ignored. */
const classOf = new Map<number | string, number>([${labels}]);
`
}
/** Of a PNG file. */
export async function readLabels(path: string): Promise<Labels> {
  const { data, width, height, channels, depth } = decode(await readFile(path));
  if (depth < 8) fail(\`\${path} has \${depth} bits per pixel; save it with 8\`);
  const labels = Int32Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * channels;
    ${
      labels === undefined
        ? `const label = data[at] ?? 0;
    if (label >= ${classes}) fail(\`\${path} has the value \${label}, and there are ${classes} classes\`);`
        : `const [first = 0, second = 0, third = 0] = data.subarray(at, at + 3);
    const colour = \`#\${[first, second, third].map((value) => value.toString(16).padStart(2, "0")).join("")}\`;
    const label = classOf.get(channels < 3 ? first : colour);
    if (label === undefined) {
      fail(\`\${path} has the value \${channels < 3 ? first : colour}, which is not a class\`);
    }`
    }
    return label;
  });
  return { data: labels, width, height };
}

/** One image, or those of a folder and the folders in it, by path without extension. */
export async function imagesIn(folder: string): Promise<Map<string, string>> {
  if (!existsSync(folder)) fail(\`there is no \${folder}\`);
  if (statSync(folder).isFile()) return new Map([[parse(folder).name, folder]]);
  const all = await readdir(folder, { recursive: true });
  const files = all.filter((file) => /\\.(png|jpe?g|webp|tiff?)$/i.test(file)).sort();
  return new Map(files.map((file) => [file.replace(/\\.\\w+$/, ""), join(folder, file)]));
}

/** The WebAssembly backend. Its loader adds listeners that print its whole source at any later error: they go. */
export async function startBackend(): Promise<void> {
  await tf.setBackend("wasm");
  await tf.ready();
  process.removeAllListeners("uncaughtException");
  process.removeAllListeners("unhandledRejection");
}
`;
}
