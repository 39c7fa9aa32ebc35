/** A page with the emitted U-Net, bundled and opened in Chromium: it segments an image file dropped on it, and trains. */
import { join } from "node:path";
import { encode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { Random } from "../../runtime/random.ts";
import { encodeSafetensors } from "../../runtime/weights/safetensors.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { difference, emittedModule, withBundle } from "../../tools/verify/targets/compare-typescript.ts";
import { networkOf } from "../../tools/verify/targets/examples.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import { hasChromium, runPage } from "../../tools/verify/targets/run-in-browser.ts";
import type { Pixels, SegmentedAndTrained } from "../support/segment-and-train.ts";

const shared = JSON.stringify(join(packageRoot(), "tests", "support", "segment-and-train.ts"));

/** Neither side is a multiple of 16, which U-Net accepts: `predict` fits the image. */
const [width, height] = [59, 43];

/** Noise with a bright disc in it; opaque, so that a canvas keeps its colours exactly. */
function drawn(): Pixels {
  const random = new Random(7, "page");
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
    if (i % 4 === 3) return 255;
    const [x, y] = [Math.floor(i / 4) % width, Math.floor(i / 4 / width)];
    return (Math.hypot(x - 24, y - 18) < 11 ? 190 : 60) + random.between(-50, 50);
  });
  return { data, width, height };
}

/** The page's own code is what its author would write around the module. */
function pageScript(backend: string): string {
  return `
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { UNet } from "./UNet.ts";
import { segmentAndTrain } from ${shared};

const bytesOf = async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer());

/** The pixels of the file that is dropped. */
function dropped(zone) {
  zone.addEventListener("dragover", (event) => event.preventDefault());
  return new Promise((resolve, reject) => {
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      const draw = async () => {
        const bitmap = await createImageBitmap(event.dataTransfer.files[0]);
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, canvas.width, canvas.height);
      };
      draw().then(resolve, reject);
    });
  });
}

/** As the browser does where a person drops a file. */
function drop(zone, file) {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
}

const run = async () => {
  await tf.setBackend("${backend}");
  await tf.ready();
  const zone = document.body.appendChild(document.createElement("div"));
  const pixels = dropped(zone);
  drop(zone, new File([await bytesOf("disc.png")], "disc.png", { type: "image/png" }));
  return segmentAndTrain(new UNet(), await bytesOf("weights.safetensors"), await pixels);
};`;
}

describe("a page with the emitted U-Net", () => {
  let network: CompiledNetwork;
  let module: { readonly name: string; readonly text: string };
  let file: Uint8Array;
  let expected: SegmentedAndTrained;
  beforeAll(async () => {
    network = await networkOf({ example: "u-net.fcn", settings: { width: "4" }, size: 64 });
    module = await emittedModule(network);
    const metadata = new Map([["normalisation", JSON.stringify({ mean: [0.4], deviation: [0.25] })]]);
    file = Buffer.concat(encodeSafetensors({ weights: livelyWeights(network.graph, 4), metadata }));
    const script = `
      import * as tf from "@tensorflow/tfjs";
      import { UNet } from "./UNet.ts";
      import { segmentAndTrain } from ${shared};
      export const run = async (file, pixels) => {
        await tf.setBackend("cpu");
        return segmentAndTrain(new UNet(), file, pixels);
      };`;
    expected = await withBundle(new Map([[module.name, module.text]]), script, (bundle) => {
      const { run } = bundle as {
        run: (file: Uint8Array, pixels: Pixels) => Promise<SegmentedAndTrained>;
      }; // as exported above
      return run(file, drawn());
    });
  }, 120_000);

  it.for(["cpu", "webgl"] as const)(
    "loads weights, segments an image file dropped on it and takes ten training steps on %s, with the numbers of Node",
    { timeout: 300_000 },
    async (backend, { skip }) => {
      if (!(await hasChromium())) skip("chromium is not installed");
      const { data } = drawn();
      const image = encode({ data: Uint8Array.from(data), width, height, channels: 4, depth: 8 });
      const page = await runPage({
        modules: new Map([[module.name, module.text]]),
        script: pageScript(backend),
        files: new Map([
          ["weights.safetensors", file],
          ["disc.png", image],
        ]),
        gpu: backend !== "cpu",
      });
      const found = page as SegmentedAndTrained; // what the script returns
      expect(found.shape).toEqual([height, width]);
      expect(found.labels).toEqual(expected.labels);
      expect(new Set(found.labels).size).toBe(2);
      expect(found.losses).toHaveLength(10);
      // Float32, whose sums each backend adds in another order; ten steps of Adam multiply the difference.
      expect(difference(expected.losses, found.losses)).toBeLessThan(backend === "cpu" ? 1e-6 : 1e-4);
      expect(found.losses.at(-1)).toBeLessThan(0.9 * (found.losses[0] ?? 0));
    },
  );
});
