/** A trained network, ready for images of any size. */
import { usualTarget } from "../../compiler/learning/targets/registry.ts";
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import type { MapBatch, Normalisation } from "../arrays.ts";
import { normaliseImage } from "../data/normalise-image.ts";
import type { Engine, Session } from "../engines/engine.ts";
import { enlargeFit } from "../fit/enlarge-fit.ts";
import { fitImage, type ImageFit, imageInputs } from "../fit/fit.ts";
import { labelsOfImage, mapOfImage, padImages } from "../fit/fit-batch.ts";
import { patchwise } from "../fit/patches.ts";
import type { Raster } from "../images/raster.ts";
import type { ImageRows } from "../images/rows/image-rows.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";
import { decodedMap, mayEnlarge, predictedBy } from "../targets/registry.ts";
import { UserError } from "../user-error.ts";
import { chosenClasses } from "./argmax.ts";
import { normalisationsOf } from "./input-normalisations.ts";
import type { Prediction } from "./prediction.ts";
import type { BlendPlan } from "./tiles/blend-plan.ts";
import { blendTiles } from "./tiles/blend-tiles.ts";
import type { PositionMap, PositionRows } from "./tiles/output-band.ts";
import { predictTiles } from "./tiles/predict-tiles.ts";
import { RowBand } from "./tiles/row-band.ts";
import type { TileInputs } from "./tiles/run-tiles.ts";
import type { TilePlan } from "./tiles/tile-plan.ts";

export interface PredictorWeights {
  readonly weights: Parameters<Session["writeWeights"]>[0];
  /** Of the first input; of the others by name. */
  readonly normalisation: Normalisation;
  readonly otherNormalisations?: Readonly<Record<string, Normalisation>>;
  /** An output that is not named learned labels. */
  readonly targets?: Readonly<Record<string, LearnedTarget>>;
}

export class Predictor {
  readonly #graph: Graph;
  readonly #session: Session;
  readonly #trained: PredictorWeights;

  private constructor(graph: Graph, session: Session, trained: PredictorWeights) {
    this.#graph = graph;
    this.#session = session;
    this.#trained = trained;
  }

  /** Weights as `checkWeights` accepted them. @throws EngineRefusal when the engine cannot run the network. */
  static async open(graph: Graph, engine: Engine, trained: PredictorWeights): Promise<Predictor> {
    const normalisations = normalisationsOf(graph, trained);
    const session = await engine.open(graph, { seed: 0, normalisations });
    await session.writeWeights(trained.weights);
    return new Predictor(graph, session, trained);
  }

  /** Channels an image must have: 1 or 3. */
  get channels(): number {
    return imageInputs(this.#graph)[0].attributes.channels;
  }

  /** The inputs after the first, and the channels an image for each must have. */
  get otherInputs(): readonly { readonly name: string; readonly channels: number }[] {
    return imageInputs(this.#graph)
      .slice(1)
      .map(({ attributes: { name, channels } }) => ({ name, channels }));
  }

  /** The place of an image in the network's input. @throws UserError when no accepted size covers it. */
  placeOf(image: Pick<Raster, "height" | "width">): ImageFit {
    return fitImage(this.#graph, [image.height, image.width]);
  }

  /**
   * One prediction for each output.
   * @param others images for the inputs after the first, by name, of the same size
   * @throws UserError when no accepted size covers the image, or one is missing or of another size.
   */
  async predict(
    image: Raster,
    others: ReadonlyMap<string, Raster> = new Map(),
  ): Promise<readonly Prediction[]> {
    const { normalisation, otherNormalisations = {}, targets = {} } = this.#trained;
    const fit = this.placeOf(image);
    const [first] = imageInputs(this.#graph);
    const inputs = new Map([[first.attributes.name, padImages(normaliseImage(image, normalisation), fit)]]);
    for (const { name } of this.otherInputs) {
      const other = others.get(name);
      const measured = otherNormalisations[name];
      if (other === undefined || measured === undefined) {
        throw new UserError(`${this.#graph.name} needs an image for its input "${name}"`);
      }
      if (other.height !== image.height || other.width !== image.width) {
        throw new UserError(
          `the image for input "${name}" has ${other.height}×${other.width} pixels, the first input's ${image.height}×${image.width}`,
        );
      }
      inputs.set(name, padImages(normaliseImage(other, measured), fit));
    }
    const maps = await patchwise(this.#session, fit).predict(inputs);
    return this.#graph.outputs.map((output, index) => {
      const map = maps.get(output.name);
      if (map === undefined) throw new Error(`the engine gave no output ${output.name}`);
      return predictionOf(output, targets[output.name] ?? usualTarget, map, fit, index);
    });
  }

  /**
   * The same as `predict`, in tiles; with tiles that are blended, approximately. The values of every output are held; `tileRows` gives them row by row.
   * @param images rows of every input by name, of the image that the plan is of
   * @throws UserError when an image is damaged, or an input has none or one of another size
   */
  async predictTiles(
    plan: TilePlan | BlendPlan,
    images: ReadonlyMap<string, ImageRows>,
  ): Promise<readonly Prediction[]> {
    const { targets = {} } = this.#trained;
    const parts: PositionMap[][] = this.#graph.outputs.map(() => []);
    for await (const rows of this.tileRows(plan, images))
      for (const [output, { map }] of rows.entries()) parts[output]?.push(map);
    return this.#graph.outputs.map((output, index) => {
      const map = stacked(parts[index] ?? []);
      return predictionOf(output, targets[output.name] ?? usualTarget, map, plan.fit, index);
    });
  }

  /** By output: its next rows of positions, until all are given. @param options what is kept of them */
  tileRows(
    plan: TilePlan | BlendPlan,
    images: ReadonlyMap<string, ImageRows>,
    options: Pick<TileInputs, "reduced"> = {},
  ): AsyncGenerator<readonly PositionRows[]> {
    const normalisations = normalisationsOf(this.#graph, this.#trained);
    const bands = new Map(
      imageInputs(this.#graph).map(({ attributes: { name } }) => {
        const [rows, normalisation] = [images.get(name), normalisations.get(name)];
        if (rows === undefined || normalisation === undefined)
          throw new UserError(`${this.#graph.name} needs an image for its input "${name}"`);
        const [height, width] = plan.fit.image;
        if (rows.height !== height || rows.width !== width)
          throw new UserError(
            `the image for input "${name}" has ${rows.height}×${rows.width} pixels, the first input's ${height}×${width}`,
          );
        return [name, new RowBand(rows, plan.fit, normalisation)] as const;
      }),
    );
    return plan.kind === "exact"
      ? predictTiles(this.#session, this.#graph, { ...options, plan, bands })
      : blendTiles(this.#session, this.#graph, { ...options, plan, bands });
  }

  close(): void {
    this.#session.close();
  }
}

/** One below another. */
function stacked(maps: readonly PositionMap[]): MapBatch {
  const [first] = maps;
  if (first === undefined) throw new Error("no rows of tiles");
  const data = new Float32Array(maps.reduce((sum, map) => sum + map.data.length, 0));
  let at = 0;
  for (const map of maps) {
    data.set(map.data, at);
    at += map.data.length;
  }
  const [, , width, channels] = first.shape;
  return { data, shape: [1, data.length / (width * channels), width, channels] };
}

function predictionOf(
  { name }: GraphOutput,
  target: LearnedTarget,
  map: MapBatch,
  fit: ImageFit,
  index: number,
): Prediction {
  if (predictedBy(target) === "classes") {
    return {
      kind: "classes",
      output: name,
      labels: labelsOfImage(chosenClasses(map), fit, index),
      probabilities: () => mapOfImage(map, fit, index),
    };
  }
  const [height, width] = fit.image;
  const factor = mayEnlarge(target) ? cellsInPixel(fit, index) : 1;
  const large = enlargeFit(fit, [height * factor, width * factor], factor);
  return { kind: "map", output: name, target, map: mapOfImage(decodedMap(map, target), large, index) };
}

/** Along an axis; 1 unless it is a whole number and the same for both axes. */
function cellsInPixel({ axes }: ImageFit, output: number): number {
  const [vertical, horizontal] = axes.map(({ grids }) => grids[output]?.stride);
  const factor = vertical?.numerator === 1 ? vertical.denominator : 1;
  return horizontal?.numerator === 1 && horizontal.denominator === factor ? factor : 1;
}
