/** The door of the package: programs from disk, sessions, predictions and training, for a program of one's own. */
export type { Compilation, CompiledNetwork } from "../../compiler/compile.ts";
export type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
export type { LabelBatch, MapBatch, WeightArray } from "../../runtime/arrays.ts";
export type { EngineName, Session, SessionOptions, StepResult } from "../../runtime/engines/engine.ts";
export type { Raster } from "../../runtime/images/raster.ts";
export { readImage } from "../../runtime/images/read-image.ts";
export type { Prediction } from "../../runtime/prediction/prediction.ts";
export type { Predictor } from "../../runtime/prediction/predictor.ts";
export type { TrainingEvent } from "../../runtime/training/observer.ts";
export type { TrainResult } from "../../runtime/training/train-options.ts";
export { UserError } from "../../runtime/user-error.ts";
export { createFileHost } from "../host/file-sources.ts";
export { readSourceFile } from "../host/read-source-file.ts";
export { type LoadedNetwork, loadNetwork, type NetworkOptions, ProgramError } from "./load-network.ts";
export { openPredictor, type PredictorOptions } from "./open-predictor.ts";
export { type OpenOptions, openSession } from "./open-session.ts";
export { type TrainNetworkOptions, trainNetwork } from "./train-network.ts";
