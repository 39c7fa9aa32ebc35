/** The door of the runtime: engines and sessions, weights, images, data, training, prediction. */
export type * from "./arrays.ts";
export type { DataSet } from "./data/data-set.ts";
export { openDataSet } from "./data/open.ts";
export { chooseEngine, type EngineChoice } from "./engines/choose.ts";
export {
  type Engine,
  EngineFull,
  EngineLost,
  type EngineName,
  EngineRefusal,
  type EngineReport,
  NotFinite,
  type NotFiniteOrigin,
  type Session,
  type SessionOptions,
  type SessionTraining,
  SizeRefusal,
  type StepResult,
  WeightMismatch,
} from "./engines/engine.ts";
export { engineNames, loadEngine, surveyEngines } from "./engines/engines.ts";
export { fitImage, type ImageFit } from "./fit/fit.ts";
export type { Raster } from "./images/raster.ts";
export { readImage } from "./images/read-image.ts";
export type { Prediction } from "./prediction/prediction.ts";
export { Predictor, type PredictorWeights } from "./prediction/predictor.ts";
export { Diverged } from "./training/diverged.ts";
export { evaluate } from "./training/evaluate.ts";
export type { TrainingEvent, TrainingObserver } from "./training/observer.ts";
export { layerPlans } from "./training/output-plans.ts";
export { type HeldRunFolder, holdRunFolder, type RunMode } from "./training/run-folder.ts";
export { sourceHash } from "./training/source-hash.ts";
export { train } from "./training/train.ts";
export type { TrainOptions, TrainResult } from "./training/train-options.ts";
export { checkWeights, readStoredWeights, readWeights, type StoredWeights } from "./training/weights-file.ts";
export { UserError } from "./user-error.ts";
export { initialiseWeights } from "./weights/initialise.ts";
export { readSafetensors, writeSafetensors } from "./weights/safetensors.ts";
