/** Whether an image is predicted whole or in tiles, and in which. */
import type { NoTiles } from "../../../../compiler/analyses/tiles/tile-axis.ts";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { memoryGaps } from "../../../../runtime/engines/memory-gaps.ts";
import { fitImage, type ImageFit, imageInputs } from "../../../../runtime/fit/fit.ts";
import { type EngineRoom, PredictionMemory } from "../../../../runtime/prediction/prediction-memory.ts";
import { type BlendPlan, planBlend } from "../../../../runtime/prediction/tiles/blend-plan.ts";
import { chooseTiles, type TooSmall } from "../../../../runtime/prediction/tiles/choose-tiles.ts";
import { planTiles, type TilePlan } from "../../../../runtime/prediction/tiles/tile-plan.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { withPrefix } from "../../../../views/text/numbers.ts";
import { imageTooLarge } from "../../program/image-too-large.ts";

export type TilesAsked = "exact" | "blend" | "none";
export type AnyTiles = TilePlan | BlendPlan;

export interface AskedTiles {
  readonly memory?: number | undefined;
  readonly tiles?: TilesAsked | undefined;
  /** Axes along which images are flipped, too. */
  readonly flipped?: PerAxis<boolean> | undefined;
  /** Whether dropout is on. */
  readonly dropout?: boolean | undefined;
}

export class TileChoice {
  readonly #graph: Graph;
  readonly #room: EngineRoom;
  readonly #memory: PredictionMemory;
  readonly #asked: AskedTiles;
  /** By the image's size: images of one size are divided alike. */
  readonly #known = new Map<string, Promise<AnyTiles | undefined>>();

  constructor(graph: Graph, room: EngineRoom, asked: AskedTiles) {
    this.#graph = graph;
    this.#asked = asked;
    this.#room =
      asked.memory === undefined
        ? room
        : { ...room, bytes: Math.min(asked.memory, room.bytes ?? asked.memory) };
    this.#memory = new PredictionMemory(graph, this.#room, asked.dropout);
  }

  /**
   * `undefined`: whole.
   * @param size [height, width]
   * @throws UserError for an image that needs too much memory and has no tiles as they are asked for
   */
  of(path: string, size: PerAxis<number>): Promise<AnyTiles | undefined> {
    const key = size.join();
    const known = this.#known.get(key) ?? this.#choose(path, size);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key)); // the next image of this size gets an error with its own name
    return known;
  }

  async #choose(path: string, size: PerAxis<number>): Promise<AnyTiles | undefined> {
    const { memory, tiles = "exact" } = this.#asked;
    // What the user allows is a limit; what the machine has may turn out enough where the forecast is not sure.
    if (await this.#memory.fits(size, memory === undefined)) return undefined;
    const fit = fitImage(this.#graph, size);
    const inPatches = fit.axes.some(({ patches }) => patches > 1);
    const { bytes } = this.#room;
    const found =
      tiles === "none" || inPatches || bytes === undefined
        ? undefined
        : await chooseTiles(this.#graph, fit, {
            bytes: memory === undefined ? bytes / memoryGaps : bytes,
            bytesOf: async (input) => {
              const bytes = await this.#memory.bytesOfInput(input);
              return bytes === undefined ? undefined : bytes + rowBytes(this.#graph, input, fit);
            },
            plan: (tile) =>
              tiles === "blend"
                ? (planBlend(this.#graph, fit, tile) ?? { kind: "unplaced" as const })
                : planTiles(this.#graph, fit, tile, this.#asked.flipped),
          });
    if (found?.kind === "exact" || found?.kind === "blend") return found;
    if (memory === undefined && (await this.#memory.fits(size, false))) return undefined;
    throw await this.#tooLarge(path, size, found);
  }

  async #tooLarge(
    path: string,
    size: PerAxis<number>,
    found: NoTiles | TooSmall | { readonly kind: "unplaced" } | undefined,
  ): Promise<UserError> {
    const error = await imageTooLarge(path, size, {
      graph: this.#graph,
      room: this.#room,
      limited: this.#asked.memory !== undefined,
    });
    if (this.#asked.tiles === "none")
      return new UserError(
        error.message,
        `without --tiles none it is predicted in tiles; ${error.help ?? ""}`,
      );
    if (found === undefined) return error;
    const reason = reasonOf(found);
    const way =
      found.kind === "none"
        ? "--tiles blend averages overlapping tiles, each predicted as an image of its own (the result differs from that of the whole image); "
        : "";
    return new UserError(`${error.message}; ${reason}`, `${way}${error.help ?? ""}`);
  }
}

/**
 * Of the rows of the image that a row of tiles sees, and of their classes, which are held beside the engine: what grows with the width of
 * the image. Samples are counted as 8 bits.
 */
function rowBytes(graph: Graph, [height]: PerAxis<number>, { axes: [, { input: width }] }: ImageFit): number {
  const channels = imageInputs(graph).reduce((sum, { attributes }) => sum + attributes.channels, 0);
  return height * width * (channels + graph.outputs.length);
}

function reasonOf(found: NoTiles | TooSmall | { readonly kind: "unplaced" }): string {
  switch (found.kind) {
    case "none":
      return `exact tiles of that size do not exist: ${whyNot(found)}`;
    case "memory":
      return `its smallest useful tiles need ${withPrefix(found.needed, "B")}`;
    case "unplaced":
      return "tiles cannot be blended: positions of an output depend on the size of the image";
  }
}

/** Of the first feature map that a tile cannot have. */
function whyNot({ node, cause }: NoTiles): string {
  const name = node.origin.label ?? node.name;
  switch (cause) {
    case "whole":
      return `every position of "${name}" depends on the whole image`;
    case "size":
      return `the positions of "${name}" depend on the size of the image`;
    case "reach":
      return `the receptive field of "${name}" is larger than such a tile, so allow more memory`;
  }
}
