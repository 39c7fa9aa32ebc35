/** The native engine: tensor programs on ONNX Runtime's CPU kernels. */
import { cpus } from "node:os";
import { UserError } from "../../user-error.ts";
import type { Engine, EngineReport } from "../engine.ts";
import type { ModuleLoader } from "../optional-module.ts";
import { engineThreads } from "../threads.ts";
import { arrayLimit } from "./array-limit.ts";
import { blockSize } from "./block-size.ts";
import { type FoundRuntime, findOnnxRuntime } from "./onnx-runtime.ts";
import { checkArithmetic } from "./probe.ts";
import { chosenProvider, type Provider } from "./provider.ts";
import { openRemote } from "./worker/remote-session.ts";
import { SessionThread } from "./worker/session-thread.ts";

const thread = new SessionThread();

/** @param load for tests of what is said where the package is missing */
export function nativeEngine(load: ModuleLoader): Engine {
  let found: Promise<FoundRuntime> | undefined;
  const runtime = () => {
    found ??= findOnnxRuntime(load);
    return found;
  };
  return {
    name: "native",
    room: undefined,
    probe: async (): Promise<EngineReport> => {
      const about = await runtime();
      if (about.kind === "missing")
        return { engine: "native", works: false, reason: about.reason, remedy: about.remedy };
      let provider: Provider;
      try {
        provider = chosenProvider();
        await checkArithmetic(about.runtime, provider);
      } catch (error) {
        const reason = `a test computation failed: ${error instanceof Error ? error.message : error}`;
        return { engine: "native", works: false, reason, remedy: undefined };
      }
      if (provider === "webgpu")
        return {
          engine: "native",
          works: true,
          description: `ONNX Runtime ${about.version}, public operators on its WebGPU provider`,
          device: "WebGPU",
          software: false,
        };
      const threads = engineThreads();
      const block = await blockSize(about.runtime);
      const kernels = block === undefined ? "public operators" : `blocks of ${block} channels`;
      return {
        engine: "native",
        works: true,
        description: `ONNX Runtime ${about.version}, ${kernels}, ${cpus()[0]?.model.trim() ?? process.arch}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
        device: "CPU",
        software: false,
        largestArray: arrayLimit,
      };
    },
    open: async (graph, options) => {
      thread.start(); // while this one loads the package, to know whether it is there
      const about = await runtime();
      if (about.kind === "missing") throw new UserError(`engine native: ${about.reason}`, about.remedy);
      return openRemote(thread, graph, options, engineThreads());
    },
    forecast: async (graph, demand) => {
      const { forecastMemory } = await import("./forecast.ts");
      return forecastMemory(graph, demand);
    },
  };
}
