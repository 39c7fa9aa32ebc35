/** DOT text to a picture: by the installed Graphviz, or by its WebAssembly build where there is none. */
import { UserError } from "../../runtime/user-error.ts";
import { runGraphviz } from "./graphviz-program.ts";
import { renderSvgInWebAssembly } from "./graphviz-webassembly.ts";

export const diagramFormats = ["svg", "png", "pdf", "dot"] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

/** "auto": the installed program if there is one. */
export type Renderer = "auto" | "program" | "webassembly";

/** Dots per inch of PNG; one point of the figure is two pixels. */
const resolution = 144;

/**
 * The bytes of a file. The same text gives the same bytes on one machine.
 *
 * @throws UserError when the format needs the Graphviz program and it is not installed.
 * @throws Error when Graphviz refuses the text, which is a fault of whoever wrote it.
 */
export async function renderDiagram(
  dot: string,
  format: DiagramFormat,
  renderer: Renderer = "auto",
): Promise<Uint8Array> {
  if (format === "dot") return new TextEncoder().encode(dot);
  if (renderer !== "webassembly") {
    const made = await runGraphviz(dot, format, resolution);
    if (made !== undefined) return made;
    if (renderer === "program") throw new UserError("the program dot is not installed", installHelp);
  }
  if (format === "pdf")
    throw new UserError("a PDF needs Graphviz, and the program dot is not on the PATH", installHelp);
  const svg = await renderSvgInWebAssembly(dot);
  return format === "svg" ? new TextEncoder().encode(svg) : rasterise(svg);
}

const installHelp =
  "install Graphviz (Debian and Ubuntu: apt install graphviz; macOS: brew install graphviz; Windows: winget install graphviz), or write .svg";

async function rasterise(svg: string): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  // Lengths in points would be scaled by the density twice: once as points, once as a picture of 72 dots per inch.
  const inPixels = svg.replace(/<svg width="([\d.]+)pt" height="([\d.]+)pt"/, '<svg width="$1" height="$2"');
  return new Uint8Array(await sharp(Buffer.from(inPixels), { density: resolution }).png().toBuffer());
}
