/** The TextMate grammar beside our own lexer and parser: on every program of the project, what is a keyword, name, number, string or comment. */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { IGrammar } from "vscode-textmate";
import { parse } from "../../grammar/index.ts";
import { lex } from "../../grammar/lexer.ts";
import { textMateGrammar } from "../../grammar/textmate.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const require = createRequire(import.meta.url);
const { OnigScanner, OnigString, loadWASM } =
  require("vscode-oniguruma") as typeof import("vscode-oniguruma");
const { INITIAL, Registry } = require("vscode-textmate") as typeof import("vscode-textmate");

let grammar: IGrammar;
beforeAll(async () => {
  await loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new OnigScanner(patterns),
      createOnigString: (text) => new OnigString(text),
    }),
    // Through JSON, as editors read it.
    loadGrammar: async () => JSON.parse(JSON.stringify(textMateGrammar())),
  });
  const loaded = await registry.loadGrammar("source.fcn");
  if (loaded === null) throw new Error("no grammar");
  grammar = loaded;
});

/** The innermost scope of every character. */
function scopesOf(text: string): readonly string[] {
  const scopes: string[] = [];
  let stack = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    for (const { startIndex, endIndex, scopes: found } of tokens)
      for (let at = startIndex; at < Math.min(endIndex, line.length); at += 1)
        scopes.push(found.at(-1) ?? "");
    scopes.push("");
  }
  return scopes;
}

/** Starts of all names in a syntax tree. */
function namesIn(tree: unknown, found = new Set<number>()): ReadonlySet<number> {
  if (typeof tree !== "object" || tree === null) return found;
  if ("kind" in tree && tree.kind === "name" && "span" in tree)
    found.add((tree.span as { start: number }).start); // every node of the tree has a span
  for (const part of Object.values(tree)) namesIn(part, found);
  return found;
}

/** What TextMate colours otherwise than the parser reads it, one line each. */
function differences(text: string): readonly string[] {
  const source = lex(text, "program.fcn");
  const names = namesIn(parse(text, "program.fcn").program);
  const scopes = scopesOf(text);
  const wrong: string[] = [];
  for (const token of [...source.tokens, ...source.comments]) {
    const type = token.tokenType.name;
    const scope = scopes[token.startOffset] ?? "";
    const wanted = wantedScope(type, token.image, names.has(token.startOffset));
    if (!wanted.test(scope)) {
      wrong.push(`line ${token.startLine}: ${token.image} is ${scope}, not ${wanted.source}`);
    }
  }
  return wrong;
}

function wantedScope(type: string, image: string, isName: boolean): RegExp {
  if (type === "Comment") return /^comment/;
  if (type === "Number" || type === "Extent") return /^constant\.numeric/;
  if (type === "QuotedString") return /^string/;
  if (image === "true" || image === "false") return /^constant\.language/;
  if (isName) return /^(variable|entity|support)/;
  if (/^keyword (and|or|not|mod)$/.test(type)) return /^keyword\.operator/;
  if (type.startsWith("keyword ")) return /^(keyword\.control|storage|entity\.name\.tag)/;
  return /^/;
}

function files(folder: string, extension: string): readonly string[] {
  return readdirSync(join(packageRoot(), folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);
}

describe("the TextMate grammar", () => {
  it.each([...files("examples", ".fcn"), ...files("compiler/prelude", ".fcn")])(
    "reads %s as the parser does",
    (name) => {
      expect(differences(readFileSync(join(packageRoot(), name), "utf8"))).toEqual([]);
    },
  );

  it("reads every program of the pages in specs/language as the parser does", () => {
    const wrong: string[] = [];
    let read = 0;
    for (const name of files("specs/language", ".md")) {
      for (const block of readSpecPage(join(packageRoot(), name))) {
        if (block.language !== "fcn" || block.values.has("reports")) continue;
        const frame = block.flags.has("body")
          ? "network N {\n"
          : block.flags.has("train")
            ? "train N {\n"
            : "";
        read += 1;
        wrong.push(
          ...differences(`${frame}${block.text}${frame === "" ? "" : "\n}"}`).map(
            (line) => `${name}:${block.line} ${line}`,
          ),
        );
      }
    }
    expect(read).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it("tells arguments from comparisons, and names that are keywords from keywords", () => {
    const text =
      "network N(input = 1) {\n  let path = input == 1\n  conv(8, 3x3) as skip\n  skip skip by add, crop = aligned\n}\n";
    const scopes = scopesOf(text);
    const scopeOf = (part: string, nth = 0) => {
      let at = -1;
      for (let count = 0; count <= nth; count += 1) at = text.indexOf(part, at + 1);
      return scopes[at];
    };
    expect(scopeOf("input")).toBe("variable.parameter.fcn");
    expect(scopeOf("==")).toBe("keyword.operator.fcn");
    expect(scopeOf("path")).toBe("variable.other.fcn");
    expect(scopeOf("skip", 0)).toBe("variable.other.fcn");
    expect(scopeOf("skip", 1)).toBe("keyword.control.fcn");
    expect(scopeOf("skip", 2)).toBe("variable.other.fcn");
    expect(scopeOf("crop")).toBe("variable.parameter.fcn");
  });
});
