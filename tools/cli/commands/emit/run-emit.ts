/** Emits as `fcn emit` does. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Compilation, CompiledNetwork } from "../../../../compiler/compile.ts";
import { nearestName } from "../../../../compiler/nearest.ts";
import { targets } from "../../../../compiler/targets/registry.ts";
import type { Target, TargetSubject, TargetWeights } from "../../../../compiler/targets/target.ts";
import { shellWord } from "../../../../runtime/files/shell-word.ts";
import { normalisationsOf } from "../../../../runtime/prediction/input-normalisations.ts";
import { sourceHash } from "../../../../runtime/training/source-hash.ts";
import type { TrainedWeights } from "../../../../runtime/training/weights-file.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { initialiseWeight } from "../../../../runtime/weights/initialise.ts";
import { weightsOf } from "../../../../runtime/weights/weight-name.ts";
import { version } from "../../../host/version.ts";
import type { NetworkChoice } from "../../../program/network-choice.ts";
import { exitCode } from "../../console/exit-code.ts";
import { Reported } from "../../console/reported.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { writeFiles } from "../../console/write-files.ts";
import { loadNetwork } from "../../program/load-network.ts";
import { loadTrained } from "../../program/load-trained.ts";
import type { AskedWeights } from "../../program/weights-options.ts";

export interface EmitCommand extends NetworkChoice, AskedWeights {
  readonly target: Target;
  readonly weights?: string | undefined;
  readonly preprocess?: boolean | undefined;
  readonly output?: string | undefined;
  readonly force?: boolean | undefined;
  readonly runnable?: boolean | undefined;
}

export function listTargets(terminal: Terminal): void {
  const width = Math.max(...targets.map(({ name }) => name.length));
  for (const { name, summary } of targets) terminal.print(`${name.padEnd(width)}  ${summary}`);
}

/** @throws UsageError when none is given or there is none of that name. */
export function targetCalled(name: string | undefined): Target {
  const known = targets.map((target) => target.name);
  if (name === undefined)
    throw new UsageError("no target is given", `choose one of ${known.join(", ")}: --to ${known[0]}`);
  const target = targets.find((each) => each.name === name);
  if (target !== undefined) return target;
  const nearest = nearestName(name, known);
  throw new UsageError(
    `there is no target "${name}"`,
    nearest === undefined ? `choose one of ${known.join(", ")}` : `did you mean ${nearest}?`,
  );
}

/**
 * @throws UserError when weights and network do not go together, or a file exists or cannot be written; Reported after what
 *   the target cannot express was shown.
 */
export async function runEmit(file: string, command: EmitCommand, terminal: Terminal): Promise<void> {
  const { target } = command;
  const { network, compilation, trained } = await load(file, command, terminal);
  if (command.runnable === true) checkRunnable(target, network, compilation);
  if (command.preprocess === true && !target.holdsWeights) {
    throw new UsageError(
      `--preprocess is for models that hold weights, and ${target.name} writes a program`,
      "leave it out: the program normalises images itself",
    );
  }
  const subject = {
    ...subjectOf(network, compilation, trained, command.preprocess === true),
    runnable: command.runnable === true,
  };
  const emission = await target.emit(
    target.holdsWeights || trained ? subject : { ...subject, weights: undefined },
  );
  if (emission.kind === "refused") {
    const { renderDiagnostic } = await import("../../../../views/terminal/diagnostics/render.ts");
    for (const diagnostic of emission.diagnostics) {
      terminal.note(renderDiagnostic(diagnostic, compilation.files, { colour: terminal.noteColour }));
    }
    throw new Reported(exitCode.inputHasErrors);
  }
  const folder = emission.files.size > 1 ? network.name : undefined;
  const output = command.output ?? folder;
  const files = placed(emission.files, output);
  await writeFiles(files, command.force === true);
  for (const path of files.keys()) terminal.print(path);
  for (const line of remarks(subject, target)) terminal.note(line);
  if (subject.runnable) terminal.note(nextStep(output));
}

/** @throws UserError where the target has no programs for the network. */
function checkRunnable(
  { name, notRunnable }: Target,
  network: CompiledNetwork,
  { files }: Pick<Compilation, "files">,
): void {
  if (notRunnable === undefined) {
    const others = targets.flatMap((target) =>
      target.notRunnable === undefined ? [] : [`--to ${target.name}`],
    );
    throw new UsageError(`--runnable is not for ${name}`, `leave it out, or use ${others.join(" or ")}`);
  }
  const reason = notRunnable(network, files);
  if (reason !== undefined)
    throw new UserError(reason, "leave --runnable out and write the loop around the module");
}

interface Loaded {
  readonly network: CompiledNetwork;
  readonly compilation: Compilation;
  readonly trained: TrainedWeights | undefined;
}

async function load(file: string, command: EmitCommand, terminal: Terminal): Promise<Loaded> {
  const { weights } = command;
  if (weights === undefined) return { ...(await loadNetwork(file, command, terminal)), trained: undefined };
  return loadTrained(file, { ...command, weights }, terminal);
}

/** What a target is given; without trained weights the initial ones, from the train section's seed. */
export function subjectOf(
  network: CompiledNetwork,
  { files }: Pick<Compilation, "files">,
  trained: TrainedWeights | undefined,
  preprocess: boolean,
): TargetSubject {
  return {
    network,
    files,
    source: sourceHash(files),
    weights: trained === undefined ? initialWeights(network) : trainedWeights(trained),
    classes: trained?.metadata.classes ?? network.graph.classes,
    normalisations: trained === undefined ? new Map() : normalisationsOf(network.graph, trained.metadata),
    preprocess,
    runnable: false,
    version: version(),
  };
}

function initialWeights({ graph, train }: CompiledNetwork): TargetWeights {
  const seed = train?.seed ?? 1;
  const known = new Map(weightsOf(graph).map((weight) => [weight.name, weight]));
  return {
    origin: { kind: "initial", seed },
    valuesOf: (name) => {
      const weight = known.get(name);
      if (weight === undefined) throw new Error(`${graph.name} has no weight ${name}`);
      return initialiseWeight(graph, weight, seed);
    },
  };
}

function trainedWeights({ weights, metadata: { epoch, step, source } }: TrainedWeights): TargetWeights {
  return {
    // A file that says nothing of a program was written by another.
    origin: source === "" ? { kind: "imported" } : { kind: "trained", epoch, step, source },
    valuesOf: (name) => {
      const values = weights.get(name);
      if (values === undefined) throw new Error(`the weights file has no ${name}`);
      return values;
    },
  };
}

/** One file goes to the path asked for, or into the folder there; several go into a folder of that name. */
function placed(
  files: ReadonlyMap<string, Uint8Array>,
  output: string | undefined,
): ReadonlyMap<string, Uint8Array> {
  if (output === undefined) return files;
  const folder = /[\\/]$/.test(output) || (existsSync(output) && statSync(output).isDirectory());
  return new Map(
    [...files].map(([name, bytes]) => [files.size > 1 || folder ? join(output, name) : output, bytes]),
  );
}

function nextStep(folder: string | undefined): string {
  const enter = folder === undefined ? "" : `cd ${shellWord(folder)} && `;
  return `next: ${enter}npm install && npx tsx train.ts DATA (a folder with images/ and labels/)`;
}

function remarks({ weights, normalisations, preprocess }: TargetSubject, target: Target): readonly string[] {
  if (!target.holdsWeights || weights === undefined) return [];
  if (weights.origin.kind === "initial") {
    return [
      `the weights are initial values (seed ${weights.origin.seed}): give trained ones by --weights FILE`,
    ];
  }
  const inputs = [...normalisations.keys()].join(", ");
  return preprocess
    ? [`input ${inputs}: values from 0 to 1; the model normalises them`]
    : [
        `input ${inputs}: values normalised as in training; with --preprocess, the model takes values from 0 to 1 and normalises them itself`,
      ];
}
