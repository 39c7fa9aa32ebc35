import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { testBlocks } from "./block-tests.ts";

const folder = join(import.meta.dirname, "../../specs/language");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));

describe.each(pages)("specs/language/%s", (name) => {
  const blocks = readSpecPage(join(folder, name));

  it("has examples", () => {
    expect(blocks.filter(({ language }) => language === "fcn").length).toBeGreaterThan(0);
  });

  testBlocks(blocks);
});
