/** A trained network, ready for images of any size. */
import { usualTarget } from "../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch, Normalisation } from "../arrays.ts";
import type { Engine, Session } from "../engines/engine.ts";
import { finestInput, fitImage, type ImageFit, imageInputs } from "../fit/fit.ts";
import { padInputs } from "../fit/inputs-of-fit.ts";
import { patchwisePrediction } from "../fit/patches.ts";
import type { Raster } from "../images/raster.ts";
import type { ImageRows } from "../images/rows/image-rows.ts";
import { rowsOf } from "../images/rows/open-rows.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";
import { restoreMap } from "../targets/registry.ts";
import { UserError } from "../user-error.ts";
import { AveragedSession } from "./averaging/averaged-session.ts";
import { type Averaging, resizedSize, single } from "./averaging/averaging.ts";
import { mergedScales } from "./averaging/merged-scales.ts";
import { inputRows } from "./input-images.ts";
import { normalisationsOf } from "./input-normalisations.ts";
import type { Prediction } from "./prediction.ts";
import { isOfClasses, predictionOf } from "./prediction-of-map.ts";
import { asValues, stacked } from "./stacked-maps.ts";
import type { BlendPlan } from "./tiles/blend-plan.ts";
import { blendTiles } from "./tiles/blend-tiles.ts";
import { inputBands } from "./tiles/input-bands.ts";
import type { PositionMap, PositionRows } from "./tiles/output-band.ts";
import { predictTiles } from "./tiles/predict-tiles.ts";
import type { TileInputs } from "./tiles/run-tiles.ts";
import type { TilePlan } from "./tiles/tile-plan.ts";
import { wholeImages } from "./whole-images.ts";

export interface PredictorWeights {
  /** For messages that tell several apart. */
  readonly file?: string;
  readonly weights: Parameters<Session["writeWeights"]>[0];
  /** Of the first input; of the others by name. */
  readonly normalisation: Normalisation;
  readonly otherNormalisations?: Readonly<Record<string, Normalisation>>;
  /** An output that is not named learned labels. */
  readonly targets?: Readonly<Record<string, LearnedTarget>>;
}

/** How one of the sizes of an image is predicted. */
export interface ScalePlan {
  readonly scale: number;
  /** Of the resized image. */
  readonly fit: ImageFit;
  /** Left out: whole. */
  readonly tiles?: TilePlan | BlendPlan | undefined;
}

/** Rows of every input of one image, by name, from the first on; asked for once for each of its sizes. */
export type OpenImages = () => Promise<ReadonlyMap<string, ImageRows>>;

/** By output: its next rows of positions. */
export type OutputRows = AsyncGenerator<readonly (PositionRows | undefined)[]>;

export class Predictor {
  readonly #graph: Graph;
  readonly #session: AveragedSession;
  readonly #targets: Readonly<Record<string, LearnedTarget>>;
  readonly #averaging: Averaging;

  private constructor(
    graph: Graph,
    session: AveragedSession,
    targets: Readonly<Record<string, LearnedTarget>>,
    averaging: Averaging,
  ) {
    this.#graph = graph;
    this.#session = session;
    this.#targets = targets;
    this.#averaging = averaging;
  }

  /**
   * @param trained weights as `checkWeights` accepted them; of several, whose outputs learned the same, the predictions are averaged
   * @throws EngineRefusal when the engine cannot run the network.
   */
  static async open(
    graph: Graph,
    engine: Engine,
    trained: PredictorWeights | readonly [PredictorWeights, ...PredictorWeights[]],
    averaging: Averaging = single,
  ): Promise<Predictor> {
    const [first, ...others] = isSeveral(trained) ? trained : [trained];
    const { targets = {} } = first;
    const member = (one: PredictorWeights) => ({
      file: one.file,
      weights: one.weights,
      normalisations: normalisationsOf(graph, one),
    });
    const session = await AveragedSession.open(graph, engine, {
      members: [member(first), ...others.map(member)],
      flips: averaging.flips,
      passes: averaging.passes,
      entropies: new Set(
        averaging.entropy
          ? graph.outputs.map(({ name }) => name).filter((name) => isOfClasses(targets[name] ?? usualTarget))
          : [],
      ),
      unflip: (output, map, flip) => restoreMap(map, targets[output] ?? usualTarget, { ...flip, scale: 1 }),
    });
    return new Predictor(graph, session, targets, averaging);
  }

  /** The finest input: the first of those of most pixels, which are those of predictions. */
  get input(): { readonly name: string; readonly channels: number } {
    return finestInput(this.#graph).attributes;
  }

  /** Channels that an image for the finest input must have: 1 or 3. */
  get channels(): number {
    return this.input.channels;
  }

  /** The inputs beside the finest, and the channels an image for each must have. */
  get otherInputs(): readonly { readonly name: string; readonly channels: number }[] {
    return imageInputs(this.#graph)
      .map(({ attributes: { name, channels } }) => ({ name, channels }))
      .filter(({ name }) => name !== this.input.name);
  }

  /** The place of an image in the network's input. @throws UserError when no accepted size covers it. */
  placeOf({ height, width }: Pick<Raster, "height" | "width">): ImageFit {
    return fitImage(this.#graph, [height, width]);
  }

  /** Every size of an image, predicted whole. @throws UserError when no accepted size covers one */
  plansOf({ height, width }: Pick<Raster, "height" | "width">): readonly ScalePlan[] {
    return this.#averaging.scales.map((scale) => ({
      scale,
      fit: fitImage(this.#graph, resizedSize([height, width], scale)),
    }));
  }

  /**
   * One prediction for each output.
   * @param image for the finest input
   * @param others images for the others, by name: at the size of their input or at that of the image; of an input of one size, at any
   * @throws UserError when no accepted size covers the image, or one is missing or of another size.
   */
  async predict(
    image: Raster,
    others: ReadonlyMap<string, Raster> = new Map(),
  ): Promise<readonly Prediction[]> {
    const images = new Map([[this.input.name, image], ...others]);
    return this.#predictions(this.placeOf(image), await this.positionMaps(images));
  }

  /** Of the rows of an image: one prediction for each output, whose values are held. @param fit of the image itself */
  async collected(fit: ImageFit, rows: OutputRows): Promise<readonly Prediction[]> {
    return this.#predictions(fit, await this.#collectedMaps(rows));
  }

  /**
   * The values of every output at its positions on the image, whose place is `placeOf`.
   * @param images of every input, by name
   * @throws UserError as `predict`
   */
  async positionMaps(images: ReadonlyMap<string, Raster>): Promise<readonly MapBatch[]> {
    const image = images.get(this.input.name);
    if (image === undefined) throw new UserError(`${this.#graph.name} needs an image`);
    const open = async () => new Map(Array.from(images, ([name, one]) => [name, rowsOf(one)] as const));
    return this.#collectedMaps(this.rows(this.placeOf(image), this.plansOf(image), open));
  }

  async #collectedMaps(rows: OutputRows): Promise<readonly MapBatch[]> {
    const parts: PositionMap[][] = this.#graph.outputs.map(() => []);
    for await (const next of rows)
      for (const [output, part] of next.entries()) if (part !== undefined) parts[output]?.push(part.map);
    return parts.map(stacked);
  }

  #predictions(fit: ImageFit, maps: readonly MapBatch[]): readonly Prediction[] {
    return this.#graph.outputs.map((output, index) => {
      const map = maps[index];
      if (map === undefined) throw new Error(`nothing was predicted for ${output.name}`);
      const target = this.#targets[output.name] ?? usualTarget;
      return predictionOf(output, { target, map, fit, index, entropy: this.#averaging.entropy === true });
    });
  }

  /**
   * The rows of positions of every output, as they become known: of a whole image at once, in tiles a row of them after the other.
   * @param fit of the image itself
   * @param options what is kept of them, and what is called after every tile
   * @throws UserError when an image is damaged, or an input has none or one of another size
   */
  async *rows(
    fit: ImageFit,
    plans: readonly ScalePlan[],
    open: OpenImages,
    { reduced, ran }: Pick<TileInputs, "reduced" | "ran"> = {},
  ): OutputRows {
    const [only] = plans;
    if (plans.length === 1 && only?.scale === 1) {
      yield* this.#rowsOfScale(only, open, { reduced, ran });
      return;
    }
    const sources = plans.map((plan) => ({ fit: plan.fit, rows: this.#rowsOfScale(plan, open, { ran }) }));
    try {
      for await (const merged of mergedScales(fit, this.#graph.outputs.length, sources))
        yield merged.map((rows, output) => rows && withMap(rows, reduced?.(asValues(rows.map), output)));
    } finally {
      for (const { rows } of sources) await rows.return(undefined);
    }
  }

  async *#rowsOfScale(
    plan: ScalePlan,
    open: OpenImages,
    { reduced, ran }: Pick<TileInputs, "reduced" | "ran">,
  ): OutputRows {
    const { scale, fit, tiles } = plan;
    const images = await inputRows(this.#graph, plan, await open());
    const session = this.#session.ofImage();
    if (tiles === undefined) {
      const inputs = padInputs(this.#graph, await wholeImages(images), fit);
      const maps = await patchwisePrediction(session, fit).predict(inputs);
      yield this.#graph.outputs.map(({ name }, output) => {
        const map = maps.get(name);
        if (map === undefined) throw new Error(`the engine gave no output ${name}`);
        this.#unscale(name, map, scale);
        return { first: 0, map: reduced?.(map, output) ?? map };
      });
      return;
    }
    const given = { bands: await inputBands(this.#graph, images, fit), reduced, ran };
    const rows =
      tiles.kind === "exact"
        ? predictTiles(session, this.#graph, { ...given, plan: tiles })
        : blendTiles(session, this.#graph, { ...given, plan: tiles });
    for await (const next of rows) {
      for (const [output, { name }] of this.#graph.outputs.entries()) {
        const map = next[output]?.map;
        if (map !== undefined && scale !== 1) this.#unscale(name, asValues(map), scale);
      }
      yield next;
    }
  }

  #unscale(output: string, map: MapBatch, scale: number): void {
    if (scale !== 1)
      restoreMap(map, this.#targets[output] ?? usualTarget, { vertical: false, horizontal: false, scale });
  }

  close(): void {
    this.#session.close();
  }
}

function isSeveral(
  trained: PredictorWeights | readonly [PredictorWeights, ...PredictorWeights[]],
): trained is readonly [PredictorWeights, ...PredictorWeights[]] {
  return Array.isArray(trained);
}

function withMap(rows: PositionRows, map: PositionMap = rows.map): PositionRows {
  return { ...rows, map };
}
