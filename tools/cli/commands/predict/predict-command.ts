/** What `fcn predict` and the quickstart ask for. */
import type { AskedAugmentation } from "../../program/augmentation-options.ts";
import type { AskedEngine } from "../../program/chosen-engine.ts";
import type { AskedField } from "../../program/crf-options.ts";
import type { EnsembleChoice } from "../../program/load-ensemble.ts";
import type { InputFolders } from "./other-images.ts";
import type { AskedOutputs } from "./output-options.ts";
import type { TilesAsked } from "./tile-choice.ts";

export interface PredictCommand extends EnsembleChoice, AskedField, AskedAugmentation, AskedOutputs {
  /** A folder, or "-": standard output. */
  readonly out: string;
  /** Folders of the images for the inputs beside the finest, by name. */
  readonly inputs?: InputFolders | undefined;
  /** Of an image file; left out: the usual limit. */
  readonly maxPixels?: number | undefined;
  readonly engine: AskedEngine;
  /** Bytes that a prediction may take; left out: what the engine holds. */
  readonly memory?: number | undefined;
  /** How images that take more are predicted; left out: in exact tiles. */
  readonly tiles?: TilesAsked | undefined;
}
