/**
 * The mean of a network's outputs over several weights, over flips of its input and over masks of dropout.
 *
 * Flips are undone position by position. Where the positions of a flipped input's output are those of the output itself, as on every
 * grid that is symmetric about the middle of the input, nothing is resampled; elsewhere values are bilinear between positions.
 */
import { perAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { isRandomField } from "../../../compiler/ops/crf.ts";
import type { MapBatch, Normalisation } from "../../arrays.ts";
import { normaliseSamples } from "../../data/normalise-image.ts";
import type { Engine, Session } from "../../engines/engine.ts";
import { gridsOfInput, imageScene } from "../../fit/fit.ts";
import { mapOfImage } from "../../fit/fit-batch.ts";
import { flippedGrids, positionsAsImage, sameGrid } from "../../fit/relative-grid.ts";
import { Random } from "../../random.ts";
import { refuseNotFinite } from "../refuse-not-finite.ts";
import type { DropoutPasses } from "./averaging.ts";
import { type Flip, flippedMap } from "./flip-map.ts";
import { MeanMap } from "./mean-map.ts";
import { withEntropy } from "./uncertainty.ts";

/** One of the weights whose predictions are averaged. */
export interface Member {
  /** For messages, where there are several. */
  readonly file?: string | undefined;
  readonly weights: Parameters<Session["writeWeights"]>[0];
  /** By input name. */
  readonly normalisations: ReadonlyMap<string, Normalisation>;
}

export interface AveragedOptions {
  readonly members: readonly [Member, ...Member[]];
  readonly flips: readonly Flip[];
  readonly passes?: DropoutPasses | undefined;
  /** Outputs to whose values the entropy of each prediction is added as a channel. */
  readonly entropies: ReadonlySet<string>;
  /** Values of a flipped picture as values of the picture itself, in place. */
  readonly unflip: (output: string, map: MapBatch, flip: Flip) => void;
}

type Maps = ReadonlyMap<string, MapBatch>;

/** A session and the member whose weights it holds. */
interface Slot {
  readonly session: Session;
  held: Member | undefined;
}

/** Its inputs are samples of 0 … 1: every member normalises them as it was trained. */
export class AveragedSession {
  readonly #graph: Graph;
  readonly #options: AveragedOptions;
  /** One for all members, whose weights are exchanged, so that several take no more memory; one each where a crf holds how colours were normalised. */
  readonly #slots: readonly Slot[];

  private constructor(graph: Graph, options: AveragedOptions, slots: readonly Slot[]) {
    this.#graph = graph;
    this.#options = options;
    this.#slots = slots;
  }

  /** @throws EngineRefusal when the engine cannot run the network. */
  static async open(graph: Graph, engine: Engine, options: AveragedOptions): Promise<AveragedSession> {
    const own = graph.nodes.some(isRandomField) ? options.members : options.members.slice(0, 1);
    const slots: Slot[] = [];
    const averaged = new AveragedSession(graph, options, slots);
    try {
      for (const { normalisations } of own)
        slots.push({ session: await engine.open(graph, { seed: 0, normalisations }), held: undefined });
      for (const [place] of own.entries()) await averaged.#sessionOf(place);
      return averaged;
    } catch (error) {
      averaged.close();
      throw error;
    }
  }

  /**
   * What predicts the parts of one image, in their order: dropout's masks depend on the part and the seed, and not on other images.
   * Inputs are samples of 0 … 1, by name; they are overwritten.
   */
  ofImage(): Pick<Session, "predict"> {
    let parts = 0;
    return { predict: (inputs) => this.#predict(inputs, parts++) };
  }

  async #predict(inputs: Maps, part: number): Promise<Maps> {
    const { members, flips, passes, entropies } = this.#options;
    const only = members.length * flips.length * (passes?.count ?? 1) === 1;
    const means = new Map<string, MeanMap>();
    for (const [place, member] of members.entries()) {
      const session = await this.#sessionOf(place);
      const normalised = normalisedInputs(inputs, member, place === members.length - 1);
      for (const [turn, flip] of flips.entries()) {
        const given = mapValues(normalised, (map) => flippedMap(map, flip));
        for (const dropoutSeed of passSeeds(passes, [part, place, turn])) {
          const predicted = await session.predict(given, { dropoutSeed });
          refuseNotFinite(this.#graph.name, predicted, members.length > 1 ? member.file : undefined);
          const maps = new Map(
            Array.from(
              predicted,
              ([name, map]) => [name, entropies.has(name) ? withEntropy(map) : map] as const,
            ),
          );
          if (only) return maps;
          for (const [output, map] of this.#undone(maps, flip, inputs)) {
            const mean = means.get(output) ?? new MeanMap(map.shape);
            means.set(output, mean);
            mean.add(map);
          }
        }
      }
    }
    return mapValues(means, (mean) => mean.mean());
  }

  close(): void {
    for (const { session } of this.#slots) session.close();
  }

  /** Holding the weights of a member. */
  async #sessionOf(place: number): Promise<Session> {
    const [member, slot] = [this.#options.members[place], this.#slots[place] ?? this.#slots[0]];
    if (member === undefined || slot === undefined) throw new Error(`no member ${place}`);
    if (slot.held !== member) {
      slot.held = undefined;
      await slot.session.writeWeights(member.weights);
      slot.held = member;
    }
    return slot.session;
  }

  /** Outputs of flipped inputs at the positions of the outputs. */
  #undone(maps: Maps, flip: Flip, inputs: Maps): Maps {
    if (!flip.vertical && !flip.horizontal) return maps;
    const input = inputs.get(imageScene(this.#graph).finest);
    if (input === undefined) throw new Error("a network has an input");
    const size = [input.shape[1], input.shape[2]] as const;
    const grids = gridsOfInput(this.#graph, size);
    return new Map(
      this.#graph.outputs.map(({ name }, output) => {
        const map = maps.get(name);
        if (map === undefined) throw new Error(`the engine gave no output ${name}`);
        const back = flippedMap(map, flip);
        this.#options.unflip(name, back, flip);
        const own = perAxis((axis) => grids[axis]?.[output] ?? noPositions(name));
        const turned = flippedGrids(own, flip, size);
        return [name, sameGrid(turned, own) ? back : mapOfImage(back, positionsAsImage(turned, own), 0)];
      }),
    );
  }
}

/** Of the masks of each pass; `undefined`: without dropout. @param place what else the masks depend on */
function passSeeds(
  passes: DropoutPasses | undefined,
  place: readonly number[],
): readonly (number | undefined)[] {
  if (passes === undefined) return [undefined];
  return Array.from({ length: passes.count }, (_, pass) =>
    new Random(passes.seed, `dropout at prediction ${[...place, pass].join(", ")}`).integer(2 ** 31),
  );
}

function noPositions(output: string): never {
  throw new Error(`output ${output} has no positions`);
}

function normalisedInputs(inputs: Maps, { normalisations }: Member, last: boolean): Maps {
  return new Map(
    Array.from(inputs, ([name, { data, shape }]) => {
      const normalisation = normalisations.get(name);
      if (normalisation === undefined) throw new Error(`the weights know no normalisation of ${name}`);
      const own = last ? data : data.slice();
      normaliseSamples(own, shape[3], normalisation);
      return [name, { data: own, shape }] as const;
    }),
  );
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): ReadonlyMap<string, B> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)] as const));
}
