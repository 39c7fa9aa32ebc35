import { instance } from "@viz-js/viz";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { GraphNode } from "../../../compiler/network/graph.ts";
import { renderDiagram } from "../../../tools/diagram/render-diagram.ts";
import { type DiagramOptions, drawNetwork } from "../../../views/diagram/draw-network.ts";
import type { Scene } from "../../../views/diagram/scene/scene.ts";
import { uNet } from "./networks.ts";

/** Quotes, markup, entities, escapes, line ends, control characters, lone surrogates and whatever else. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    '"',
    "\\",
    "\\N",
    "\\l",
    "a\\",
    "<B>",
    "</TABLE>",
    "&",
    "&amp;",
    "&lt;",
    "]]>",
    "<!--",
    "\u0000",
    "\ud800",
    "\n",
    "\r\n",
    "]",
    ";",
    "}",
    "%s",
    "\u2028",
  ),
  fc
    .array(fc.constantFrom('"', "\\", "<", ">", "&", ";", "#", "x", "\n", "N", "G"), { maxLength: 8 })
    .map((parts) => parts.join("")),
);

test("any text in names and links gives an SVG that parses, in every place where a name can stand", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const scene = sceneOf(renamed(uNet({ depth: 1, width: 4 }), text), { sourceLink: () => text });
      // librsvg's XML parser refuses what is not well-formed.
      const svg = await renderDiagram(scene, "svg");
      expect((await sharp(Buffer.from(svg)).metadata()).format).toBe("svg");
    }),
    { numRuns: 60, seed: 7, examples: [[""], ["\n"], ["\\"], ["\ud800"], ["</TABLE>"]] },
  );
});

test("and the text shows as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(printable, async (text) => {
      const scene = sceneOf({ ...uNet({ depth: 1, width: 4 }), name: text });
      const svg = new TextDecoder().decode(await renderDiagram(scene, "svg"));
      const shown = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, one = ""]) =>
        withoutEntities(one),
      );
      expect(shown).toContain(text);
    }),
    { numRuns: 60, seed: 7 },
  );
});

test("Graphviz reads the DOT text, whatever the names", async () => {
  const graphviz = await instance();
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const scene = sceneOf(renamed(uNet({ depth: 1, width: 4 }), text), { sourceLink: () => text });
      const svg = graphviz.renderString(new TextDecoder().decode(await renderDiagram(scene, "dot")), {
        format: "svg",
        engine: "nop2",
      });
      expect(svg).toContain("</svg>");
    }),
    { numRuns: 40, seed: 7, examples: [[""], ["\n"], ["\\"], ["</TABLE>"]] },
  );
});

const printable = fc.string({
  unit: fc.constantFrom(..."\"\\<>&;#ab'N%{}[]|é…中"),
  minLength: 1,
  maxLength: 12,
});

function sceneOf(network: CompiledNetwork, options: DiagramOptions = {}): Scene {
  const scene = drawNetwork(network, options);
  if ("kind" in scene) throw new Error(scene.message);
  return scene;
}

function withoutEntities(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** The network with the text as its name, its parameter's, its input's, its output's, and every map's. */
function renamed(network: CompiledNetwork, text: string): CompiledNetwork {
  const span = { file: text, start: 0, end: 1 };
  const nodes = network.graph.nodes.map((node): GraphNode => {
    const origin = {
      ...node.origin,
      span,
      label: text,
      scope: [{ kind: "block", name: text, index: 1 } as const],
    };
    return node.operation === "input"
      ? { ...node, name: text, origin, attributes: { ...node.attributes, name: text } }
      : { ...node, name: `${text}${node.id}`, origin };
  });
  const outputs = network.graph.outputs.map((output) => ({ ...output, name: text }));
  return {
    ...network,
    name: text,
    parameters: new Map([[text, text]]),
    graph: { ...network.graph, name: text, nodes, outputs },
  };
}
