/** What each input of a network shows of a fitted image. */
import { perAxis } from "../../compiler/axis.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { scaledDown } from "../../compiler/network/scene.ts";
import type { MapBatch } from "../arrays.ts";
import { type ImageFit, imageScene } from "./fit.ts";
import { padImages } from "./fit-batch.ts";

/** The fit of one input, in its own pixels and without outputs. @param fit of the scene */
export function fitOfInput(graph: Graph, fit: ImageFit, name: string): ImageFit {
  const input = imageScene(graph).inputs.get(name);
  if (input === undefined) throw new Error(`${graph.name} has no input ${name}`);
  if (input.kind === "resized")
    return {
      image: input.size,
      axes: perAxis((axis) => ({ input: input.size[axis], patches: 1, before: 0, grids: [] })),
    };
  const { image, axes } = fit;
  return {
    image: perAxis((axis) => Math.max(1, scaledDown(image[axis], input.pixels[axis]))),
    axes: perAxis((axis) => {
      const { input: length, patches, before } = axes[axis];
      const own = (pixels: number) => scaledDown(pixels, input.pixels[axis]);
      return { input: own(length), patches, before: own(before), grids: [] };
    }),
  };
}

/** Images of every input, by name, at the size that the network takes: margins are mirrored. @param fit of the scene */
export function padInputs(
  graph: Graph,
  images: ReadonlyMap<string, MapBatch>,
  fit: ImageFit,
): ReadonlyMap<string, MapBatch> {
  return new Map(
    Array.from(images, ([name, maps]) => [name, padImages(maps, fitOfInput(graph, fit, name))] as const),
  );
}
