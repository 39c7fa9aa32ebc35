/** The same tests on every engine that works on this machine; one that does not is a skip that says why. */
import { describe, it } from "vitest";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { engineNames, loadEngine } from "../../runtime/engines/engines.ts";
import { softwareGpu, useSoftwareGpu } from "../numeric/engines.ts";

export async function onEachEngineHere(subject: string, tests: (engine: EngineName) => void): Promise<void> {
  useSoftwareGpu();
  for (const name of engineNames) {
    const report = await (await loadEngine(name)).probe();
    describe(`${subject} on ${name}`, () => {
      if (!report.works) it.skip(`is not here: ${report.reason}`);
      // minutes for what takes a CPU seconds; `webgpu.test.ts` trains on one
      else if (report.software && softwareGpu !== "with") it.skip(`is ${report.device}, a GPU in name only`);
      else tests(name);
    });
  }
}
