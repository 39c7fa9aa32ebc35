import { expect, test } from "vitest";
import { harmless, rendered, styled } from "../../tools/cli/console/terminal.ts";

const escapeCharacter = "\u001b";

test("only our own colours reach a terminal", () => {
  const name = `${escapeCharacter}[31m${escapeCharacter}]0;title\u0007`;
  const shown = "␛[31m␛]0;title␇";
  expect(harmless(`no file ${name}`)).toBe(`no file ${shown}`);
  expect(harmless(`${styled(name, "red", true)} ${name}`)).toBe(
    `${escapeCharacter}[31m${shown}${escapeCharacter}[39m ${shown}`,
  );
  expect(harmless(`${styled(name, "red", false)}`)).toBe(shown);
  expect(harmless(rendered(`${escapeCharacter}[1merror${escapeCharacter}[0m`))).toBe(
    `${escapeCharacter}[1merror${escapeCharacter}[0m`,
  );
});

test("lines and tabs stay, carriage returns and what reverses the reading direction do not", () => {
  expect(harmless("a\n\tb\r\u202ec\u0085d\u2028e\ud800")).toBe("a\n\tb␍\ufffdc\ufffdd\ufffde\ufffd");
});
