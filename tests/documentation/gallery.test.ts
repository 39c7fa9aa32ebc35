import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { firstSentence, galleryFiles } from "../../tools/documentation/gallery.ts";

test("the gallery and its figures are those of the examples (npm run documentation)", () => {
  const files = galleryFiles();
  for (const { path, text } of files) {
    const file = join("docs", path);
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, "utf8") === text, `${file} is out of date`).toBe(true);
  }
  const figures = files.map(({ path }) => path).filter((path) => path.endsWith(".svg"));
  expect(readdirSync(join("docs", "gallery")).sort()).toEqual(
    figures.map((path) => path.replace("gallery/", "")).sort(),
  );
}, 60_000);

test("a sentence ends at its full stop, not at an initial or an abbreviation", () => {
  expect(firstSentence("By J. Long et al. 2015. It is more.")).toBe("By J. Long et al. 2015.");
  expect(firstSentence("One")).toBe("One");
});
