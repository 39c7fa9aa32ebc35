/** The tokens of a `.fcn` file. Words are one category: nearly every keyword is also a name where that is not ambiguous. */
import { createToken, Lexer, type TokenType } from "chevrotain";

/** Categories, which match every token that lists them. */
export const Word = createToken({ name: "Word", label: "a name", pattern: Lexer.NA });
/** A word that can stand for a value: not an operator, not `true` or `false`. */
export const NameWord = createToken({ name: "NameWord", label: "a name", pattern: Lexer.NA });
/** A word that can name an operation at the start of a statement. */
export const CalleeWord = createToken({ name: "CalleeWord", label: "an operation", pattern: Lexer.NA });
/** A word that starts a statement of its own kind. */
export const StatementWord = createToken({ name: "StatementWord", label: "a statement", pattern: Lexer.NA });
export const InfixOperator = createToken({ name: "InfixOperator", label: "an operator", pattern: Lexer.NA });
export const PrefixOperator = createToken({ name: "PrefixOperator", label: "`-`", pattern: Lexer.NA });
export const StringToken = createToken({ name: "StringToken", label: "a string", pattern: Lexer.NA });

export const Identifier = createToken({
  name: "Identifier",
  label: "a name",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  categories: [Word, NameWord, CalleeWord],
});

function keyword(text: string, ...categories: TokenType[]): TokenType {
  return createToken({
    name: `keyword ${text}`,
    label: `\`${text}\``,
    pattern: new RegExp(text),
    longer_alt: Identifier,
    categories: [Word, ...categories],
  });
}

export const Import = keyword("import", NameWord);
export const Network = keyword("network", NameWord);
export const Train = keyword("train", NameWord);
export const Block = keyword("block", NameWord, StatementWord);
export const Input = keyword("input", NameWord, StatementWord);
export const Output = keyword("output", NameWord, StatementWord);
export const Encoder = keyword("encoder", NameWord, StatementWord);
export const Decoder = keyword("decoder", NameWord, StatementWord);
export const Skip = keyword("skip", NameWord, StatementWord);
export const Fork = keyword("fork", NameWord, StatementWord);
export const Path = keyword("path", NameWord, StatementWord);
/** These two can also be names of blocks: `residual(64)` is a call. */
export const Residual = keyword("residual", NameWord, StatementWord, CalleeWord);
export const Shortcut = keyword("shortcut", NameWord, CalleeWord);
export const Dilated = keyword("dilated", NameWord, CalleeWord);
export const Crop = keyword("crop", NameWord, StatementWord, CalleeWord);
export const From = keyword("from", NameWord, StatementWord);
export const For = keyword("for", NameWord, StatementWord);
export const Repeat = keyword("repeat", NameWord, StatementWord);
export const If = keyword("if", NameWord, StatementWord);
export const Let = keyword("let", NameWord, StatementWord);
export const Expect = keyword("expect", NameWord, StatementWord);
export const As = keyword("as", NameWord);
export const New = keyword("new", NameWord, CalleeWord);
export const By = keyword("by", NameWord);
export const In = keyword("in", NameWord);
export const To = keyword("to", NameWord);
export const Else = keyword("else", NameWord);
export const Mod = keyword("mod", InfixOperator);
export const And = keyword("and", InfixOperator);
export const Or = keyword("or", InfixOperator);
export const Not = keyword("not", PrefixOperator);
export const True = keyword("true");
export const False = keyword("false");

function sign(text: string, ...categories: TokenType[]): TokenType {
  return createToken({ name: text, label: `\`${text}\``, pattern: text, categories });
}

export const LeftBrace = sign("{");
export const RightBrace = sign("}");
export const LeftParenthesis = sign("(");
export const RightParenthesis = sign(")");
export const LeftBracket = sign("[");
export const RightBracket = sign("]");
export const Comma = sign(",");
export const Colon = sign(":");
export const Dot = sign(".");
export const Equals = sign("=");
export const Minus = sign("-", InfixOperator, PrefixOperator);
/** Longer operators first, so that `..<` is not read as `..` and `<`. */
const operatorSigns = ["..<", "..", "==", "!=", "<=", ">=", "<", ">", "+", "*", "/", "^"].map((text) =>
  sign(text, InfixOperator),
);

export const NumberToken = createToken({
  name: "Number",
  label: "a number",
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%?/,
});
export const ExtentToken = createToken({
  name: "Extent",
  label: "a size such as 3x3",
  pattern: /\d+x\d+(?![A-Za-z0-9_])/,
});

export const QuotedString = createToken({
  name: "QuotedString",
  label: "a string",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  categories: [StringToken],
});
/** Ends with its line; read as a string so that the parser can continue. */
export const UnterminatedString = createToken({
  name: "UnterminatedString",
  label: "a string",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/,
  categories: [StringToken],
});
/** Quotes of other languages or word processors; read as a string so that the parser can continue. */
export const ForeignString = createToken({
  name: "ForeignString",
  label: "a string",
  pattern: /'(?:[^'\\\r\n]|\\[^\r\n])*'|[“”„][^“”„"\r\n]*[“”]/,
  categories: [StringToken],
});

const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\r\n\f\u00A0\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const Comment = createToken({ name: "Comment", pattern: /\/\/[^\r\n]*/, group: "comments" });
/** Syntax of other languages: `#` and block comments, semicolons. */
const Foreign = createToken({
  name: "Foreign",
  pattern: /#[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|;/,
  group: "foreign",
  line_breaks: true,
  start_chars_hint: ["#", "/", ";"],
});

export const categories = [
  Word,
  NameWord,
  CalleeWord,
  StatementWord,
  InfixOperator,
  PrefixOperator,
  StringToken,
];

/** In order of precedence: an earlier token wins over a later one. */
export const tokens: TokenType[] = [
  WhiteSpace,
  Comment,
  Foreign,
  ...[Import, Network, Train, Block, Input, Output, Encoder, Decoder, Skip, Fork, Path, Residual, Crop, From],
  ...[
    Shortcut,
    Dilated,
    For,
    Repeat,
    If,
    Let,
    Expect,
    As,
    New,
    By,
    In,
    To,
    Else,
    Mod,
    And,
    Or,
    Not,
    True,
    False,
  ],
  Identifier,
  ExtentToken,
  NumberToken,
  QuotedString,
  UnterminatedString,
  ForeignString,
  ...operatorSigns,
  ...[LeftBrace, RightBrace, LeftParenthesis, RightParenthesis, LeftBracket, RightBracket],
  ...[Comma, Colon, Dot, Equals, Minus],
  ...categories,
];
