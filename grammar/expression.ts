/** The expressions of the syntax tree: values, references, and what is computed from them. */
import type { Span } from "./span.ts";

export interface Name {
  readonly kind: "name";
  readonly text: string;
  readonly span: Span;
}

/** `3x3`, or `padding = valid`. */
export interface Argument {
  readonly kind: "argument";
  readonly name: Name | undefined;
  readonly value: Expression;
  readonly span: Span;
}

export type Expression =
  | NumberLiteral
  | ExtentLiteral
  | StringLiteral
  | BooleanLiteral
  | ListLiteral
  | Reference
  | IndexExpression
  | MemberExpression
  | CallExpression
  | RangeExpression
  | UnaryExpression
  | BinaryExpression;

/** `64`, `1e-4`, `20%` (value 0.2, `percent` true). */
export interface NumberLiteral {
  readonly kind: "number";
  readonly value: number;
  readonly percent: boolean;
  readonly span: Span;
}

/** `3x3`: height by width. */
export interface ExtentLiteral {
  readonly kind: "extent";
  readonly height: number;
  readonly width: number;
  readonly span: Span;
}

/** `"std/encoders"`; escapes `\"`, `\\`, `\n`, `\t` already replaced. */
export interface StringLiteral {
  readonly kind: "string";
  readonly value: string;
  readonly span: Span;
}

export interface BooleanLiteral {
  readonly kind: "boolean";
  readonly value: boolean;
  readonly span: Span;
}

/** `[12, 24, 36]`, `[membrane = 0, cell = 255]` */
export interface ListLiteral {
  readonly kind: "list";
  readonly items: readonly { readonly name: Name | undefined; readonly value: Expression }[];
  readonly span: Span;
}

/** A bare name: a variable, a feature map, or a word an operation knows (`valid`, `learned`). */
export interface Reference {
  readonly kind: "reference";
  readonly name: Name;
  readonly span: Span;
}

/** `level[i]`, `node[i, j]`; at least one index. */
export interface IndexExpression {
  readonly kind: "index";
  readonly target: Expression;
  readonly indices: readonly Expression[];
  readonly span: Span;
}

/** `vgg.pool4` */
export interface MemberExpression {
  readonly kind: "member";
  readonly target: Expression;
  readonly member: Name;
  readonly span: Span;
}

/** `reversed(0 ..< depth)`, `rotate(90)` */
export interface CallExpression {
  readonly kind: "call";
  readonly callee: Name;
  readonly arguments: readonly Argument[];
  readonly span: Span;
}

/** `0 ..< n` (without n), `1 .. n` (with n). */
export interface RangeExpression {
  readonly kind: "range";
  readonly from: Expression;
  readonly to: Expression;
  readonly inclusive: boolean;
  readonly span: Span;
}

export interface UnaryExpression {
  readonly kind: "unary";
  readonly operator: "-" | "not";
  readonly operand: Expression;
  readonly span: Span;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "mod"
  | "^"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "and"
  | "or";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}
