/** A figure to the bytes of a file, without any other program. */
import { figureDot } from "../../views/diagram/formats/dot.ts";
import { figureSvg } from "../../views/diagram/formats/svg.ts";
import { figureTikz } from "../../views/diagram/formats/tikz.ts";
import type { Scene } from "../../views/diagram/scene/scene.ts";
import { figurePdf } from "./figure-pdf.ts";
import { rasterise } from "./rasterise.ts";

export const diagramFormats = ["svg", "png", "pdf", "tex", "dot"] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

/** The same figure gives the same bytes on every machine. */
export async function renderDiagram(scene: Scene, format: DiagramFormat): Promise<Uint8Array> {
  const text = (written: string): Uint8Array => new TextEncoder().encode(written);
  switch (format) {
    case "svg":
      return text(figureSvg(scene));
    case "tex":
      return text(figureTikz(scene));
    case "dot":
      return text(figureDot(scene));
    case "png":
      return rasterise(figureSvg(scene));
    case "pdf":
      return figurePdf(scene);
  }
}
