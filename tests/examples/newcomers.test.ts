/** The five networks that people wrote who had only the pages: each is an example now, shorter than what they needed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Body, If, Statement } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

/** Their files, in development only, with the statements of the networks in what finally compiled. */
const newcomers = join(packageRoot(), "..", "shared", "newcomers");
const subjects = [
  { example: "attention-u-net.fcn", theirs: "attention-unet2.fcn", needed: 36 },
  { example: "deep-supervision.fcn", theirs: "deep-supervision2.fcn", needed: 28 },
  { example: "panoptic-fpn.fcn", theirs: "fpn-panoptic2.fcn", needed: 35 },
  { example: "mobilenet-u-net.fcn", theirs: "mobile-unet2.fcn", needed: 39 },
  { example: "siamese-change.fcn", theirs: "siamese3.fcn", needed: 35 },
] as const;

/** Statements of a network and of what is in their braces; a block, a loop and a condition are one each besides what they hold. */
function statementsOf(path: string): number {
  const { program } = parse(readFileSync(path, "utf8"), path);
  return program.items
    .flatMap((item) => (item.kind === "network" || item.kind === "block" ? [item.body] : []))
    .reduce((sum, body) => sum + inBody(body), 0);
}

function inBody(body: Body): number {
  return body.statements.reduce((sum, statement) => sum + 1 + inStatement(statement), 0);
}

function inStatement(statement: Statement): number {
  switch (statement.kind) {
    case "section":
      return statement.content.kind === "body" ? inBody(statement.content) : 0;
    case "skip":
      return statement.path === undefined ? 0 : inBody(statement.path);
    case "residual":
      return inBody(statement.body) + (statement.shortcut === undefined ? 0 : inBody(statement.shortcut));
    case "if":
      return inBranches(statement);
    case "fork":
    case "path":
    case "for":
    case "repeat":
    case "block":
      return inBody(statement.body);
    default:
      return 0;
  }
}

function inBranches({ then, else: otherwise }: If): number {
  if (otherwise === undefined) return inBody(then);
  return inBody(then) + (otherwise.kind === "if" ? 1 + inBranches(otherwise) : inBody(otherwise));
}

const exampleFile = (name: string) => join(packageRoot(), "examples", name);

describe.each(subjects)("$example", ({ example, theirs, needed }) => {
  it(`has fewer than the ${needed} statements that its newcomer needed`, () => {
    expect(statementsOf(exampleFile(example))).toBeLessThan(needed);
  });

  it.skipIf(!existsSync(newcomers))(`of which ../shared/newcomers/${theirs} has ${needed}`, () => {
    expect(statementsOf(join(newcomers, theirs))).toBe(needed);
  });

  it("has lines of at most 100 columns, and no convolution of fixed weights", () => {
    const text = readFileSync(exampleFile(example), "utf8");
    expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(text).not.toContain("frozen");
    expect(text).not.toContain("init");
  });
});
