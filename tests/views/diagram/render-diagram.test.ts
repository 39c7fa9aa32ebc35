import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compile } from "../../../compiler/compile.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { drawSvg, drawTo } from "../../../tools/cli/commands/diagram/run-diagram.ts";
import { diagramFormats, renderDiagram } from "../../../tools/diagram/render-diagram.ts";
import { createFileHost } from "../../../tools/host/file-sources.ts";
import { draw } from "./drawing.ts";
import { compileExample, loadExample } from "./figures.ts";

const loaded = loadExample("u-net", { width: "8" });
const { scene } = draw(loaded.network, { sizes: [64, 64] });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The LaTeX that the tests of .tex files need; continuous integration has it. */
const latex = spawnSync("pdflatex", ["--version"]).error === undefined;
if (!latex && process.env.CI !== undefined) throw new Error("pdflatex is not installed");

describe("rendering", () => {
  test("an SVG has the title, and every text as text", async () => {
    const svg = text(await renderDiagram(scene, "svg"));
    expect(svg).toContain("UNet(classes = 2, width = 8");
    for (const shape of scene.shapes)
      if (shape.kind === "text") expect(svg).toContain(`>${shape.text}</text>`);
  });

  test("a PNG has two pixels a point", async () => {
    const png = await sharp(Buffer.from(await renderDiagram(scene, "png"))).metadata();
    expect(png.format).toBe("png");
    expect(Math.abs(png.width - 2 * scene.width)).toBeLessThanOrEqual(1);
    expect(Math.abs(png.height - 2 * scene.height)).toBeLessThanOrEqual(1);
  });

  test("the figure of a report is whole where it is as wide as a page, and else folded to one", async () => {
    const width = async (name: string) =>
      Number(/<svg width="([\d.]+)pt"/.exec(await drawSvg(compileExample(name)))?.[1]);
    expect(await width("super-resolution")).toBe(420);
    expect(await width("deeplab-v3")).toBe(700);
  });

  test("a PDF has the size of the figure, its fonts, and no time of its own", async () => {
    const page = draw(loaded.network, { width: 234 }).scene;
    const pdf = Buffer.from(await renderDiagram(page, "pdf")).toString("latin1");
    expect(pdf.slice(0, 5)).toBe("%PDF-");
    expect(pdf).toMatch(/\/MediaBox \[0 0 234 /);
    expect(pdf).toContain("Arimo");
    expect(pdf).not.toMatch(/\/BaseFont \/Helvetica/);
    for (const [, date] of pdf.matchAll(/CreationDate \(D:(\d{14})/g)) expect(date).toBe("19700101000000");
  });

  test("the same figure gives the same bytes, in every format", async () => {
    for (const format of diagramFormats)
      expect(await renderDiagram(scene, format), format).toEqual(await renderDiagram(scene, format));
  });

  test.runIf(latex)(
    "a LaTeX figure compiles in a document that loads TikZ only",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "latex-"));
      try {
        for (const [name, options] of [
          ["u-net", { width: 234 }],
          ["deeplab-v3-plus", { width: 495, blocks: true }],
          ["fcn-8s", { theme: "dark" }],
        ] as const) {
          const figure = draw(compileExample(name), options).scene;
          writeFileSync(join(folder, "figure.tex"), await renderDiagram(figure, "tex"));
          writeFileSync(
            join(folder, "paper.tex"),
            "\\documentclass{article}\\usepackage{tikz}\\begin{document}\\input{figure}\\end{document}\n",
          );
          const made = spawnSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "paper.tex"], {
            cwd: folder,
          });
          expect(made.status, `${name}: ${made.stdout}`).toBe(0);
          expect(readdirSync(folder)).toContain("paper.pdf");
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    60_000,
  );
});

describe("writing", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "diagram-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("links lead from the figure's folder to lines of the program", async () => {
    const output = join(folder, "figure.dot");
    await drawTo(output, loaded, {});
    const written = readFileSync(output, "utf8");
    const lines = readFileSync("examples/u-net.fcn", "utf8").split("\n");
    const links = [...written.matchAll(/URL="([^"]*)#L(\d+)"/g)];
    expect(links.length).toBeGreaterThan(20);
    for (const [, path = ""] of links)
      expect(readFileSync(join(folder, path), "utf8")).toBe(lines.join("\n"));
    const said = new Set(links.map(([, , line]) => lines[Number(line) - 1]?.trim()));
    expect(said).toContain("maxpool(2)");
    expect(said).toContain("skip level[i] by concat, crop = crop");
    expect(readdirSync(folder)).toEqual(["figure.dot"]);
  });

  test("a program may have any name, or none of the usual ones", async () => {
    for (const path of ["network", "a program.txt", "std.fcn.bak"]) {
      const text = readFileSync("examples/u-net.fcn", "utf8");
      const compilation = compile({ path: join(folder, path), text }, createFileHost());
      const [first] = compilation.networks;
      if (first === undefined) throw new Error("the example has a network");
      await drawTo(join(folder, "figure.dot"), { network: first, compilation }, {});
      expect(readFileSync(join(folder, "figure.dot"), "utf8")).toContain(
        `URL="${encodeURIComponent(path)}#L`,
      );
    }
  });

  test("another ending than those is refused", async () => {
    await expect(drawTo(join(folder, "figure.gif"), loaded, {})).rejects.toThrow(/unknown figure format/);
  });

  test("a size that the network does not accept is refused, and nothing is written", async () => {
    const output = join(folder, "figure.svg");
    await expect(drawTo(output, loaded, { size: [100, 64] })).rejects.toThrow(/96 and 112/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a block that is not called is refused with those that are", async () => {
    const refused = drawTo(join(folder, "figure.svg"), loaded, { fold: 1, open: ["dubble"] });
    await expect(refused).rejects.toThrow("--open dubble: UNet calls no block of that name");
    await expect(refused).rejects.toMatchObject({ help: "it calls double" });
  });

  test("too narrow a page is refused with the width that is needed, and nothing is written", async () => {
    const refused = drawTo(join(folder, "figure.svg"), loadExample("segnet"), { width: 100 });
    await expect(refused).rejects.toBeInstanceOf(UserError);
    await expect(refused).rejects.toMatchObject({
      help: expect.stringMatching(
        /^give --width [\d.]+in; for less, feature maps would have to go from row 1, which has \d+$/,
      ),
    });
    const folded = drawTo(join(folder, "figure.svg"), loadExample("segnet"), { width: 100, fold: 0 });
    await expect(folded).rejects.toMatchObject({
      help: expect.stringMatching(/^give --width [\d.]+in, or leave out --fold$/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
