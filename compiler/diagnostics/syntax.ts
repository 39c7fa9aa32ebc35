/** Messages about syntax. */
import { nearestName } from "../nearest.ts";
import { quoted } from "./quoted.ts";
import type { Wording } from "./wording.ts";

export const syntax = {
  /** Also what other languages write: `#` comments, `;`, single quotes. */
  "syntax/unknown-character": (facts: { readonly text: string }): Wording => {
    const { text } = facts;
    if (text.startsWith("#")) {
      return {
        message: "`#` does not start a comment",
        help: "write comments with `//`, and colours in quotes",
      };
    }
    if (text.startsWith("/*")) {
      return {
        message: "`/* … */` comments are not supported",
        help: "start each line of the comment with `//`",
      };
    }
    if (text.startsWith(";"))
      return { message: "`;` is not part of the language", help: "remove it: statements need no separator" };
    if (/^['“”„]./u.test(text)) {
      return { message: `${quoted(text)} is not in straight double quotes`, help: 'write it as "text"' };
    }
    if (text.startsWith("\\") && text.length > 1) {
      return {
        message: `unknown escape ${quoted(text)} in a string`,
        help: 'the escapes are \\" \\\\ \\n \\t',
      };
    }
    if (/^[→⟶⇒➔]$/u.test(text)) {
      return {
        message: `${quoted(text)} means nothing here`,
        help: "write no sign between operations: each is applied to the result of the one before it",
      };
    }
    const plain = plainSign(text);
    const help =
      text === "%"
        ? "write `mod` for the remainder of a division; write a percentage without a space, as in `20%`"
        : plain === undefined
          ? "names consist of the letters A to Z, digits and `_`"
          : `write ${quoted(plain.trim())}`;
    return { message: `unexpected character ${quoted(text)}`, help };
  },
  "syntax/unterminated-string": (_facts: Record<never, never>): Wording => ({
    message: "this string has no closing quote on its line",
    help: 'add a closing `"`',
  }),
  "syntax/unexpected": (facts: {
    readonly found: string;
    readonly wanted: readonly string[];
    readonly during: string | undefined;
    /** The correct form, where a common slip explains the error. */
    readonly meant: string | undefined;
  }): Wording => {
    const place = facts.during === undefined ? "" : ` in ${facts.during}`;
    const found = facts.found.startsWith("the end of the ") ? facts.found : quoted(facts.found);
    const word = facts.wanted.map((wanted) => wanted.replaceAll("`", ""));
    const nearest = /^\w+$/.test(facts.found) ? nearestName(facts.found, word) : undefined;
    const help = facts.meant ?? (nearest === undefined ? undefined : `did you mean \`${nearest}\`?`);
    return {
      message: `expected ${alternatives(facts.wanted)}${place}, found ${found}`,
      ...(help === undefined ? {} : { help }),
    };
  },
  "syntax/unclosed": (facts: {
    /** "{", "(" or "[" */
    readonly opening: string;
    readonly closing: string;
    readonly during: string | undefined;
  }): Wording => ({
    message: `\`${facts.opening}\` is never closed${facts.during === undefined ? "" : ` in ${facts.during}`}`,
    label: "opened here",
    help: `close it with \`${facts.closing}\``,
  }),
  "syntax/no-program": (facts: { readonly mistakes: number }): Wording => ({
    message: `this file does not look like an fcn program: ${facts.mistakes} syntax errors, most of them outside any network or block`,
    help: "give a file whose name ends in .fcn; a program looks like this: network Name { input image [3, H, W] … output labels by softmax }",
  }),
  "syntax/too-deep": (facts: { readonly limit: number }): Wording => ({
    message: `this is nested more than ${facts.limit} levels deep`,
    help: "name parts of it with `let`, or move parts into blocks",
  }),
};

/** "a", "a or b", "a, b or c" */
function alternatives(phrases: readonly string[]): string {
  const last = phrases.at(-1) ?? "something else";
  return phrases.length < 2 ? last : `${phrases.slice(0, -1).join(", ")} or ${last}`;
}

const plainSigns: { readonly [sign: string]: string } = {
  "×": "x",
  "·": " * ",
  "⋅": " * ",
  "÷": " / ",
  "−": "-",
  "–": "-",
  "—": "-",
  "≤": " <= ",
  "≥": " >= ",
  "≠": " != ",
  "…": "..",
  "%": " mod ",
  "&": " and ",
  "&&": " and ",
  "|": " or ",
  "||": " or ",
  "!": " not ",
};

/** How the language writes a character that people and word processors write differently, with the spaces it needs. */
export function plainSign(text: string): string | undefined {
  return Object.hasOwn(plainSigns, text) ? plainSigns[text] : undefined;
}
