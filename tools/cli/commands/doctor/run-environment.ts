/** What a report states about the run: enough to reproduce it. */
import { availableParallelism, cpus } from "node:os";
import { basename } from "node:path";
import { describeConfigured } from "../../../../compiler/learning/definition/describe.ts";
import type { WeightedLoss } from "../../../../compiler/learning/losses/registry.ts";
import type { WorkingReport } from "../../../../runtime/engines/choose.ts";
import type { MemoryNeed } from "../../../../runtime/training/memory-need.ts";
import type { TrainResult } from "../../../../runtime/training/train-options.ts";
import { withPrefix } from "../../../../views/text/numbers.ts";
import { version } from "../../../host/version.ts";
import { counted, duration } from "../../console/numbers.ts";
import type { OpenProgram } from "../../program/open-program.ts";

export interface RunFacts extends Omit<OpenProgram, "files"> {
  readonly result: Omit<TrainResult, "best" | "ended"> & { readonly ended: TrainResult["ended"] | "running" };
  /** Forecast; `undefined` where the run ended before its first step. */
  readonly need: MemoryNeed | undefined;
  readonly engine: WorkingReport;
}

export function describeEnvironment({
  network,
  data,
  configuration,
  source,
  result,
  need,
  engine,
}: RunFacts): readonly (readonly [name: string, value: string])[] {
  const { optimizer, schedule, outputs } = configuration;
  const parameters = [...network.parameters].map(([name, value]) => `${name} = ${value}`).join(", ");
  return [
    ["network", parameters === "" ? network.name : `${network.name}(${parameters})`],
    ["source", `SHA-256 ${source}`],
    [
      "data",
      `${withoutFolders(data.source)}: ${counted(data.training.length, "training image")}, ${counted(data.validation.length, "validation image")}`,
    ],
    ["run", `${counted(result.epochs, "epoch")}, ${counted(result.steps, "step")}; ${result.ended}`],
    [
      "time",
      result.epochs === 0
        ? duration(result.seconds)
        : `${duration(result.seconds)}, ${duration(result.seconds / result.epochs)} per epoch`,
    ],
    [
      "memory",
      `${need === undefined ? "" : `${withPrefix(need.bytes, "B")} forecast for ${need.in === "step" ? "a step" : "a validation image"}; `}${withPrefix(1024 * process.resourceUsage().maxRSS, "B")} peak resident memory of the process`,
    ],
    ["batch, seed", `${configuration.batch}, ${configuration.seed}`],
    ["optimizer", describeConfigured(optimizer)],
    ["schedule", schedule.length === 0 ? "constant" : schedule.map(describeConfigured).join(", ")],
    ...outputs.map(({ name, target, loss }): readonly [string, string] => [
      outputs.length === 1 ? "loss" : `loss of ${name}`,
      `${loss.map(describeTerm).join(" + ")} on ${target.kind}`,
    ]),
    ["engine", `${engine.engine}: ${engine.description}, on ${engine.device}`],
    [
      "machine",
      `${counted(availableParallelism(), "core")}, ${cpus()[0]?.model ?? "unknown processor"}, ${process.platform} ${process.arch}`,
    ],
    ["versions", `fcn ${version()}, Node ${process.version}`],
  ];
}

/** The folder or list by its own name: a report is handed on, and says nothing of where it was made. */
function withoutFolders(source: string): string {
  const [path = "", ...rest] = source.split(" (");
  return [basename(path), ...rest].join(" (");
}

/** "0.5 · huber(threshold = 1)". */
function describeTerm({ factor, term }: WeightedLoss): string {
  return `${factor === 1 ? "" : `${factor} · `}${describeConfigured(term)}`;
}
