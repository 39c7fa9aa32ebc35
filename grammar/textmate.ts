/**
 * The language as a TextMate grammar, for editors and pages that colour by one.
 *
 * TextMate reads line by line without a syntax tree, so a keyword is distinguished from a name by its neighbours: by what stands
 * before it (`as`, `skip`, `let` …) or after it (`=`, a parenthesis). Scope names follow the naming conventions of TextMate's manual
 * (section 12.4).
 */
import { CalleeWord, Identifier, NameWord, tokens } from "./tokens.ts";

export interface TextMateRule {
  readonly include?: string;
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly TextMateRule[];
}

type Captures = Readonly<Record<string, { readonly name: string }>>;

export interface TextMateGrammar {
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes: readonly string[];
  readonly patterns: readonly TextMateRule[];
  readonly repository: Readonly<Record<string, TextMateRule>>;
}

/** Keywords but operators, `true` and `false`; those that can also be called, `residual(64)`, or those that cannot. */
function keywords(callable: boolean): string {
  const found = tokens.filter(({ CATEGORIES = [], ...token }) => {
    return (
      token.name !== Identifier.name &&
      CATEGORIES.includes(NameWord) &&
      CATEGORIES.includes(CalleeWord) === callable
    );
  });
  return found.map(({ PATTERN }) => (PATTERN instanceof RegExp ? PATTERN.source : PATTERN)).join("|");
}

const word = "[A-Za-z_][A-Za-z0-9_]*";
const keyword = "keyword.control.fcn";
const storage = "storage.type.fcn";
const variable = "variable.other.fcn";

function include(...names: readonly string[]): readonly TextMateRule[] {
  return names.map((name) => ({ include: `#${name}` }));
}

/** Groups of a pattern by their scopes, in order. */
function scopes(...names: readonly string[]): Captures {
  return Object.fromEntries(names.map((name, index) => [String(index + 1), { name }]));
}

/** A keyword and the name after it, on one line. */
function named(words: string, scope: string, kind = keyword): TextMateRule {
  return { match: `\\b(${words})\\s+(${word})`, captures: scopes(kind, scope) };
}

function brackets(open: string, close: string, ...inside: readonly string[]): TextMateRule {
  const bracket = { 0: { name: "punctuation.section.brackets.fcn" } };
  return {
    begin: open,
    end: close,
    beginCaptures: bracket,
    endCaptures: bracket,
    patterns: include(...inside),
  };
}

const declarations: TextMateRule = {
  patterns: [
    named("network", "entity.name.type.fcn", storage),
    named("block", "entity.name.function.fcn", storage),
    // `encoder dilated to 1/8 { … }` has no name; a word before a brace or an equals sign is one.
    {
      match: `\\b(encoder|decoder)\\s+(${word})(?=\\s*(?:[={]|dilated\\b))`,
      captures: scopes(storage, "entity.name.section.fcn"),
    },
    named("input|output", variable, storage),
    named("let", variable, storage),
  ],
};

const statements: TextMateRule = {
  patterns: [
    ...include("declarations"),
    { match: `\\b(for)\\s+(${word})\\s+(in)\\b`, captures: scopes(keyword, variable, keyword) },
    { match: `\\b(as)\\s+(new)\\s+(${word})`, captures: scopes(keyword, keyword, variable) },
    named("as", variable),
    named("by", "support.function.fcn"),
    named("skip|from", variable),
    { match: `\\b(if|repeat)\\s+(?!(?:true|false|not)\\b)(${word})`, captures: scopes(keyword, variable) },
    // An operand: `0 ..< depth`, `if depth > floor`.
    { match: `(?<=[-+*/^<>.=]\\s)(?!(?:true|false|not)\\b)${word}\\b(?!\\()`, name: variable },
    { match: `\\b(crop)\\s+(to)\\s+(${word})`, captures: scopes(keyword, keyword, variable) },
    // Attributes after a comma: `skip level[i] by concat, crop = centred`.
    ...include("argument"),
    { match: `\\b(?:${keywords(true)})\\b(?!\\s*\\()`, name: keyword },
    { match: `\\b(?:${keywords(false)})\\b`, name: keyword },
    ...include("call"),
    { match: `\\b(${word})\\b`, name: "support.function.fcn" },
  ],
};

/** A setting: from the first word of a line to its end, or further after a comma and inside brackets. */
const entry: TextMateRule = {
  begin: `(?:^|(?<=\\{))\\s*(${word})\\b`,
  end: "$|(?=\\})",
  beginCaptures: scopes("entity.name.tag.fcn"),
  patterns: [
    { begin: ",\\s*(//.*)?$", end: "(?=\\S)", beginCaptures: scopes("comment.line.double-slash.fcn") },
    ...include("argument", "expression"),
  ],
};

export function textMateGrammar(): TextMateGrammar {
  return {
    name: "fcn",
    scopeName: "source.fcn",
    fileTypes: ["fcn"],
    patterns: include("comment", "import", "train", "network", "block"),
    repository: {
      comment: {
        patterns: [
          { match: "///(?!/).*$", name: "comment.line.documentation.fcn" },
          { match: "//.*$", name: "comment.line.double-slash.fcn" },
        ],
      },
      import: {
        begin: "\\b(import)\\b",
        end: '(?<=")|(?=^\\s*(?:import|network|block|train)\\b)',
        beginCaptures: scopes(keyword),
        patterns: [
          ...include("comment", "string"),
          named("as", variable),
          { match: '\\bfrom\\b(?=\\s*")', name: keyword },
          { match: `\\b${word}\\b`, name: variable },
        ],
      },
      train: {
        begin: `\\b(train)\\s+(${word})\\s*(\\{)`,
        end: "\\}",
        beginCaptures: scopes(storage, "entity.name.type.fcn", "punctuation.section.brackets.fcn"),
        endCaptures: { 0: { name: "punctuation.section.brackets.fcn" } },
        patterns: include("comment", "entry"),
      },
      network: {
        patterns: [...(declarations.patterns ?? []).slice(0, 1), ...include("parentheses", "body")],
      },
      block: {
        patterns: [...(declarations.patterns ?? []).slice(1, 2), ...include("parentheses", "body")],
      },
      body: brackets(
        "\\{",
        "\\}",
        "comment",
        "body",
        "parentheses",
        "list",
        "string",
        "literal",
        "statements",
      ),
      entry: { ...entry, patterns: [...include("comment"), ...(entry.patterns ?? [])] },
      declarations,
      statements,
      expression: {
        patterns: [
          ...include("comment", "string", "parentheses", "list", "literal", "call"),
          { match: `\\b${word}\\b`, name: variable },
        ],
      },
      parentheses: brackets("\\(", "\\)", "argument", "expression"),
      list: brackets("\\[", "\\]", "argument", "expression"),
      /** `padding = valid`, but not `a == b`; a keyword after the sign is a name: `crop = crop`. */
      argument: {
        match: `\\b(${word})\\s*(=)(?!=)(?:\\s*(?!(?:true|false|not)\\b)(${word})\\b(?![.(]))?`,
        captures: scopes("variable.parameter.fcn", "keyword.operator.assignment.fcn", variable),
      },
      call: { match: `\\b(${word})(?=\\()`, captures: scopes("support.function.fcn") },
      string: {
        begin: '"',
        end: '"|$',
        name: "string.quoted.double.fcn",
        patterns: [{ match: "\\\\.", name: "constant.character.escape.fcn" }],
      },
      literal: {
        patterns: [
          { match: "\\b\\d+x\\d+(?![A-Za-z0-9_])", name: "constant.numeric.extent.fcn" },
          { match: "\\b\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?%?", name: "constant.numeric.fcn" },
          { match: "\\b(?:true|false)\\b", name: "constant.language.fcn" },
          { match: "\\b(?:and|or|not|mod)\\b", name: "keyword.operator.word.fcn" },
          {
            match: `(\\.)(${word})`,
            captures: scopes("punctuation.accessor.fcn", "variable.other.member.fcn"),
          },
          { match: "\\.\\.<|\\.\\.|==|!=|<=|>=|[-<>+*/^=]", name: "keyword.operator.fcn" },
          { match: ",", name: "punctuation.separator.fcn" },
        ],
      },
    },
  };
}
