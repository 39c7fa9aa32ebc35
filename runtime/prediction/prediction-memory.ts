/** The memory that predicting on an image takes, asked of the forecast before the image is decoded. */

import { memoryPeak } from "../../compiler/analyses/cost/memory-schedule.ts";
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { inputSizes } from "../../compiler/network/scene.ts";
import { shapesAt } from "../engines/check-inputs.ts";
import { type ArrayLimit, type Engine, EngineRefusal } from "../engines/engine.ts";
import { refuseLargeMaps } from "../engines/largest-array.ts";
import { memoryGaps } from "../engines/memory-gaps.ts";
import { fitImage, type ImageFit, imageScene } from "../fit/fit.ts";

/** What an engine can hold on this machine. */
export interface EngineRoom {
  readonly engine: Engine;
  readonly device: string;
  /** Bytes; `undefined`: not known. */
  readonly bytes: number | undefined;
  readonly largestArray?: ArrayLimit | undefined;
}

export class PredictionMemory {
  readonly #graph: Graph;
  readonly #room: EngineRoom;
  readonly #dropout: boolean;
  /** Bytes by the input's size: images of one size are asked about once. */
  readonly #known = new Map<string, Promise<number>>();

  /** @param dropout whether it is on */
  constructor(graph: Graph, room: EngineRoom, dropout = false) {
    this.#graph = graph;
    this.#room = room;
    this.#dropout = dropout;
  }

  /**
   * Peak memory in bytes, each patch of the image being an image to the engine; `undefined` when one feature map is larger than the engine holds in one array.
   * @param image [height, width]
   * @throws UserError when no accepted size covers the image
   */
  async bytes(image: PerAxis<number>): Promise<number | undefined> {
    const { axes } = fitImage(this.#graph, image);
    const size = perAxis((axis) => axes[axis].input / axes[axis].patches);
    return this.bytesOfInput(size, axes[0].patches * axes[1].patches);
  }

  /** The same, of so many inputs of [height, width] pixels at once. @param size an accepted one */
  async bytesOfInput(size: PerAxis<number>, images = 1): Promise<number | undefined> {
    const sizes = inputSizes(imageScene(this.#graph), size);
    const { engine, device, largestArray } = this.#room;
    try {
      refuseLargeMaps({ name: engine.name, device, largestArray }, shapesAt(this.#graph, sizes), images);
    } catch (error) {
      if (error instanceof EngineRefusal) return undefined;
      throw error;
    }
    const key = JSON.stringify([size, images]);
    const known =
      this.#known.get(key) ??
      engine
        .forecast(this.#graph, { sizes, dropout: this.#dropout })
        .then((schedule) => memoryPeak(schedule, images).bytes);
    this.#known.set(key, known);
    return known;
  }

  /** Whether it can fit: with the gaps that the memory may have (`surely`), or without any. */
  async fits(image: PerAxis<number>, surely: boolean): Promise<boolean> {
    const bytes = await this.bytes(image);
    const { bytes: room } = this.#room;
    return bytes !== undefined && (room === undefined || bytes <= room / (surely ? memoryGaps : 1));
  }

  /** The largest image of the same proportions that surely fits; `undefined`: there is none. */
  async largest([height, width]: PerAxis<number>): Promise<PerAxis<number> | undefined> {
    const sizeOf = (rows: number) => [rows, Math.max(1, Math.round((rows * width) / height))] as const;
    let [least, most] = [0, height];
    while (most - least > 1) {
      const middle = Math.floor((least + most) / 2);
      if (await this.fits(sizeOf(middle), true)) least = middle;
      else most = middle;
    }
    return least === 0 ? undefined : sizeOf(least);
  }
}

/**
 * Bytes of the values of every output, float32, at its positions and at the image's pixels: what is held beside the engine where all of
 * them are needed at once. @param fit of the image
 */
export function valueBytes(graph: Graph, { image, axes: [vertical, horizontal] }: ImageFit): number {
  return graph.outputs.reduce((sum, { node }, output) => {
    const positions = (vertical.grids[output]?.cells ?? 0) * (horizontal.grids[output]?.cells ?? 0);
    const channels = graph.nodes[node]?.map.channels ?? 0;
    return sum + 4 * channels * (positions + image[0] * image[1]);
  }, 0);
}
