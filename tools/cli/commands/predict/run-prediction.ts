/** Predicts as `fcn predict` and the quickstart do. */

import { classPalette } from "../../../../compiler/colour/class-palette.ts";
import { learnsMasks, usualTarget } from "../../../../compiler/learning/targets/registry.ts";
import type { Graph, GraphOutput } from "../../../../compiler/network/graph.ts";
import { EngineFull, EngineLost } from "../../../../runtime/engines/engine.ts";
import { checkOutputFolder } from "../../../../runtime/files/output-place.ts";
import { setPixelLimit } from "../../../../runtime/images/pixel-limit.ts";
import { findImages, separateImages } from "../../../../runtime/prediction/image-files.ts";
import {
  type ImagePlan,
  mainFile,
  planOutputs,
  sharesFile,
} from "../../../../runtime/prediction/output/output-files.ts";
import { Predictor } from "../../../../runtime/prediction/predictor.ts";
import { checkRefinable } from "../../../../runtime/refinement/check-refinable.ts";
import type { LearnedTarget } from "../../../../runtime/targets/learned-target.ts";
import type { TrainedWeights } from "../../../../runtime/training/weights-file.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { exitCode } from "../../console/exit-code.ts";
import { reportError } from "../../console/report-error.ts";
import { Reported } from "../../console/reported.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { askedAveraging } from "../../program/asked-averaging.ts";
import { chosenEngineOf } from "../../program/chosen-engine.ts";
import { askedField } from "../../program/crf-options.ts";
import { roomOf } from "../../program/image-too-large.ts";
import { loadEnsemble } from "../../program/load-ensemble.ts";
import { checkUncertainty } from "./check-uncertainty.ts";
import { checkInputFolders, copiedInputs } from "./other-images.ts";
import { checkStandardOutput, wantedFiles } from "./output-options.ts";
import type { PredictCommand } from "./predict-command.ts";
import { imagePredictor } from "./predict-image.ts";
import { PredictionDisplay } from "./prediction-display.ts";
import { SharedOutputs } from "./shared-outputs.ts";
import { standardOutput, toStandardOutput } from "./standard-output.ts";

/**
 * An image that cannot be read or is too large is said, and the others are predicted.
 * @param given files, folders, patterns, and "-" for standard input
 * @throws UserError when nothing can be written, weights and network do not go together, files would collide, or the only image is
 *   bad; Reported with status 1 after several of which some are
 */
export async function runPrediction(
  program: string,
  given: readonly string[],
  command: PredictCommand,
  terminal: Terminal,
): Promise<void> {
  if (command.maxPixels !== undefined) setPixelLimit(command.maxPixels);
  if (command.out === standardOutput)
    return toStandardOutput(async (out) => {
      const [file = ""] = await predictInto(
        program,
        given,
        { ...command, out, overlay: false },
        terminal,
        true,
      );
      return file;
    });
  await checkOutputFolder(command.out);
  await predictInto(program, given, command, terminal);
}

/** @param alone the labels of one image are all that is written. @returns the main files, by image and output */
async function predictInto(
  program: string,
  given: readonly string[],
  command: PredictCommand,
  terminal: Terminal,
  alone = false,
): Promise<readonly string[]> {
  const images = await separateImages(await findImages(given));
  const { network, trained, members } = await loadEnsemble(program, command, terminal);
  const { graph } = network;
  const { classes, targets } = trained.metadata;
  const field = askedField(command);
  if (field !== undefined) checkRefinable(graph, refinedOutputs(graph, targets));
  const outputs = graph.outputs.map(({ name }) => name);
  const averaging = { ...askedAveraging(graph, command), entropy: command.uncertainty === true };
  if (averaging.entropy)
    checkUncertainty(graph, { targets, averaging, members: members.length, refined: field !== undefined });
  if (alone) checkStandardOutput(command, images.length, outputs.length);
  const plans = planOutputs(images, command.out, outputs, wantedFiles(command, classes), targets);
  const shared = new SharedOutputs({
    asked: command,
    folder: command.out,
    network: network.name,
    outputs,
    targets,
    classes,
    palette: classPalette(Math.max(2, classes.length)),
  });
  const { engine, report } = await chosenEngineOf(network, command.engine, terminal);
  const [first, ...others] = members;
  const weightsOf = ({ file, metadata, weights }: TrainedWeights) => ({ ...metadata, file, weights });
  const predictor = await Predictor.open(
    graph,
    engine,
    [weightsOf(first), ...others.map(weightsOf)],
    averaging,
  );
  const display = new PredictionDisplay(terminal, plans.length);
  const shown = display.terminal();
  const written: string[] = [];
  try {
    const copies = copiedInputs(predictor, network.train?.inputs ?? []);
    checkInputFolders(predictor, command.inputs, copies);
    const predicted = imagePredictor(predictor, {
      graph,
      room: roomOf(engine, report),
      command,
      averaging,
      copies,
      members: members.length,
      shared,
      display,
      terminal: shown,
    });
    const bad: string[] = [];
    for (const plan of plans) {
      const done = await predicted(plan).then(
        () => true,
        (error: unknown) => {
          // What is wrong with one image says nothing of the others; where the engine has stopped, there are no others.
          const stopped = error instanceof EngineFull || error instanceof EngineLost;
          if (!(error instanceof UserError) || stopped || plans.length === 1) throw error;
          reportError(named(error, plan.image), shown);
          bad.push(plan.image);
          return false;
        },
      );
      display.imageDone();
      if (!done) continue;
      written.push(...plan.outputs.map(mainFile));
      if (!alone) for (const file of finishedFiles(plan)) shown.print(file);
    }
    const incomplete = await shared.stacks.close();
    for (const file of await shared.write()) shown.print(file);
    if (bad.length > 0) throw listBad(bad, plans.length, { incomplete, terminal: shown });
    return written;
  } finally {
    await shared.stacks.close();
    display.close();
    predictor.close();
  }
}

/** With the image, where its message says what is wrong and not of which. */
function named(error: UserError, image: string): UserError {
  return error.message.includes(image) ? error : new UserError(`${image}: ${error.message}`, error.help);
}

/** The main files that are there once an image is done: a file of several images after its last one. */
function finishedFiles({ outputs, page }: ImagePlan): readonly string[] {
  const last = page === undefined || page.index === page.of - 1;
  return outputs.map(mainFile).filter((_, output) => last || !sharesFile(outputs[output]));
}

function listBad(
  bad: readonly string[],
  count: number,
  { incomplete, terminal }: { readonly incomplete: readonly string[]; readonly terminal: Terminal },
): Reported {
  const label = styled("error:", "red", terminal.noteColour);
  terminal.note(
    `${label} ${bad.length} of ${count} images ${bad.length === 1 ? "has" : "have"} no prediction:`,
  );
  for (const path of bad) terminal.note(`  ${path}`);
  for (const path of incomplete) terminal.note(`${label} ${path} is not written: it lacks an image`);
  return new Reported(exitCode.inputHasErrors);
}

/** @throws UserError when no output learned labels. */
function refinedOutputs(
  graph: Graph,
  targets: Readonly<Record<string, LearnedTarget>>,
): readonly GraphOutput[] {
  const outputs = graph.outputs.filter(({ name }) => learnsMasks(targets[name] ?? usualTarget));
  if (outputs.length > 0) return outputs;
  throw new UserError(`no output of ${graph.name} learned labels; --crf needs one`);
}
