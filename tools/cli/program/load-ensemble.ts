/** A network with several weights whose predictions are averaged: those of the folds of a cross-validation, or of several seeds. */

import picomatch from "picomatch";
import { glob } from "tinyglobby";
import { readStoredWeights, type TrainedWeights } from "../../../runtime/training/weights-file.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { checkAlike } from "../../program/check-alike.ts";
import type { Terminal } from "../console/terminal.ts";
import { type LoadedWeights, loadTrained, type TrainedChoice, trainedFor } from "./load-trained.ts";

export interface EnsembleChoice extends Omit<TrainedChoice, "weights"> {
  /** Files and patterns, at least one. */
  readonly weights: readonly string[];
}

export interface LoadedEnsemble extends LoadedWeights {
  /** `trained` is the first. */
  readonly members: readonly [TrainedWeights, ...TrainedWeights[]];
}

/**
 * Network and parameters come from the first file, as `loadTrained` says.
 * @throws UserError as `loadTrained`; when a file learned other classes or other targets than the first, and for a pattern that
 *   matches nothing
 */
export async function loadEnsemble(
  path: string,
  asked: EnsembleChoice,
  terminal: Terminal,
): Promise<LoadedEnsemble> {
  const [weights, ...others] = await weightFiles(asked.weights);
  if (weights === undefined) throw new UserError("no weights are given", "give them by --weights FILE");
  const loaded = await loadTrained(path, { ...asked, weights }, terminal);
  const members: [TrainedWeights, ...TrainedWeights[]] = [loaded.trained];
  for (const file of others) {
    const member = await trainedFor(loaded.network, await readStoredWeights(file), asked, terminal);
    checkAlike(loaded.trained, member);
    members.push(member);
  }
  return { ...loaded, members };
}

/** Patterns by name, each file once. */
async function weightFiles(given: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of given) {
    if (!picomatch.scan(name).isGlob) {
      files.push(name);
      continue;
    }
    const matched = await glob(name, { expandDirectories: false });
    if (matched.length === 0)
      throw new UserError(
        `no file matches "${name}"`,
        'give a weights file, or a pattern of several in quotes: "run/fold-*/weights.safetensors"',
      );
    files.push(...matched.sort());
  }
  return [...new Set(files)];
}
