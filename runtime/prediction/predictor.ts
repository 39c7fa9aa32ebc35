/** A trained network, ready for images of any size. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Normalisation } from "../data/data-set.ts";
import { normaliseImage } from "../data/normalise-image.ts";
import type { Engine, LabelBatch, MapBatch, Session } from "../engines/engine.ts";
import type { Raster } from "../images/raster.ts";
import { chosenClasses } from "./argmax.ts";
import { fitImage, type ImageFit, onlyInput } from "./fit.ts";
import { labelsOfImage, mapOfImage, padImages } from "./fit-batch.ts";

export interface Prediction {
  readonly output: string;
  /** [1, image height, image width]: the nearest cell's class. */
  readonly labels: LabelBatch;
  /** [1, image height, image width, classes]: bilinear between cells. Made when asked for. */
  readonly probabilities: () => MapBatch;
}

export interface PredictorWeights {
  readonly weights: Parameters<Session["writeWeights"]>[0];
  readonly normalisation: Normalisation;
}

export class Predictor {
  readonly #graph: Graph;
  readonly #session: Session;
  readonly #normalisation: Normalisation;

  private constructor(graph: Graph, session: Session, normalisation: Normalisation) {
    this.#graph = graph;
    this.#session = session;
    this.#normalisation = normalisation;
  }

  /** Weights as `checkWeights` accepted them. @throws EngineRefusal when the engine cannot run the network. */
  static async open(
    graph: Graph,
    engine: Engine,
    { weights, normalisation }: PredictorWeights,
  ): Promise<Predictor> {
    const session = await engine.open(graph, { seed: 0 });
    await session.writeWeights(weights);
    return new Predictor(graph, session, normalisation);
  }

  /** Channels an image must have: 1 or 3. */
  get channels(): number {
    return onlyInput(this.#graph).attributes.channels;
  }

  /** One prediction for each output. @throws UserError when no accepted size covers the image. */
  async predict(image: Raster): Promise<readonly Prediction[]> {
    const fit = fitImage(this.#graph, [image.height, image.width]);
    const input = padImages(normaliseImage(image, this.#normalisation), fit);
    const name = onlyInput(this.#graph).attributes.name;
    const maps = await this.#session.predict(new Map([[name, input]]));
    return this.#graph.outputs.map((output, index) => {
      const map = maps.get(output.name);
      if (map === undefined) throw new Error(`the engine gave no output ${output.name}`);
      return predictionOf(output.name, map, fit, index);
    });
  }

  close(): void {
    this.#session.close();
  }
}

function predictionOf(output: string, map: MapBatch, fit: ImageFit, index: number): Prediction {
  return {
    output,
    labels: labelsOfImage(chosenClasses(map), fit, index),
    probabilities: () => mapOfImage(map, fit, index),
  };
}
