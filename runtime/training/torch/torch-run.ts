/** Events of PyTorch's processes in the words of `train`, and what a run came to when they have ended. */

import { existsSync } from "node:fs";
import { constants } from "node:os";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { NotFiniteOrigin } from "../../engines/engine.ts";
import { UserError } from "../../user-error.ts";
import { type RunState, readCheckpoint } from "../checkpoint.ts";
import { diverged } from "../diverged.ts";
import type { PreparedData } from "../prepare-data.ts";
import type { EventFile } from "../tensorboard/event-file.ts";
import type { TrainOptions, TrainResult } from "../train-options.ts";
import type { TorchEvent, TorchExit, TorchOrigin } from "./launch.ts";

type Failure = Extract<TorchEvent, { kind: "failed" }>;

export class TorchRun {
  readonly #graph: Graph;
  readonly #options: TrainOptions;
  readonly #prepared: PreparedData;
  readonly #events: EventFile | undefined;
  readonly #started = performance.now();
  #stepsBefore = 0;
  #step = 0;
  #rate: number;
  #measures = {};
  #failure: Failure | undefined;
  #ended: Extract<TorchEvent, { kind: "ended" }> | undefined;
  /** Settled when every line so far is in TensorBoard's file. */
  logged: Promise<void> = Promise.resolve();

  constructor(graph: Graph, options: TrainOptions, prepared: PreparedData, events: EventFile | undefined) {
    this.#graph = graph;
    this.#options = options;
    this.#prepared = prepared;
    this.#events = events;
    this.#rate = options.configuration.optimizer.learningRate;
  }

  /** To the observer, and to TensorBoard. */
  report(event: TorchEvent): void {
    const { observer, configuration } = this.#options;
    switch (event.kind) {
      case "begins":
        this.#step = this.#stepsBefore = event.plan.step;
        observer?.({ kind: "begins", plan: { ...event.plan, classWeights: this.#prepared.classWeights } });
        break;
      case "step": {
        this.#step = event.progress.step;
        const left = configuration.epochs * this.#prepared.stepsPerEpoch - this.#step;
        const seconds = (performance.now() - this.#started) / 1000;
        const secondsLeft = (left * seconds) / Math.max(1, this.#step - this.#stepsBefore);
        observer?.({ kind: "step", progress: { ...event.progress, training: this.#measures, secondsLeft } });
        break;
      }
      case "steps":
        this.#measures = event.line.training;
        this.#rate = event.line.rate;
        this.#log(event.line);
        break;
      case "validating":
        observer?.(event);
        break;
      case "epoch":
        this.#measures = {};
        this.#log(event.line);
        observer?.(event);
        break;
      case "failed":
        this.#failure = causeOf(this.#failure, event);
        break;
      case "ended":
        this.#ended = event;
        break;
      case "checkpoint":
        break;
    }
  }

  #log(line: Parameters<EventFile["add"]>[0]): void {
    const events = this.#events;
    if (events !== undefined) this.logged = this.logged.then(() => events.add(line));
  }

  /** @throws UserError when a process failed or was ended */
  async resultAfter(exit: TorchExit): Promise<TrainResult> {
    const { checkpoint: file } = this.#options.folder;
    const state = existsSync(file) ? (await readCheckpoint(file)).state : undefined;
    if (this.#ended !== undefined && exit.status === 0) {
      const { ended, epochs, steps, seconds } = this.#ended;
      return { ended, epochs, steps, seconds, best: state?.best?.metrics };
    }
    const failure = this.#failure;
    if (failure?.not_finite)
      throw diverged(
        failure.message,
        `at step ${this.#step + 1}`,
        { file, progress: state },
        this.#rate,
        placed(failure.origin, this.#graph),
      );
    throw new UserError(
      `${failure === undefined ? describeExit(exit) : `PyTorch: ${failure.message}`}; ${describeSaved(file, state)}`,
      state === undefined ? "see `fcn doctor`" : "then continue by --resume",
    );
  }
}

/** Of several processes the first that failed, which ends the others; but a batch's by the one whose share was not finite. */
export function causeOf(known: Failure | undefined, event: Failure): Failure {
  if (known === undefined) return event;
  return known.not_finite && known.origin === null && event.origin !== null ? event : known;
}

/** With the place in the program. */
function placed(origin: TorchOrigin | null, { nodes }: Graph): NotFiniteOrigin | undefined {
  if (origin?.kind !== "map") return origin ?? undefined;
  return { ...origin, span: nodes.find(({ name }) => name === origin.node)?.origin.span };
}

function describeSaved(file: string, state: RunState | undefined): string {
  return state === undefined ? "no checkpoint was written yet" : `${file} holds step ${state.step}`;
}

/**
 * The last lines of Python's own report say what happened; torchrun says which process, and by which signal it ended. Where one was
 * killed, the others only say that they lost it.
 */
function describeExit({ status, signal, errors }: TorchExit): string {
  const killed = killedIn(errors);
  if (killed !== undefined) return killed;
  const lines = errors.split("\n");
  const failed = lines.find((line) => /exitcode *: *-?\d+/.test(line))?.trim();
  const raised = lines.findLast(
    (line) => /^\w*(Error|Exception)\b/.test(line) && !/ChildFailedError/.test(line),
  );
  const what = signal === null ? `with status ${status}` : `by ${signal}`;
  const more = raised ?? failed;
  return `a process of PyTorch ended ${what}${more === undefined ? "" : `: ${more}`}`;
}

/** The process that a signal ended; torchrun itself ends the others by SIGTERM. */
function killedIn(errors: string): string | undefined {
  const report = /rank *: *(\d+)[^\n]*\n *exitcode *: *-(\d+) \(pid: (\d+)\)/g;
  for (const [, rank, code, pid] of errors.matchAll(report)) {
    const name = Object.entries(constants.signals).find(([, number]) => number === Number(code))?.[0];
    if (name !== "SIGTERM")
      return `process ${rank} of PyTorch (pid ${pid}) was ended by ${name ?? `signal ${code}`}`;
  }
  return undefined;
}
