/** Starts the emitted package in one process of Python or under torchrun, and receives its events. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { NotFiniteOrigin } from "../../engines/engine.ts";
import type { EpochLine, StepLine } from "../metrics-log.ts";
import type { StepProgress, TrainingPlan } from "../observer.ts";
import type { TrainResult } from "../train-options.ts";
import { meetingPort } from "./meeting-port.ts";

export interface TorchProcesses {
  /** Of the interpreter. */
  readonly python: string;
  /** On this machine; left out: one for each GPU, or one. */
  readonly workers: number;
  /** Machines that train together. */
  readonly nodes: number;
  /** HOST:PORT where they meet; of several machines. */
  readonly rendezvous: string | undefined;
}

type PlacedOrigin = Extract<NotFiniteOrigin, { kind: "map" }>;
export type TorchOrigin =
  | Extract<NotFiniteOrigin, { kind: "weight" | "gradient" }>
  | Omit<PlacedOrigin, "span">;

/** What `train.py --events` prints, a line each. */
export type TorchEvent =
  | { readonly kind: "begins"; readonly plan: TrainingPlan }
  | { readonly kind: "step"; readonly progress: Omit<StepProgress, "training" | "secondsLeft"> }
  | { readonly kind: "steps"; readonly line: StepLine }
  | { readonly kind: "validating"; readonly done: number; readonly of: number }
  | { readonly kind: "epoch"; readonly line: EpochLine }
  | { readonly kind: "checkpoint"; readonly step: number; readonly epoch: number }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly rank: number;
      readonly not_finite: boolean;
      /** Where it began not to be finite; of a feature map without its place in the program. */
      readonly origin: TorchOrigin | null;
    }
  | {
      readonly kind: "ended";
      readonly ended: TrainResult["ended"];
      readonly epochs: number;
      readonly steps: number;
      readonly seconds: number;
    };

const kinds: ReadonlySet<string> = new Set<TorchEvent["kind"]>([
  "begins",
  "step",
  "steps",
  "validating",
  "epoch",
  "checkpoint",
  "failed",
  "ended",
]);

export interface TorchExit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what was written to standard error. */
  readonly errors: string;
}

/** Characters of standard error that are kept. */
const keptErrors = 4000;

/**
 * The arguments of the interpreter.
 * @param module "unet.train"
 * @param port on which processes of one machine meet (several machines have a rendezvous): torchrun itself opens it and keeps it open. With `--standalone` it chooses a port
 * that the first of its processes opens seconds later, when another program may have taken it.
 */
export function launchArguments(
  { workers, nodes, rendezvous }: Omit<TorchProcesses, "python">,
  module: string,
  options: readonly string[],
  port: number | undefined,
): readonly string[] {
  if (workers === 1 && nodes === 1) return ["-m", module, ...options];
  const meeting =
    rendezvous === undefined
      ? ["--master_addr", "127.0.0.1", "--master_port", String(port)]
      : [
          ...["--nnodes", String(nodes), "--rdzv_backend", "c10d"],
          ...["--rdzv_id", "fcn", "--rdzv_endpoint", rendezvous],
        ];
  // PyTorch 1.13 under Python 3.11 takes no single value for its streams, and a table of ranks that there are not
  const streams = workers < 10 ? ["--redirects", "9:0", "--tee", "9:0"] : [];
  return [
    ...[
      "-m",
      "torch.distributed.run",
      ...meeting,
      "--nproc_per_node",
      String(workers),
      "--max_restarts",
      "0",
    ],
    ...streams,
    ...["-m", module, ...options],
  ];
}

/**
 * Ends when every process has ended. An abort asks them to finish the step under way and write a checkpoint: by a byte for each on
 * their standard input. Its end, when this process is gone, ends them at once, as a run that is resumed may start at any moment.
 * @param folder the one in which the package is
 * @throws Error when the interpreter cannot be started
 */
export async function launch(
  processes: TorchProcesses,
  {
    folder,
    module,
    options,
  }: { readonly folder: string; readonly module: string; readonly options: readonly string[] },
  report: (event: TorchEvent) => void,
  signal: AbortSignal | undefined,
): Promise<TorchExit> {
  const given = launchArguments(processes, module, options, await meetingPort());
  return new Promise((resolve, reject) => {
    const child = spawn(processes.python, given, {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
      // apart from this terminal's group: Ctrl-C reaches them by their input, and no half step is lost
      detached: true,
      env: {
        ...process.env,
        PYTHONUNBUFFERED: "1",
        ...(processes.workers > 1 ? { OMP_NUM_THREADS: "1" } : {}),
      },
    });
    let errors = "";
    const stop = () => child.stdin.write("s".repeat(processes.workers));
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    child.stdin.on("error", () => {}); // it ended before it was asked to
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-keptErrors);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = eventIn(line);
      if (event !== undefined) report(event);
    });
    child.on("error", reject);
    child.on("close", (status, signalled) => {
      signal?.removeEventListener("abort", stop);
      resolve({ status, signal: signalled, errors });
    });
  });
}

function eventIn(line: string): TorchEvent | undefined {
  try {
    const event = JSON.parse(line) as { readonly kind?: string } | null;
    return kinds.has(event?.kind ?? "") ? (event as TorchEvent) : undefined; // printed by the package
  } catch {
    return undefined; // a library's own words
  }
}
