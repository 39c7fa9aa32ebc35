/** A syntax tree in one line of brackets, without spans, so that a test can show what a text was read as. */
import type { Body, Item, Phrase, Statement, Target } from "../../grammar/ast.ts";
import type { Argument, Expression, Name } from "../../grammar/expression.ts";

export function outlineExpression(e: Expression): string {
  switch (e.kind) {
    case "number":
      return e.percent ? `${e.value}%` : `${e.value}`;
    case "extent":
      return `${e.height}x${e.width}`;
    case "string":
      return JSON.stringify(e.value);
    case "boolean":
      return `${e.value}`;
    case "list":
      return `[${e.items.map((item) => named(item.name, outlineExpression(item.value))).join(", ")}]`;
    case "reference":
      return e.name.text;
    case "index":
      return `(index ${outlineExpression(e.target)} ${e.indices.map(outlineExpression).join(" ")})`;
    case "member":
      return `(member ${outlineExpression(e.target)} ${e.member.text})`;
    case "call":
      return `(call ${e.callee.text}${e.arguments.map((each) => ` ${outlineArgument(each)}`).join("")})`;
    case "range":
      return `(${e.inclusive ? ".." : "..<"} ${outlineExpression(e.from)} ${outlineExpression(e.to)})`;
    case "unary":
      return `(${e.operator} ${outlineExpression(e.operand)})`;
    case "binary":
      return `(${e.operator} ${outlineExpression(e.left)} ${outlineExpression(e.right)})`;
  }
}

function named(name: Name | undefined, value: string): string {
  return name === undefined ? value : `${name.text}=${value}`;
}

function outlineArgument(argument: Argument): string {
  return named(argument.name, outlineExpression(argument.value));
}

function bracketed(...parts: readonly (string | undefined)[]): string {
  return `(${parts.filter((part) => part !== undefined && part !== "").join(" ")})`;
}

function target(as: Target | undefined): string | undefined {
  if (as === undefined) return undefined;
  return `as ${as.renewed ? "new " : ""}${as.name.text}${indexed(as.indices)}`;
}

function indexed(indices: readonly Expression[]): string {
  return indices.length === 0 ? "" : `[${indices.map(outlineExpression).join(", ")}]`;
}

function options(given: readonly Argument[]): string {
  return given.map(outlineArgument).join(" ");
}

export function outlineBody(body: Body): string {
  return `{${body.statements.map(outlineStatement).join(" ")}}`;
}

export function outlineStatement(s: Statement): string {
  switch (s.kind) {
    case "input":
      return bracketed("input", s.name.text, outlineExpression(s.shape));
    case "output":
      return bracketed(
        "output",
        s.name.text + indexed(s.indices),
        s.activation && `by ${s.activation.text}`,
        options(s.options),
      );
    case "apply": {
      const args = s.arguments && `(${options(s.arguments)})`;
      return bracketed("apply", s.callee.text + (args ?? ""), target(s.as));
    }
    case "section": {
      const content = s.content.kind === "body" ? outlineBody(s.content) : outlineStatement(s.content);
      const resolution = s.dilatedTo && `dilated to ${outlineExpression(s.dilatedTo)}`;
      return bracketed(s.role, s.name?.text, resolution, content);
    }
    case "skip":
      return bracketed(
        "skip",
        ...s.sources.map(outlineExpression),
        `by ${s.join.text}`,
        options(s.options),
        s.path && outlineBody(s.path),
        target(s.as),
      );
    case "fork":
      return bracketed("fork", `by ${s.join.text}`, options(s.options), outlineBody(s.body), target(s.as));
    case "path":
      return bracketed("path", outlineBody(s.body), target(s.as));
    case "residual":
      return bracketed("residual", outlineBody(s.body), s.shortcut && outlineBody(s.shortcut), target(s.as));
    case "crop_to":
      return bracketed("crop_to", outlineExpression(s.reference), options(s.options), target(s.as));
    case "from":
      return bracketed("from", outlineExpression(s.source));
    case "for":
      return bracketed(
        "for",
        s.variable.text,
        outlineExpression(s.values),
        outlineBody(s.body),
        target(s.as),
      );
    case "repeat":
      return bracketed("repeat", outlineExpression(s.times), outlineBody(s.body), target(s.as));
    case "if": {
      const otherwise = s.else?.kind === "if" ? outlineStatement(s.else) : s.else && outlineBody(s.else);
      return bracketed("if", outlineExpression(s.condition), outlineBody(s.then), otherwise, target(s.as));
    }
    case "let":
      return bracketed("let", s.name.text, outlineExpression(s.value));
    case "expect": {
      const facts = s.facts.map((fact) => `${fact.name.text}=${outlineExpression(fact.value)}`).join(" ");
      return bracketed("expect", s.shape && outlineExpression(s.shape), facts);
    }
    case "block":
      return outlineItem(s);
  }
}

function outlinePhrase(phrase: Phrase): string {
  return named(phrase.name, phrase.terms.map(outlineExpression).join(" "));
}

export function outlineItem(item: Item): string {
  switch (item.kind) {
    case "import": {
      const names = item.names.map(({ name, alias }) =>
        alias ? `${name.text} as ${alias.text}` : name.text,
      );
      return bracketed("import", names.join(", "), `from ${JSON.stringify(item.from.value)}`);
    }
    case "network":
    case "block": {
      const parameters = item.parameters.map(
        (p) =>
          p.name.text +
          (p.type ? `:${p.type.text}` : "") +
          (p.default ? `=${outlineExpression(p.default)}` : ""),
      );
      const doc = item.doc === undefined ? undefined : `doc ${JSON.stringify(item.doc)}`;
      return bracketed(item.kind, item.name.text, doc, `(${parameters.join(" ")})`, outlineBody(item.body));
    }
    case "train": {
      const doc = item.doc === undefined ? undefined : `doc ${JSON.stringify(item.doc)}`;
      const entries = item.entries.map((entry) =>
        [`(${entry.key.text}`, entry.phrases.map(outlinePhrase).join(", ")].filter((x) => x !== "").join(" "),
      );
      return bracketed("train", item.network.text, doc, entries.map((entry) => `${entry})`).join(" "));
    }
  }
}
