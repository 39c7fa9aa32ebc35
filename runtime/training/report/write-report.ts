/** `report.html` of a training run. */

import { classPalette } from "../../../compiler/colour/class-palette.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { TrainConfiguration } from "../../../compiler/learning/configuration.ts";
import type { DataSet } from "../../data/data-set.ts";
import type { Engine } from "../../engines/engine.ts";
import { writeAtomically } from "../../files/atomic-write.ts";
import { Predictor } from "../../prediction/predictor.ts";
import type { BestMetrics } from "../best-metrics.ts";
import { readLines } from "../metrics-log.ts";
import { imageScale, inputPlans, outputPlans } from "../output-plans.ts";
import type { RunFolder } from "../run-folder.ts";
import { checkWeights, readWeights } from "../weights-file.ts";
import { reportPage } from "./page.ts";
import { type ChosenSamples, makeSamples, noSamples } from "./samples.ts";

export interface ReportOptions {
  readonly network: CompiledNetwork;
  readonly configuration: Pick<TrainConfiguration, "inputs" | "outputs">;
  readonly data: DataSet;
  readonly engine: Engine;
  readonly folder: RunFolder;
  /** Of the best weights; `undefined`: there are none yet. */
  readonly best: BestMetrics | undefined;
  /** An SVG document. */
  readonly diagram: string | undefined;
  readonly environment: readonly (readonly [name: string, value: string])[];
}

/** Of the worst images, and of others. */
const samples = 6;

/** Samples are predicted with the best weights. @throws UserError when a file of the run cannot be read. */
export async function writeReport(options: ReportOptions): Promise<void> {
  const { network, data, folder, best } = options;
  const { classes } = data.masks;
  const palette = classPalette(classes.length);
  const page = reportPage({
    network: network.name,
    log: await readLines(folder.log),
    best,
    samples: best !== undefined ? await predictedSamples(options) : noSamples,
    palette,
    classes,
    diagram: options.diagram,
    environment: options.environment,
  });
  await writeAtomically(folder.report, [Buffer.from(page, "utf8")]);
}

async function predictedSamples({
  network,
  configuration,
  data,
  engine,
  folder,
}: ReportOptions): Promise<ChosenSamples> {
  const trained = await readWeights(folder.weights);
  checkWeights(network.graph, trained);
  const predictor = await Predictor.open(network.graph, engine, {
    weights: trained.weights,
    ...trained.metadata,
  });
  try {
    const source = {
      data,
      outputs: outputPlans(network.graph, configuration),
      inputs: inputPlans(network.graph, configuration),
      scale: imageScale(network.graph, configuration),
      predictor,
      palette: classPalette(data.masks.classes.length),
    };
    return await makeSamples(source, samples);
  } finally {
    predictor.close();
  }
}
