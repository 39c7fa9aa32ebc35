/** Values and where their mistakes are reported: words given to blocks, logic that decides early, numbers past 2^53. */
import { describe, expect, it } from "vitest";
import { mistakesIn } from "../support/compile-source.ts";

/** "text underlined: message" of each diagnostic. */
function said(text: string): readonly string[] {
  return mistakesIn(text).map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);
}

const network = (body: string, parameters = "") =>
  `network N(${parameters}) {\n input image [3, H, W]\n ${body}\n output o\n}\n`;

describe("an undefined word given to a block", () => {
  const block = "block plain(channels) {\n conv(channels, 3x3)\n}\n";

  it("is reported where it was written, and where it is needed", () => {
    const text = `${block}${network("plain(chanels)")}`;
    expect(said(text)).toEqual(['chanels: there is no variable, or word of conv, named "chanels"']);
    const [diagnostic] = mistakesIn(text);
    expect(
      diagnostic?.related.map(({ span, message }) => [text.slice(span.start, span.end), message]),
    ).toEqual([["channels", "used here"]]);
    expect(diagnostic?.fixes).toEqual([]);
  });

  it("is so through two blocks, in arithmetic and as a condition", () => {
    const outer = `${block}block outer(n) {\n plain(n)\n}\n`;
    expect(said(`${outer}${network("outer(chanels)")}`)[0]).toMatch(/^chanels: /);
    expect(said(`block b(n) {\n conv(2 * n, 3x3)\n}\n${network("b(widht)")}`)[0]).toMatch(/^widht: /);
    expect(said(`block b(n) {\n if n { relu }\n}\n${network("b(flaag)")}`)[0]).toMatch(/^flaag: /);
  });
});

describe("and, or", () => {
  it("leave the right side alone where the left one decides", () => {
    expect(said(network("if n == 0 or 8 mod n == 0 { relu }", "n = 0"))).toEqual([]);
    expect(said(network("if n != 0 and 8 / n > 1 { relu }", "n = 0"))).toEqual([]);
    expect(said(network("if n == 0 and 8 mod n == 0 { relu }", "n = 0"))[0]).toContain("divided by zero");
    expect(said(network("if n == 1 and 3 { relu }", "n = 1"))[0]).toContain("true or false");
  });
});

describe("a number past 2^53", () => {
  it("is written as the power of ten that it is near, with the limit it passes", () => {
    expect(said(network("conv(n, 3x3)", "n = 1152921504606847000"))).toEqual([
      "n: `channels` of conv must be a whole number ≥ 1 and at most 2^53 − 1, not the number 1.15292e18",
    ]);
    expect(said(network("conv(n, 3x3)", "n = 0"))).toEqual([
      "n: `channels` of conv must be a whole number ≥ 1, not the number 0",
    ]);
  });
});
