/** `fcn train --watch`: the report of the run in progress, served on this machine until it ends. */
import type { EngineChoice } from "../../../../runtime/engines/choose.ts";
import type { MemoryNeed } from "../../../../runtime/training/memory-need.ts";
import type { TrainingEvent } from "../../../../runtime/training/observer.ts";
import type { RunFolder } from "../../../../runtime/training/run-folder.ts";
import type { Terminal } from "../../console/terminal.ts";
import type { OpenProgram } from "../../program/open-program.ts";
import { drawSvg } from "../diagram/run-diagram.ts";
import { describeEnvironment } from "../doctor/run-environment.ts";
import { LiveReport } from "./live-report.ts";
import { WatchServer } from "./watch-server.ts";

export interface WatchChoice {
  readonly watch?: boolean | undefined;
  /** Left out: a free one. */
  readonly port?: number | undefined;
}

export interface WatchedReport {
  readonly observe: (event: TrainingEvent) => void;
  readonly close: () => void;
}

/** `undefined` without --watch. @throws UserError when the port cannot be listened on */
export async function watchedReport(
  program: OpenProgram,
  folder: RunFolder,
  { report: engine }: EngineChoice,
  { watch, port }: WatchChoice,
  terminal: Terminal,
): Promise<WatchedReport | undefined> {
  if (!watch) return undefined;
  const { network, configuration } = program;
  let [epochs, steps, seconds] = [0, 0, 0];
  let need: MemoryNeed | undefined;
  const live = new LiveReport({
    network: network.name,
    classes: configuration.masks.classes,
    folder,
    diagram: await drawSvg(network),
    environment: () =>
      describeEnvironment({ ...program, result: { ended: "running", epochs, steps, seconds }, need, engine }),
  });
  const server = await WatchServer.start({ port: port ?? 0, page: () => live.page() });
  terminal.note(`watch the run at ${server.address}`);
  return {
    observe: (event) => {
      if (event.kind === "memory") need = event.need;
      if (event.kind === "step") steps = event.progress.step;
      if (event.kind === "epoch") ({ epoch: epochs, seconds } = event.line);
      if (live.observe(event)) server.changed();
    },
    close: () => server.close(),
  };
}
