/** The figure of a network to a file, in the format its name asks for. */
import { extname } from "node:path";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { SizesAsked } from "../../compiler/inspect/sizes-asked.ts";
import { diagramDot } from "../../compiler/targets/dot/diagram-dot.ts";
import { UserError } from "../../runtime/user-error.ts";
import { writeAtomically } from "../../runtime/weights/atomic-write.ts";
import { diagramFormats, renderDiagram } from "./render-diagram.ts";
import { sourceLinks } from "./source-links.ts";

export interface WrittenDiagram {
  /** [height, width] of the first input in pixels, or a value for every size symbol; without it, formulas. */
  readonly size?: SizesAsked | undefined;
  readonly fold: boolean;
}

/** @throws UserError for another ending than .svg, .png, .pdf or .dot, and for a size that the network does not accept. */
export async function writeDiagram(
  network: CompiledNetwork,
  output: string,
  options: WrittenDiagram,
): Promise<void> {
  const ending = extname(output).slice(1).toLowerCase();
  const format = diagramFormats.find((known) => known === ending);
  if (format === undefined)
    throw new UserError(
      `${output}: a figure is written as ${diagramFormats.map((known) => `.${known}`).join(", ")}`,
      "give the file one of these endings",
    );
  const dot = diagramDot(network, {
    ...(options.size === undefined ? {} : { sizes: options.size }),
    fold: options.fold,
    sourceLink: sourceLinks(output),
  });
  if (typeof dot !== "string") throw new UserError(dot.message);
  await writeAtomically(output, [await renderDiagram(dot, format)]);
}
