/** What loads and runs graph models: a program of its own with nothing of fcn, whose TensorFlow.js has no kernels but its own. */

/**
 * A module with `open(backend)`: starts a backend. @returns a function that loads a model from its files, or a URL, feeds it once for each
 * entry of `batches`, and gives the outputs by name.
 */
export const graphModelDriver = `
import * as tf from "@tensorflow/tfjs";

const handlerOf = (files) => ({
  load: () =>
    tf.io.getModelArtifactsForJSON(JSON.parse(new TextDecoder().decode(files["model.json"])), async (manifest) => [
      manifest.flatMap((group) => group.weights),
      await new Blob(manifest.flatMap((group) => group.paths.map((path) => files[path]))).arrayBuffer(),
    ]),
});

export async function open(backend) {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error("there is no backend " + backend);
  await tf.ready();
  return async (files, batches) => {
    const before = tf.memory().numTensors;
    const model = await tf.loadGraphModel(typeof files === "string" ? files : handlerOf(files));
    const names = Object.keys(model.modelSignature.outputs);
    const results = [];
    for (const batch of batches) {
      const inputs = Object.fromEntries(
        Object.entries(batch).map(([name, { data, shape }]) => [name, tf.tensor(data, shape, "float32")]),
      );
      const given = model.predict(inputs);
      const outputs = given instanceof tf.Tensor ? { [names[0]]: given } : given;
      const found = {};
      for (const name of names) {
        found[name] = { shape: outputs[name].shape, data: Float32Array.from(await outputs[name].data()) };
      }
      tf.dispose([inputs, outputs]);
      results.push(found);
    }
    model.dispose();
    const leaked = tf.memory().numTensors - before;
    if (leaked !== 0) throw new Error(leaked + " tensors are left");
    return results;
  };
}
`;

/** A worker of Node: takes { files, batches } and gives { results } or { error }. */
export const graphModelWorker = `
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

if (workerData === "wasm") {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(main) + sep);
}
if (workerData === "webgpu") {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  globalThis.navigator ??= {};
  Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
  await import("@tensorflow/tfjs-backend-webgpu");
}
const { open } = await import("./driver.mjs");
const running = open(workerData);
parentPort.on("message", async ({ files, batches }) => {
  try {
    parentPort.postMessage({ results: await (await running)(files, batches) });
  } catch (error) {
    parentPort.postMessage({ error: String(error.stack) });
  }
});
`;
