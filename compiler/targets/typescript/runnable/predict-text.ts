/** The program of a runnable project that predicts. */
import type { RunnableFacts } from "./facts.ts";

export function predictText({ className, field, classes }: RunnableFacts): string {
  const step = classes <= 1 ? 255 : Math.floor(255 / (classes - 1));
  return `/**
 * Writes the classes of an image, or of every image of a folder, as PNG with one value per class:
 *
 *   npx tsx predict.ts [data/images] [--weights weights.safetensors] [--output predictions] [--visible]
 *
 * With --visible the values are spread over the grey levels, so that the eye can tell them apart.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { fail, imagesIn, readImage, startBackend } from "./images.ts";
import { ${className} } from "./${className}.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    weights: { type: "string", default: "weights.safetensors" },
    output: { type: "string", default: "predictions" },
    visible: { type: "boolean", default: false },
  },
});
const [folder = join("data", "images")] = positionals;

if (!existsSync(values.weights)) {
  fail(\`there is no \${values.weights}: train first, or name the file with --weights\`);
}
await startBackend();
const network = new ${className}();
network.load(await readFile(values.weights));
for (const [name, path] of await imagesIn(folder)) {
  const { ${field === "labels" ? field : `${field}: labels`} } = network.predict(await readImage(path));
  const [height, width] = labels.shape;
  const classes = Uint8Array.from(await labels.data(), (label) => (values.visible ? label * ${step} : label));
  labels.dispose();
  const file = join(values.output, \`\${name}.png\`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, encode({ data: classes, width, height, channels: 1, depth: 8 }));
  console.log(file);
}
`;
}
