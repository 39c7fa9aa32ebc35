/** docs/tutorial-language.md: its commands print what the page shows, and its figures are what they draw. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runConsole, writeShownPrograms } from "../../tools/documentation/console-blocks.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { shownFigures, tutorials } from "../../tools/documentation/tutorials.ts";
import { fcnProgram, workingDirectory } from "./run-fcn.ts";

const blocks = readSpecPage(tutorials.language);
const consoles = blocks.filter(({ language }) => language === "console");
const figures = shownFigures(tutorials.language, readFileSync(tutorials.language, "utf8"));

const directory = workingDirectory();
beforeAll(() => writeShownPrograms(blocks, directory));

/** Words of a figure in their order; where they stand differs between versions of Graphviz. */
const words = (svg: string): readonly string[] =>
  [...svg.matchAll(/<(?:text|title)[^>]*>([^<]*)</g)].map(([, text = ""]) => text);

describe("the tutorial of the language", () => {
  it.each(consoles)("says what the command at line $line prints", async ({ text, values }) => {
    const [command = "", ...rest] = text.split("\n");
    const run = await runConsole(fcnProgram, directory, command);
    expect(run.text).toBe(rest.join("\n").trimEnd());
    expect(run.status).toBe(Number(values.get("status")?.[0]));
  });

  it("has figures", () => expect(figures.length).toBeGreaterThan(0));

  it.each(figures)(
    "shows $made as its command draws it (else: npm run documentation:tutorial)",
    ({ path, made }) => {
      const drawn = words(readFileSync(join(directory, made), "utf8"));
      expect(drawn).toContain("image");
      expect(words(readFileSync(path, "utf8"))).toEqual(drawn);
    },
  );
});
