/** Which engine to run on: the requested one, or the fastest that works on this machine. */
import { UserError } from "../user-error.ts";
import type { Engine, EngineName, EngineReport } from "./engine.ts";
import { loadEngine } from "./engines.ts";

export type WorkingReport = Extract<EngineReport, { works: true }>;

export interface EngineChoice {
  readonly engine: Engine;
  readonly report: WorkingReport;
  /** For a person: "the fastest engine that works here (tensorflow: computes on the CPU)". */
  readonly why: string;
}

/** Fastest first. An engine that is listed twice is chosen at its first position only with a GPU. */
const preference: readonly { readonly name: EngineName; readonly needsGpu: boolean }[] = [
  { name: "tensorflow", needsGpu: true },
  { name: "webgpu", needsGpu: true },
  { name: "native", needsGpu: false },
  { name: "tensorflow", needsGpu: false },
  { name: "wasm", needsGpu: false },
  { name: "cpu", needsGpu: false },
];

/**
 * @param load by engine name; for tests.
 * @throws UserError when the requested engine does not work, with how to install it.
 */
export async function chooseEngine(
  asked: EngineName | "auto",
  load: (name: EngineName) => Promise<Engine> = loadEngine,
): Promise<EngineChoice> {
  return asked === "auto" ? chooseFastest(load) : takeNamed(asked, load);
}

async function takeNamed(
  name: EngineName,
  load: (name: EngineName) => Promise<Engine>,
): Promise<EngineChoice> {
  const engine = await load(name);
  const report = await engine.probe();
  if (!report.works) {
    throw new UserError(
      `engine ${name} does not work here: ${report.reason}`,
      report.remedy === undefined
        ? "use --engine auto, or see `fcn doctor`"
        : `${report.remedy}; or use --engine auto`,
    );
  }
  return {
    engine,
    report,
    why: report.software ? "requested; a GPU emulated on the CPU, very slow" : "requested",
  };
}

async function chooseFastest(load: (name: EngineName) => Promise<Engine>): Promise<EngineChoice> {
  const reports = new Map<EngineName, EngineReport>();
  const passedOver = new Map<EngineName, string>();
  for (const { name, needsGpu } of preference) {
    const engine = await load(name);
    const report = reports.get(name) ?? (await engine.probe());
    reports.set(name, report);
    const objection = objectionTo(report, needsGpu);
    if (objection === undefined && report.works) {
      passedOver.delete(name);
      const others = [...passedOver]
        .filter(([other]) => reports.get(other)?.works)
        .map(([other, reason]) => `${other}: ${reason}`)
        .join("; ");
      return {
        engine,
        report,
        why: `the fastest engine that works here${others === "" ? "" : ` (${others})`}`,
      };
    }
    passedOver.set(name, objection ?? "");
  }
  const reasons = [...passedOver].map(([name, reason]) => `${name}: ${reason}`).join("\n");
  throw new UserError(`no engine works on this machine:\n${reasons}`, "see `fcn doctor`");
}

function objectionTo(report: EngineReport, needsGpu: boolean): string | undefined {
  if (!report.works) return report.reason;
  if (report.software) return `only an emulated GPU (${report.device})`;
  return needsGpu && report.device === "CPU" ? "computes on the CPU" : undefined;
}
