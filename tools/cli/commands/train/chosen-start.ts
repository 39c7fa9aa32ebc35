/** The weights that a run loads before its first step, in place of initial ones. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { StartNames, TrainConfiguration } from "../../../../compiler/learning/configuration.ts";
import { runFolder } from "../../../../runtime/training/run-folder.ts";
import type { StartingPoint } from "../../../../runtime/training/starting-weights.ts";
import { readStoredWeights } from "../../../../runtime/training/weights-file.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { renameWeights } from "../../../../runtime/weights/rename-weights.ts";
import { readWeightMap } from "../../../../runtime/weights/weight-map.ts";
import { UsageError } from "../../console/usage-error.ts";
import type { OpenProgram } from "../../program/open-program.ts";
import { usualFolder } from "./run-place.ts";

export interface StartCommand {
  /** A weights file relative to the working directory, or "none". */
  readonly startFrom?: string | undefined;
  /** Whose names the weights of that file have. */
  readonly as?: StartNames | undefined;
}

/** What the train section gives, or the command line in its place. */
export interface ChosenStart {
  readonly startFrom: string;
  readonly startAs: StartNames | undefined;
  /** `--start-from`, relative to the working directory; else the train section, relative to the program. */
  readonly isAsked: boolean;
}

export function chosenStart(
  { startFrom, startAs }: TrainConfiguration,
  { startFrom: asked, as }: StartCommand,
): ChosenStart | undefined {
  if (asked !== undefined && asked !== "none") return { startFrom: asked, startAs: as, isAsked: true };
  if (asked === undefined && startFrom !== undefined)
    return { startFrom, startAs: as ?? startAs, isAsked: false };
  if (as === undefined) return undefined;
  throw new UsageError(
    `--as ${as} names the source of the weights, and the run loads no weights`,
    "add --start-from FILE",
  );
}

/** The configuration with the start that was chosen: the run's record has it. */
export function startingFrom(
  configuration: TrainConfiguration,
  start: ChosenStart | undefined,
): TrainConfiguration {
  const { startAs: _, ...others } = configuration;
  const startAs = start?.startAs;
  return { ...others, startFrom: start?.startFrom, ...(startAs === undefined ? {} : { startAs }) };
}

/**
 * `start from "weights.safetensors"` names a file beside the program; `start from Name` the best weights of that network's
 * run in its usual folder; `--map` renames what the file holds.
 */
export async function weightsToStartFrom(
  { network }: OpenProgram,
  file: string,
  start: ChosenStart | undefined,
  mapFile: string | undefined,
): Promise<StartingPoint | undefined> {
  const as = start?.startAs;
  if (mapFile !== undefined && as !== undefined)
    throw new UsageError(
      `--map renames weights to the program's names, and so does \`as ${as}\``,
      "use one of the two",
    );
  const map = mapFile === undefined ? undefined : await readWeightMap(mapFile);
  if (start === undefined) {
    if (mapFile === undefined) return undefined;
    throw new UsageError(
      `--map ${mapFile} renames weights, and the run loads no weights`,
      "add --start-from FILE",
    );
  }
  const stored = await readStoredWeights(fileToStartFrom(start, file));
  return map === undefined ? { ...stored, as } : { ...stored, ...renameWeights(stored, map, network.graph) };
}

function fileToStartFrom({ startFrom: written, startAs, isAsked }: ChosenStart, file: string): string {
  if (isAsked) return written;
  if (/[./\\]/.test(written)) return isAbsolute(written) ? written : join(dirname(file), written);
  if (startAs !== undefined)
    throw new UsageError(
      `--as ${startAs} is for a weights file, and the train section starts from the run of ${written}`,
      "leave it out, or add --start-from FILE",
    );
  const { weights } = runFolder(usualFolder(written));
  if (existsSync(weights)) return weights;
  throw new UserError(
    `the train section starts from ${written}, and ${weights} does not exist`,
    `train ${written} first, or name a file: start from "….safetensors"`,
  );
}
