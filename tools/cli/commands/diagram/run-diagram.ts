/** Draws as `fcn diagram`, the training report and the quickstart do. */
import { extname } from "node:path";
import { shapeAt } from "../../../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { type DiagramOptions, diagramDot } from "../../../../views/diagram/diagram-dot.ts";
import { type DiagramFormat, diagramFormats, renderDiagram } from "../../../diagram/render-diagram.ts";
import { sourceLinks } from "../../../diagram/source-links.ts";
import { UsageError } from "../../console/usage-error.ts";
import type { LoadedNetwork } from "../../program/load-network.ts";

export interface DiagramCommand {
  readonly size?: readonly [height: number, width: number] | undefined;
  readonly fold?: boolean | undefined;
  /** Left out: to the lines of the program, relative to the figure's folder. */
  readonly sourceLink?: DiagramOptions["sourceLink"];
}

/** @throws UserError for a size that the network does not accept, and when the file cannot be written. */
export async function drawTo(
  file: string,
  { network, compilation }: LoadedNetwork,
  command: DiagramCommand,
): Promise<void> {
  const format = formatOf(file);
  const sourceLink = sourceLinks(file, compilation.files);
  await writeAtomically(file, [await renderDiagram(dotOf(network, { sourceLink, ...command }), format)]);
}

/** An SVG document. */
export async function drawSvg(network: CompiledNetwork): Promise<string> {
  return new TextDecoder().decode(await renderDiagram(dotOf(network, {}), "svg"));
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

/** @throws UserError for a size that is not accepted, and for more boxes than can be read. */
export function dotOf(network: CompiledNetwork, { size, fold, sourceLink }: DiagramCommand): string {
  const shaped = size === undefined ? undefined : shapeAt(network.graph, size);
  if (shaped?.kind === "refused") throw new UserError(shaped.message);
  const dot = diagramDot(network, {
    mostBoxes,
    fold: fold === true,
    ...(shaped === undefined ? {} : { sizes: shaped.sizes }),
    ...(sourceLink === undefined ? {} : { sourceLink }),
  });
  if (typeof dot !== "string")
    throw new UserError(
      dot.message,
      dot.kind === "too-many-boxes" && fold !== true ? "--fold draws repeated blocks once" : undefined,
    );
  return dot;
}
