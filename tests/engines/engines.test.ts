import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { nativeEngine } from "../../runtime/engines/native/engine.ts";
import type { ModuleLoader } from "../../runtime/engines/optional-module.ts";
import { onBackend } from "../../runtime/engines/tfjs/backend.ts";
import { tfjsEngine } from "../../runtime/engines/tfjs/engine.ts";
import { loadTensorFlow } from "../../runtime/engines/tfjs/load.ts";
import { known } from "../../runtime/engines/tfjs/probe.ts";
import { startTensorFlow } from "../../runtime/engines/tfjs/tensorflow.ts";
import { startWasm } from "../../runtime/engines/tfjs/wasm.ts";
import { isSoftware, startWebGpu } from "../../runtime/engines/tfjs/webgpu.ts";
import { UserError } from "../../runtime/user-error.ts";
import { oneConvolution } from "./graphs.ts";
import { lossAndGradient } from "./one-conv-reference.ts";
import { distance, everywhere } from "./sessions.ts";

const absent: ModuleLoader = (name) =>
  Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" }));

describe("probe", () => {
  it.each(everywhere)("finds that %s works, by computing", async (name) => {
    const report = await (await loadEngine(name)).probe();
    expect(report).toMatchObject({ engine: name, works: true, device: "CPU", software: false });
    expect(report.works && report.description).toMatch(/^TensorFlow\.js 4\.\d+\.\d+, /);
  });

  it("compares with numbers that the float64 reference confirms", () => {
    const network = {
      kernel: 3,
      inputChannels: 1,
      classes: 2,
      weight: Array.from({ length: 18 }, (_, i) => (((3 * i) % 7) - 3) / 4),
      bias: [0.5, -0.25],
    };
    const image = Float32Array.from({ length: 20 }, (_, i) => (((7 * i) % 11) - 5) / 5);
    const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2);
    const { loss, weight, bias } = lossAndGradient(
      network,
      { data: image, shape: [1, 4, 5, 1] },
      { data: labels, shape: [1, 4, 5] },
      { weights: undefined, reduction: "mean" },
    );
    expect(Math.abs(loss - known.loss)).toBeLessThan(1e-6);
    expect(distance(weight.slice(0, 9), known.weight)).toBeLessThan(1e-6);
    expect(distance(bias.slice(0, 1), known.bias)).toBeLessThan(1e-6);
  });

  it("does not believe an engine that computes something else", async () => {
    const tf = await loadTensorFlow();
    tf.registerBackend("wrong", () => tf.findBackend("cpu"));
    tf.copyRegisteredKernels("cpu", "wrong");
    tf.unregisterKernel("Exp", "wrong");
    const { kernelFunc } = tf.getKernel("Square", "cpu");
    tf.registerKernel({ kernelName: "Exp", backendName: "wrong", kernelFunc });
    const engine = tfjsEngine("cpu", async () => {
      await tf.setBackend("wrong");
      return { tf, name: "wrong", description: "wrong", device: "CPU", software: false };
    });
    const report = await engine.probe();
    expect(report).toMatchObject({
      works: false,
      reason: expect.stringContaining("a test computation failed: the loss"),
    });
  });
});

describe("the wasm engine", () => {
  it("says that its memory is full instead of writing over it", async () => {
    const backend = await startWasm();
    if (!("tf" in backend)) throw new Error(backend.reason);
    const { tf } = backend;
    const held = await onBackend(backend, async () => tf.fill([2 ** 18], 1));
    const fill = onBackend(backend, async () => tf.fill([1_073_700_000], 1)); // just under 2³² bytes
    await expect(fill).rejects.toThrow("memory (4 GB) is full: no room for another 4096 MB");
    await expect(fill).rejects.toBeInstanceOf(UserError);
    held.dispose();
  });

  it("names memory too when its own code gives up", async () => {
    const backend = await startWasm();
    if (!("tf" in backend)) throw new Error(backend.reason);
    const stop = onBackend(backend, () =>
      Promise.reject(Object.assign(new Error("Aborted()"), { name: "RuntimeError" })),
    );
    await expect(stop).rejects.toThrow(
      "the wasm engine stopped, most likely because its memory (4 GB) is full: Aborted()",
    );
  });

  it("adds no listener to the process", async () => {
    await (await loadEngine("wasm")).probe();
    const sources = ["uncaughtException", "unhandledRejection"].flatMap((event) =>
      process.rawListeners(event as "uncaughtException").map(String),
    );
    expect(
      sources.filter((source) => source.includes("ExitStatus") || source.includes("throw reason")),
    ).toEqual([]);
  });
});

describe("the tensorflow engine", () => {
  /** A package as tfjs-node is one: loading it registers a backend called "tensorflow" (here with the cpu's kernels). */
  const packageOf =
    (provided: string, isUsingGpuDevice: boolean): ModuleLoader =>
    async (name) => {
      if (name !== provided) return absent(name);
      const tf = await loadTensorFlow();
      await tf.setBackend("cpu");
      const cpu = tf.findBackend("cpu");
      tf.registerBackend("tensorflow", () => Object.assign(Object.create(cpu), { isUsingGpuDevice }));
      tf.copyRegisteredKernels("cpu", "tensorflow");
      return tf;
    };

  it("says what to install when neither package is there", async () => {
    const report = await tfjsEngine("tensorflow", startTensorFlow(absent)).probe();
    expect(report).toEqual({
      engine: "tensorflow",
      works: false,
      reason: "neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed",
      remedy: expect.stringContaining("npm install @tensorflow/tfjs-node-gpu"),
    });
  });

  it("tells a package that does not load from one that is not there", async () => {
    const broken: ModuleLoader = (name) =>
      name === "@tensorflow/tfjs-node"
        ? Promise.reject(new Error("libtensorflow.so.2: cannot open shared object file\nmore"))
        : absent(name);
    const report = await tfjsEngine("tensorflow", startTensorFlow(broken)).probe();
    expect(report).toMatchObject({
      works: false,
      reason:
        "the package @tensorflow/tfjs-node is installed but does not load: libtensorflow.so.2: cannot open shared object file",
      remedy: expect.stringContaining("npm rebuild"),
    });
  });

  it.each([
    ["@tensorflow/tfjs-node-gpu", true, "GPU (CUDA)"],
    ["@tensorflow/tfjs-node", false, "CPU"],
  ])("uses the backend that %s registers", async (name, gpu, device) => {
    const tf = await loadTensorFlow();
    if (tf.findBackendFactory("tensorflow") !== null) tf.removeBackend("tensorflow");
    const engine = tfjsEngine("tensorflow", startTensorFlow(packageOf(name, gpu)));
    const report = await engine.probe();
    expect(report).toMatchObject({ works: true, device, description: expect.stringContaining(name) });
    const choice = await chooseEngine("auto", async (asked: EngineName) => {
      if (asked === "tensorflow") return engine;
      if (asked === "native" || asked === "torch") return nativeEngine(absent);
      return tfjsEngine(asked, async () => ({ reason: "not here", remedy: undefined }));
    });
    expect(choice.engine).toBe(engine);
  });
});

describe("the native engine", () => {
  it("says what to install when the package is not there", async () => {
    const report = await nativeEngine(absent).probe();
    expect(report).toMatchObject({
      works: false,
      reason: "the package onnxruntime-node is not installed",
      remedy: expect.stringContaining("npm install onnxruntime-node@1.30.0"),
    });
  });

  it("refuses a version that it was not checked with", async () => {
    const other: ModuleLoader = async () => ({
      default: { env: { versions: { common: "1.29.0", node: "1.29.0" } } },
    });
    const report = await nativeEngine(other).probe();
    expect(report).toMatchObject({
      works: false,
      reason: "the package onnxruntime-node is version 1.29.0, and this engine is checked with 1.30.0",
    });
  });

  it("is what auto takes on a machine without a GPU", async () => {
    const choice = await chooseEngine("auto", async (asked: EngineName) =>
      asked === "native" || asked === "wasm" || asked === "torch"
        ? loadEngine(asked)
        : tfjsEngine(asked, async () => ({ reason: "not here", remedy: undefined })),
    );
    expect(choice.engine.name).toBe("native");
  });
});

describe("the webgpu engine", () => {
  it("says what to install when the package is not there", async () => {
    const report = await tfjsEngine(
      "webgpu",
      startWebGpu(absent, () => true),
    ).probe();
    expect(report).toMatchObject({
      works: false,
      reason: "the package webgpu is not installed",
      remedy: "npm install webgpu @tensorflow/tfjs-backend-webgpu",
    });
  });

  it("does not load Vulkan where the machine shows no GPU", async () => {
    const load: ModuleLoader = () => Promise.reject(new Error("must not be loaded"));
    const report = await tfjsEngine(
      "webgpu",
      startWebGpu(load, () => false),
    ).probe();
    expect(report).toMatchObject({ works: false, reason: "no GPU is visible on this machine" });
  });

  it("knows emulated GPUs by their names", () => {
    const info = { vendor: "", architecture: "", device: "", description: "" };
    expect(isSoftware({ ...info, vendor: "google", architecture: "swiftshader" })).toBe(true);
    expect(isSoftware({ ...info, description: "llvmpipe (LLVM 15.0.6, 256 bits)" })).toBe(true);
    expect(isSoftware({ ...info, isFallbackAdapter: true })).toBe(true);
    expect(isSoftware({ ...info, vendor: "nvidia", description: "NVIDIA H100" })).toBe(false);
  });
});

/** Runs a module in a process of its own. */
function run(program: string) {
  const options = ["--import", "tsx", "--input-type=module", "-e", program];
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { encoding: "utf8" });
  return { stdout, stderr, status };
}

describe("the console", () => {
  it("stays empty while engines load and run", () => {
    const program = `
      import { chooseEngine } from "./runtime/engines/choose.ts";
      for (const name of ["cpu", "wasm"]) await chooseEngine(name);
    `;
    expect(run(program)).toEqual({ stdout: "", stderr: "", status: 0 });
  });

  it("is not reached for TensorFlow.js before an engine is asked for", () => {
    const program = `
      import "./runtime/engines/choose.ts";
      import { createRequire } from "node:module";
      const loaded = Object.keys(createRequire(import.meta.url).cache ?? {}).concat([...process.moduleLoadList]);
      console.log(loaded.filter((name) => name.includes("@tensorflow")).length, "_tfengine" in globalThis);
    `;
    expect(run(program)).toEqual({ stdout: "0 false\n", stderr: "", status: 0 });
  });
});

describe("open", () => {
  it("names the engine and the remedy when it is not there", async () => {
    const engine = tfjsEngine("webgpu", async () => ({ reason: "no GPU was found", remedy: "buy one" }));
    const refusal = engine.open(oneConvolution(), { seed: 1 });
    await expect(refusal).rejects.toMatchObject({
      message: "engine webgpu: no GPU was found",
      help: "buy one",
    });
  });
});
