import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compile } from "../../../compiler/compile.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { drawTo } from "../../../tools/cli/commands/diagram/run-diagram.ts";
import { renderDiagram } from "../../../tools/diagram/render-diagram.ts";
import { createFileHost } from "../../../tools/host/file-sources.ts";
import { diagramDot } from "../../../views/diagram/diagram-dot.ts";
import { loadExample } from "./figures.ts";
import { graphvizIsInstalled } from "./installed.ts";

const loaded = loadExample("u-net", { width: "8" });
const { network } = loaded;
const dot = String(diagramDot(network, { sizes: [64, 64], fold: false }));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("rendering", () => {
  test("dot is the text itself", async () => {
    expect(text(await renderDiagram(dot, "dot"))).toBe(dot);
  });

  test("the WebAssembly build gives an SVG with the title, and a PNG of two pixels a point", async () => {
    const svg = await renderDiagram(dot, "svg", "webassembly");
    expect(text(svg)).toContain("UNet(classes = 2, width = 8");
    const png = await sharp(Buffer.from(await renderDiagram(dot, "png", "webassembly"))).metadata();
    expect(png.format).toBe("png");
    // Two pixels a point, each side rounded to whole ones.
    const [, width, height] = text(svg).match(/<svg width="([\d.]+)pt" height="([\d.]+)pt"/) ?? [];
    expect(Math.abs(png.width - 2 * Number(width))).toBeLessThanOrEqual(1);
    expect(Math.abs(png.height - 2 * Number(height))).toBeLessThanOrEqual(1);
  });

  test.runIf(graphvizIsInstalled)("the program gives SVG, PNG and PDF", async () => {
    expect((await sharp(Buffer.from(await renderDiagram(dot, "svg", "program"))).metadata()).format).toBe(
      "svg",
    );
    expect((await sharp(Buffer.from(await renderDiagram(dot, "png", "program"))).metadata()).format).toBe(
      "png",
    );
    expect(text((await renderDiagram(dot, "pdf", "program")).subarray(0, 5))).toBe("%PDF-");
  });

  test.runIf(graphvizIsInstalled)(
    "the same text gives the same bytes, and a PDF carries no time of its own",
    async () => {
      for (const format of ["svg", "png", "pdf"] as const)
        expect(await renderDiagram(dot, format)).toEqual(await renderDiagram(dot, format));
      const pdf = Buffer.from(await renderDiagram(dot, "pdf")).toString("latin1");
      for (const [, date] of pdf.matchAll(/CreationDate \(D:(\d{14})/g)) expect(date).toBe("19700101000000");
    },
  );

  test.runIf(graphvizIsInstalled)("a text that Graphviz refuses is an error with what it said", async () => {
    await expect(renderDiagram("digraph {", "svg", "program")).rejects.toThrow(
      /dot failed with exit code 1: .*syntax error/s,
    );
  });

  test("the WebAssembly build refuses a bad text too", async () => {
    await expect(renderDiagram("digraph {", "svg", "webassembly")).rejects.toThrow(/syntax error/);
  });
});

describe("without the Graphviz program", () => {
  beforeEach(() => vi.stubEnv("PATH", ""));
  afterEach(() => vi.unstubAllEnvs());

  test("an SVG is drawn all the same", async () => {
    expect(text(await renderDiagram(dot, "svg"))).toBe(text(await renderDiagram(dot, "svg", "webassembly")));
  });

  test("a PDF is refused with what to install", async () => {
    const refused = await renderDiagram(dot, "pdf").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({ help: expect.stringContaining("apt install graphviz") });
  });
});

describe("writing", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "diagram-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("links lead from the figure's folder to lines of the program", async () => {
    const output = join(folder, "figure.dot");
    await drawTo(output, loaded, { fold: false });
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

  test("another ending than the four is refused", async () => {
    await expect(drawTo(join(folder, "figure.gif"), loaded, {})).rejects.toThrow(/unknown figure format/);
  });

  test("a size that the network does not accept is refused, and nothing is written", async () => {
    const output = join(folder, "figure.svg");
    await expect(drawTo(output, loaded, { size: [100, 64] })).rejects.toThrow(/96 and 112/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
