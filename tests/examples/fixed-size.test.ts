/** A network for images of one size is no other network: every example compiles with numbers for H and W that it accepts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nearestAccepted } from "../../compiler/network/nearest-accepted.ts";
import { shapeGraph } from "../../compiler/network/shape-graph.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { memorySubjects } from "../../tools/verify/memory/subjects.ts";
import { compileExample, compileText } from "../support/compile-source.ts";

/** Odd: of the sizes that pools halve, some are not twice the next. */
const from = 101;

/** Networks of inputs of one size read larger images in patches, which have no class of the whole image. */
const withClassOfImage = ["iizuka-colourisation.fcn"];
const examples = memorySubjects
  .map(({ example }) => example)
  .filter((example) => !withClassOfImage.includes(example));

it.each(examples)("%s", (example) => {
  const { graph } = compileExample(example);
  const sizes = new Map(
    [...graph.accepts].map(([symbol, accepted]) => [symbol, nearestAccepted(accepted, from).above ?? from]),
  );
  const text = readFileSync(join(packageRoot(), "examples", example), "utf8").replaceAll(
    /(?<=input \w+ \[)[^\]]+/gu,
    (extents) => extents.replaceAll(/\b[HW]\b/gu, (symbol) => String(sizes.get(symbol))),
  );
  const { networks, diagnostics } = compileText(text);
  const ofStrides = (code: string) => code.startsWith("geometry/") || code === "lints/coarse-skip";
  const said = diagnostics.filter(
    ({ code, severity }) => severity === "error" || (severity === "warning" && ofStrides(code)),
  );
  expect(said.map(({ message }) => message)).toEqual([]);
  const [fixed] = networks;
  if (fixed === undefined) throw new Error("it compiles to no network");
  // of the outputs: a crop by nothing is no layer where that is known
  const shapes = (of: typeof graph) => {
    const shaped = shapeGraph(of, sizes);
    return shaped.kind === "shaped" ? of.outputs.map(({ node }) => shaped.shapes[node]) : shaped;
  };
  expect(shapes(fixed.graph)).toEqual(shapes(graph));
});
