/** DOT text to a picture: by the installed Graphviz, or by its WebAssembly build where there is none. */
import { UserError } from "../../runtime/user-error.ts";
import { runGraphviz } from "./graphviz-program.ts";
import { renderSvgInWebAssembly } from "./graphviz-webassembly.ts";
import { rasterise } from "./rasterise.ts";

export const diagramFormats = ["svg", "png", "pdf", "dot"] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

/** "auto": the installed program if there is one; for PNG the WebAssembly build, so that it is the same on every machine. */
export type Renderer = "auto" | "program" | "webassembly";

/**
 * The bytes of a file. The same text gives the same bytes on one machine, and as PNG on every one.
 *
 * @throws UserError when the format needs the Graphviz program and it is not installed.
 * @throws Error when Graphviz refuses the text, which is a mistake in the code that wrote it.
 */
export async function renderDiagram(
  dot: string,
  format: DiagramFormat,
  renderer: Renderer = "auto",
): Promise<Uint8Array> {
  if (format === "dot") return new TextEncoder().encode(dot);
  if (format === "png") return rasterise(await svgForPixels(dot, renderer));
  if (renderer !== "webassembly") {
    const made = await runGraphviz(dot, format);
    if (made !== undefined) return made;
    if (renderer === "program") throw new UserError("the program dot is not installed", installHelp);
  }
  if (format === "pdf")
    throw new UserError("a PDF needs Graphviz, and the program dot is not on the PATH", installHelp);
  return new TextEncoder().encode(await renderSvgInWebAssembly(dot));
}

/** By the build that is the same on every machine, unless the program is asked for. */
async function svgForPixels(dot: string, renderer: Renderer): Promise<string> {
  if (renderer !== "program") return renderSvgInWebAssembly(dot);
  const made = await runGraphviz(dot, "svg");
  if (made === undefined) throw new UserError("the program dot is not installed", installHelp);
  return new TextDecoder().decode(made);
}

const installHelp =
  "install Graphviz (Debian and Ubuntu: apt install graphviz; macOS: brew install graphviz; Windows: winget install graphviz), or write .svg";
