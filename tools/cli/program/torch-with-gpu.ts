/** PyTorch for `--engine auto`: where a GPU of its own computes. */
import { existsSync } from "node:fs";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { refusals } from "../../../compiler/targets/pytorch/refusals.ts";
import { examineTorch, findInterpreter, type TorchReport } from "../../../runtime/python/interpreter.ts";

export type WorkingTorch = Extract<TorchReport, { works: true }>;

/**
 * PyTorch takes seconds to ask, so only a machine that shows a GPU is asked; a network that it refuses is for another engine.
 * @param python the interpreter of `--python`
 * @param shown whether the machine shows a GPU; for tests
 */
export async function torchWithGpu(
  network: CompiledNetwork,
  python?: string,
  shown = showsGpu(),
): Promise<WorkingTorch | undefined> {
  if (!shown || refusals(network).length > 0) return undefined;
  const report = await examineTorch(findInterpreter(python));
  return report.works && report.devices.length > 0 ? report : undefined;
}

/** NVIDIA's driver, on a machine, a Jetson and under WSL; AMD's. */
const drivers = ["/proc/driver/nvidia/version", "/dev/nvhost-gpu", "/dev/dxg", "/dev/kfd"];

export function showsGpu(): boolean {
  return process.platform === "darwin" || process.platform === "win32" || drivers.some(existsSync);
}
