/** A drawn figure as boxes, arrows and texts with their rectangles, in points from the top left corner. */
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { type DiagramOptions, drawNetwork } from "../../../views/diagram/draw-network.ts";
import type { Path, Rectangle, Scene, Text } from "../../../views/diagram/scene/scene.ts";

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Drawing {
  readonly scene: Scene;
  readonly boxes: readonly (Area & { readonly id: number; readonly shape: Rectangle })[];
  readonly arrows: readonly {
    readonly from: number;
    readonly to: number;
    readonly points: Path["points"];
    readonly words: string;
    readonly shape: Path;
  }[];
  readonly texts: readonly (Area & { readonly text: string; readonly shape: Text })[];
}

/** @throws Error when the figure is refused. */
export function draw(network: CompiledNetwork, options: DiagramOptions = {}): Drawing {
  const scene = drawNetwork(network, options);
  if ("kind" in scene) throw new Error(scene.message);
  const { shapes } = scene;
  const texts = shapes
    .filter((shape) => shape.kind === "text")
    .map((shape) => ({
      ...areaOf(shape),
      text: shape.text,
      shape,
    }));
  return {
    scene,
    texts,
    boxes: shapes.flatMap((shape) =>
      shape.kind === "rectangle" && shape.map !== undefined
        ? [{ ...rectangle(shape), id: shape.map, shape }]
        : [],
    ),
    arrows: shapes.flatMap((shape) => {
      if (shape.kind !== "path" || shape.ends === undefined) return [];
      const [from, to] = shape.ends;
      const words = texts
        .filter(({ shape: { ends } }) => ends?.[0] === from && ends[1] === to)
        .map(({ text }) => text)
        .join(" ");
      return [{ from, to, points: shape.points, words, shape }];
    }),
  };
}

function rectangle({ x, y, width, height }: Rectangle): Area {
  return { left: x, right: x + width, top: y, bottom: y + height };
}

/** The ink of a line: letters are about 0.8 of the font's size high, with what is under the line. */
function areaOf({ x, y, align, width, size }: Text): Area {
  const left = x - { start: 0, middle: 0.5, end: 1 }[align] * width;
  return { left, right: left + width, top: y - size * 0.42, bottom: y + size * 0.42 };
}
