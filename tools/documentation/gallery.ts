/** `docs/gallery.md`: the figure of every example for a page of two columns, with the first sentence of its description. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { drawNetwork } from "../../views/diagram/draw-network.ts";
import { figureSvg } from "../../views/diagram/formats/svg.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";
import { readSourceFile } from "../host/read-source-file.ts";

/** Points: 6.875 inches, the text of a page of two columns. */
const pageWidth = 6.875 * 72;

export interface GalleryFile {
  /** In `docs/`. */
  readonly path: string;
  readonly text: string;
}

/** The page, and beside it a figure for each of its networks. */
export function galleryFiles(): readonly GalleryFile[] {
  const names = readdirSync(join(packageRoot(), "examples"))
    .filter((name) => name.endsWith(".fcn"))
    .sort();
  const entries = names.flatMap(entriesOf);
  const page = `# Gallery

Every network of [\`examples/\`](../examples), as \`fcn diagram FILE --width 6.875in\` draws it for the full width of a two-column page: folded until it fits, with no text under 6 points. \`npm run documentation\` draws the figures; a test fails when one is out of date. [The diagram](../specs/diagram.md) explains the marks.

${entries.map(({ section }) => section).join("\n\n")}
`;
  return [{ path: "gallery.md", text: page }, ...entries.map(({ figure }) => figure)];
}

interface Entry {
  readonly section: string;
  readonly figure: GalleryFile;
}

function entriesOf(file: string): readonly Entry[] {
  const { networks, diagnostics } = compile(
    readSourceFile(join(packageRoot(), "examples", file)),
    createFileHost(),
  );
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new Error(`examples/${file}: ${errors.map(({ message }) => message).join("; ")}`);
  return networks.map((network, at): Entry => {
    const scene = drawNetwork(network, { width: pageWidth });
    if ("kind" in scene) throw new Error(`examples/${file}: ${scene.message}`);
    const name = file.replace(".fcn", "");
    const path = `gallery/${at === 0 ? name : `${name}-${network.name}`}.svg`;
    return {
      section: `## [${network.name}](../examples/${file})\n\n${firstSentence(network.doc ?? "")}\n\n![The figure of ${network.name}](${path})`,
      figure: { path, text: figureSvg(scene) },
    };
  });
}

/** Up to the first full stop that no initial, number or abbreviation has, at the end of a word. */
export function firstSentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const end = /(?<!\b(?:al|[A-Z]|vol|pp|e\.g|i\.e|cf))\.(?= [A-Z`])|\.$/.exec(line);
  return end === null ? line : line.slice(0, end.index + 1);
}
