import { describe, expect, it } from "vitest";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { Engine, EngineName, EngineReport } from "../../runtime/engines/engine.ts";
import { surveyEngines } from "../../runtime/engines/engines.ts";
import { mayHaveGpu } from "../../runtime/engines/tfjs/gpu-device.ts";
import { UserError } from "../../runtime/user-error.ts";

const absent = (engine: EngineName): EngineReport => ({
  engine,
  works: false,
  reason: `${engine} is not installed`,
  remedy: `npm install ${engine}`,
});
const works = (engine: EngineName, device = "CPU", software = false): EngineReport => ({
  engine,
  works: true,
  description: engine,
  device,
  software,
});

/** Engines that report as given; the names probed are noted. */
function machine(reports: Partial<Record<EngineName, EngineReport>>) {
  const probed: EngineName[] = [];
  const load = async (name: EngineName): Promise<Engine> => ({
    name,
    probe: async () => {
      probed.push(name);
      return reports[name] ?? absent(name);
    },
    open: () => Promise.reject(new Error("not opened in this test")),
    room: undefined,
    forecast: () => Promise.reject(new Error("not asked in this test")),
  });
  return { load, probed };
}

const everyday = { wasm: works("wasm"), cpu: works("cpu") };

describe("chooseEngine", () => {
  it("takes TensorFlow on a GPU before everything, and asks no other", async () => {
    const { load, probed } = machine({
      ...everyday,
      tensorflow: works("tensorflow", "GPU (CUDA)"),
      webgpu: works("webgpu", "A GPU"),
    });
    expect((await chooseEngine("auto", load)).engine.name).toBe("tensorflow");
    expect(probed).toEqual(["tensorflow"]);
  });

  it("takes a hardware WebGPU before TensorFlow on the CPU", async () => {
    const { load } = machine({
      ...everyday,
      tensorflow: works("tensorflow"),
      webgpu: works("webgpu", "A GPU"),
    });
    const { engine, why } = await chooseEngine("auto", load);
    expect(engine.name).toBe("webgpu");
    expect(why).toBe("the fastest engine that works here (tensorflow: computes on the CPU)");
  });

  it("takes native before TensorFlow on the CPU", async () => {
    const { load } = machine({ ...everyday, tensorflow: works("tensorflow"), native: works("native") });
    expect((await chooseEngine("auto", load)).engine.name).toBe("native");
  });

  it("takes TensorFlow on the CPU before wasm, and probes it once", async () => {
    const { load, probed } = machine({ ...everyday, tensorflow: works("tensorflow") });
    expect((await chooseEngine("auto", load)).engine.name).toBe("tensorflow");
    expect(probed).toEqual(["tensorflow", "webgpu", "native"]);
  });

  it("never takes a software GPU by itself, and says so", async () => {
    const { load } = machine({ ...everyday, webgpu: works("webgpu", "SwiftShader", true) });
    const { engine, why } = await chooseEngine("auto", load);
    expect(engine.name).toBe("wasm");
    expect(why).toBe("the fastest engine that works here (webgpu: only an emulated GPU (SwiftShader))");
  });

  it("takes cpu when nothing else works", async () => {
    const { load } = machine({ cpu: works("cpu") });
    expect((await chooseEngine("auto", load)).engine.name).toBe("cpu");
  });

  it("takes a software GPU when asked for by name", async () => {
    const { load } = machine({ webgpu: works("webgpu", "SwiftShader", true) });
    const { engine, why } = await chooseEngine("webgpu", load);
    expect(engine.name).toBe("webgpu");
    expect(why).toContain("emulated");
  });

  it("names the reason and the remedy when the engine asked for does not work", async () => {
    const error = await chooseEngine("tensorflow", machine(everyday).load).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe(
      "engine tensorflow does not work here: tensorflow is not installed",
    );
    expect((error as UserError).help).toBe("npm install tensorflow; or use --engine auto");
  });

  it("lists every engine's reason when none works", async () => {
    await expect(chooseEngine("auto", machine({}).load)).rejects.toThrow(
      /tensorflow: .*\nwebgpu: .*\nnative: .*\nwasm: .*\ncpu: /,
    );
  });
});

describe("surveyEngines", () => {
  it("reports on every engine, fastest first", async () => {
    const reports = await surveyEngines(machine(everyday).load);
    expect(reports.map(({ engine, works }) => [engine, works])).toEqual([
      ["tensorflow", false],
      ["webgpu", false],
      ["native", false],
      ["wasm", true],
      ["cpu", true],
    ]);
  });
});

describe("mayHaveGpu", () => {
  it("looks for device files on Linux only, unless a Vulkan driver is named", () => {
    expect(mayHaveGpu("linux", {}, ["null", "tty"])).toBe(false);
    expect(mayHaveGpu("linux", {}, ["null", "renderD128"])).toBe(true);
    expect(mayHaveGpu("linux", {}, ["nvidia0"])).toBe(true);
    expect(mayHaveGpu("linux", { VK_ICD_FILENAMES: "swiftshader.json" }, [])).toBe(true);
    expect(mayHaveGpu("darwin", {}, [])).toBe(true);
  });
});
