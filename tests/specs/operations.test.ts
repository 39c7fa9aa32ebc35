import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { operations, words } from "../../compiler/ops/registry.ts";
import { compileBlock } from "../../tools/documentation/compile-block.ts";
import {
  operationPages,
  operationsFolder,
  operationsIndex,
  withArguments,
} from "../../tools/documentation/operation-specs.ts";
import { readSpecPage, type SpecBlock } from "../../tools/documentation/spec-page.ts";
import { testBlocks } from "./block-tests.ts";
import { compute, readValues } from "./computed-values.ts";

const pages = operationPages();

it("every word of the language has a page", () => {
  expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining([...words.keys()]));
});

it("every operation of the graph is in a page, and every page in the graph", () => {
  const named = new Set(pages.flatMap((page) => page.operations));
  expect([...named].toSorted()).toEqual(Object.keys(operations).toSorted());
  for (const page of pages) expect(page.operations, page.name).not.toEqual([]);
});

it("the index is what the pages say (else: npm run documentation)", () => {
  expect(readFileSync(join(operationsFolder, "README.md"), "utf8")).toBe(operationsIndex());
});

describe.each(pages)("specs/operations/$name", (page) => {
  const blocks = readSpecPage(page.path);
  const lines = readFileSync(page.path, "utf8").split("\n");

  it("lists the arguments as they are defined (else: npm run documentation)", () => {
    expect(readFileSync(page.path, "utf8")).toBe(withArguments(page));
  });

  it("numbers its constraints, each with a program that runs", () => {
    const constraints = [...lines.entries()].flatMap(([index, line]) => {
      const number = /^(\d+)\. /.exec(line)?.[1];
      return number === undefined ? [] : [{ number: Number(number), line: index + 1 }];
    });
    expect(constraints.map(({ number }) => number)).toEqual(constraints.map((_, index) => index + 1));
    expect(constraints.length).toBeGreaterThan(1);
    const source = lines.indexOf("## Source") + 1;
    for (const [index, { number, line }] of constraints.entries()) {
      const next = constraints[index + 1]?.line ?? source;
      const own = blocks.filter((block) => block.line > line && block.line < next);
      expect(own.filter(({ language }) => language === "fcn").length, `constraint ${number}`).toBeGreaterThan(
        0,
      );
    }
  });

  it("names its source", () => {
    const source = lines.indexOf("## Source");
    expect(source).toBeGreaterThan(0);
    expect(
      lines
        .slice(source + 1)
        .join("")
        .trim(),
    ).not.toBe("");
  });

  testBlocks(blocks);

  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    if (block.language === "text" && block.flags.has("values"))
      it(`line ${block.line}: is what the program above computes`, () => computes(before, block, blocks));
  }
});

/** Written with four decimals at most: half a unit of the last one, and what float32 adds. */
const tolerance = 1e-4;

async function computes(
  program: SpecBlock | undefined,
  block: SpecBlock,
  blocks: readonly SpecBlock[],
): Promise<void> {
  const [network] = program === undefined ? [] : compileBlock(program, blocks).networks;
  if (network === undefined) throw new Error(`${block.page}:${block.line}: no network stands above`);
  const values = readValues(block.text);
  const found = await compute(network.graph, values);
  expect(found.size).toBeGreaterThan(0);
  for (const [name, planes] of found) {
    const wanted = values.get(name);
    expect(
      wanted?.map((plane) => plane.map((row) => row.length)),
      name,
    ).toEqual(planes.map((plane) => plane.map((row) => row.length)));
    const far = planes.flat(2).map((value, i) => Math.abs(value - (wanted?.flat(2)[i] ?? Number.NaN)));
    expect(Math.max(...far), `${name}: ${JSON.stringify(planes)}`).toBeLessThanOrEqual(tolerance);
  }
}
