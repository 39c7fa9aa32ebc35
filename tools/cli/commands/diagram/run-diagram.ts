/** Draws as `fcn diagram`, the training report and the quickstart do. */
import { extname } from "node:path";
import { shapeAt } from "../../../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { blockNames } from "../../../../views/diagram/closed-blocks.ts";
import { type DiagramOptions, drawNetwork, type TooWide } from "../../../../views/diagram/draw-network.ts";
import type { Scene } from "../../../../views/diagram/scene/scene.ts";
import { type DiagramFormat, diagramFormats, renderDiagram } from "../../../diagram/render-diagram.ts";
import { sourceLinks } from "../../../diagram/source-links.ts";
import { UsageError } from "../../console/usage-error.ts";
import type { LoadedNetwork } from "../../program/load-network.ts";

export interface DiagramCommand extends Omit<DiagramOptions, "sizes" | "mostBoxes"> {
  readonly size?: readonly [height: number, width: number] | undefined;
}

/** @throws UserError for a size that the network does not accept, and when the file cannot be written. */
export async function drawTo(
  file: string,
  { network, compilation }: LoadedNetwork,
  command: DiagramCommand,
): Promise<void> {
  const format = formatOf(file);
  const sourceLink = sourceLinks(file, compilation.files);
  await writeAtomically(file, [await renderDiagram(sceneOf(network, { sourceLink, ...command }), format)]);
}

/** As wide as a report is, in points. */
const reportWidth = 880;
/** Of a figure that is folded to fit a report: with type as on paper. */
const foldedWidth = 700;

/** An SVG document for a report: whole, or folded where that is wider than the page. */
export async function drawSvg(network: CompiledNetwork): Promise<string> {
  const whole = sceneOf(network, {});
  const folded = whole.width > reportWidth ? drawNetwork(network, { width: foldedWidth, mostBoxes }) : whole;
  return new TextDecoder().decode(await renderDiagram("kind" in folded ? whole : folded, "svg"));
}

/** @throws UsageError for an extension of no known format. */
export function formatOf(file: string): DiagramFormat {
  const format = diagramFormats.find((known) => extname(file).toLowerCase() === `.${known}`);
  if (format !== undefined) return format;
  throw new UsageError(
    `${file}: unknown figure format`,
    `end the file's name in ${diagramFormats.map((known) => `.${known}`).join(", ")}`,
  );
}

/** A figure of more cannot be read, and takes minutes to lay out. */
const mostBoxes = 5_000;

/** @throws UserError for a size that is not accepted, an unknown block, more boxes than can be read, and too narrow a page. */
export function sceneOf(network: CompiledNetwork, { size, ...options }: DiagramCommand): Scene {
  const shaped = size === undefined ? undefined : shapeAt(network.graph, size);
  if (shaped?.kind === "refused") throw new UserError(shaped.message);
  const blocks = blockNames(network.graph);
  for (const name of options.open ?? [])
    if (!blocks.includes(name.replaceAll(" ", "_")))
      throw new UsageError(
        `--open ${name}: ${network.name} calls no block of that name`,
        blocks.length === 0 ? `${network.name} calls no blocks` : `it calls ${blocks.join(", ")}`,
      );
  const scene = drawNetwork(network, {
    mostBoxes,
    ...options,
    ...(shaped === undefined ? {} : { sizes: shaped.sizes }),
  });
  if (!("kind" in scene)) return scene;
  if (scene.kind === "too-many-boxes")
    throw new UserError(
      scene.message,
      options.fold === undefined || options.fold === 0
        ? "--fold all draws every block call as one box"
        : undefined,
    );
  if (scene.kind === "too-wide") throw new UserError(scene.message, narrowerHelp(scene, options));
  throw new UserError(scene.message);
}

/** The width that suffices, and what would have to go for less. */
function narrowerHelp(
  { width, crowded }: TooWide,
  { fold, open, showSizes }: Pick<DiagramOptions, "fold" | "open" | "showSizes">,
): string {
  const given = [
    ...(fold === undefined ? [] : ["--fold"]),
    ...(open === undefined ? [] : ["--open"]),
    ...(showSizes === true ? ["--sizes yes"] : []),
  ];
  const wide = `give --width ${Math.ceil((width / 72) * 100) / 100}in`;
  if (given.length > 0) return `${wide}, or leave out ${given.join(" and ")}`;
  return `${wide}; for less, feature maps would have to go from row ${crowded.title}, which has ${crowded.maps}`;
}
