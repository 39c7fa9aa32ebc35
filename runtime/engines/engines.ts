/** Every engine, loaded when it is asked for. A new engine is a folder beside this and a line here. */
import type { Engine, EngineName, EngineReport, SessionEngineName } from "./engine.ts";

export const engineLoaders: { readonly [N in SessionEngineName]: () => Promise<Engine> } = {
  tensorflow: async () => {
    const [{ tfjsEngine }, { startTensorFlow }, { loadModule }] = await Promise.all([
      import("./tfjs/engine.ts"),
      import("./tfjs/tensorflow.ts"),
      import("./optional-module.ts"),
    ]);
    return tfjsEngine("tensorflow", startTensorFlow(loadModule));
  },
  webgpu: async () => {
    const [{ tfjsEngine }, { startWebGpu }, { loadModule }] = await Promise.all([
      import("./tfjs/engine.ts"),
      import("./tfjs/webgpu.ts"),
      import("./optional-module.ts"),
    ]);
    return tfjsEngine("webgpu", startWebGpu(loadModule));
  },
  native: async () => {
    const [{ nativeEngine }, { loadModule }] = await Promise.all([
      import("./native/engine.ts"),
      import("./optional-module.ts"),
    ]);
    return nativeEngine(loadModule);
  },
  wasm: async () => {
    const [{ tfjsEngine }, { startWasm, wasmRoom }] = await Promise.all([
      import("./tfjs/engine.ts"),
      import("./tfjs/wasm.ts"),
    ]);
    return tfjsEngine("wasm", startWasm, wasmRoom);
  },
  cpu: async () => {
    const [{ tfjsEngine }, { startCpu }] = await Promise.all([
      import("./tfjs/engine.ts"),
      import("./tfjs/cpu.ts"),
    ]);
    return tfjsEngine("cpu", startCpu);
  },
};

const loaded = new Map<EngineName, Promise<Engine>>();

/** The engine of that name, one for the whole process. */
export function loadEngine(name: EngineName): Promise<Engine> {
  const engine = loaded.get(name) ?? (name === "torch" ? loadTorch() : engineLoaders[name]());
  loaded.set(name, engine);
  return engine;
}

async function loadTorch(): Promise<Engine> {
  const { torchEngine } = await import("./torch/engine.ts");
  // its own memory is another process's: what a graph needs is the same
  return torchEngine(async (graph, demand) => (await loadEngine("native")).forecast(graph, demand));
}

export const engineNames = Object.keys(engineLoaders) as readonly SessionEngineName[]; // the table is total

/** What every engine says of itself on this machine. */
export async function surveyEngines(load: typeof loadEngine = loadEngine): Promise<readonly EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const name of engineNames) reports.push(await (await load(name)).probe());
  return reports;
}
