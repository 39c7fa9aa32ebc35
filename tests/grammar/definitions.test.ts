import { expect, it } from "vitest";
import { makeLexer } from "../../grammar/lexer.ts";
import { ProgramParser } from "../../grammar/program-parser.ts";

it("the token definitions and the grammar pass the checks of Chevrotain that a start of the program leaves out", () => {
  expect(makeLexer(false).lexerDefinitionErrors).toEqual([]);
  expect(() => new ProgramParser(false)).not.toThrow();
});
