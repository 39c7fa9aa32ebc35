/** Converts syntax problems of the parser to diagnostics, with the fixes that follow from the text itself. */
import { lex } from "../../../grammar/lexer.ts";
import { parseLexed } from "../../../grammar/parse-lexed.ts";
import { mostMistakes } from "../../../grammar/parser-base.ts";
import type { Span } from "../../../grammar/span.ts";
import type { Slip, SyntaxProblem } from "../../../grammar/syntax-problem.ts";
import { type Diagnostic, diagnose, type Fix } from "../../diagnostics/diagnostic.ts";
import { mostErrors } from "../../diagnostics/most-errors.ts";
import { quoted } from "../../diagnostics/quoted.ts";
import { plainSign } from "../../diagnostics/syntax.ts";
import { nearestName } from "../../nearest.ts";
import { words } from "../../ops/registry.ts";
import type { SourceFile } from "../../source.ts";
import { meantBy } from "../names/habits.ts";

type Unexpected = Extract<SyntaxProblem, { kind: "unexpected" }>;

/** At most one problem more than is shown; for a text that is not a program, one diagnostic that says so. */
export function diagnoseSyntax(
  problems: readonly SyntaxProblem[],
  { text, path }: SourceFile,
): readonly Diagnostic[] {
  const [first] = problems;
  if (first !== undefined && problems.length >= manyProblems && isOtherText(text, path, problems))
    return [diagnose("syntax/no-program", { mistakes: problems.length }, first.span)];
  return problems.slice(0, mostErrors + 1).map(diagnoseProblem);
}

/** With this many problems, the text may not be a program at all. */
const manyProblems = 20;

/** Whether most of the words of a text belong to no network, block, train section or import. */
function isOtherText(text: string, path: string, problems: readonly SyntaxProblem[]): boolean {
  const source = lex(text, path);
  const { items } = parseLexed(source).program;
  // Where the parser stopped, it read no items after the last problem.
  const stopped = problems.filter(({ kind }) => kind === "unexpected").length >= mostMistakes;
  const read = stopped ? (problems.at(-1)?.span.end ?? text.length) : text.length;
  const tokens = source.tokens.filter(({ startOffset }) => startOffset <= read);
  let inside = 0;
  let item = 0;
  for (const { startOffset } of tokens) {
    while ((items[item]?.span.end ?? Infinity) <= startOffset) item++;
    if ((items[item]?.span.start ?? Infinity) <= startOffset) inside++;
  }
  return 2 * inside < tokens.length || tokens.length === 0;
}

function diagnoseProblem(problem: SyntaxProblem): Diagnostic {
  switch (problem.kind) {
    case "unknown-character":
      return diagnose("syntax/unknown-character", { text: problem.text }, problem.span, {
        fixes: foreignFix(problem.text, problem.span),
      });
    case "unterminated-string":
      return diagnose("syntax/unterminated-string", {}, problem.span);
    case "too-deep":
      return diagnose("syntax/too-deep", { limit: problem.limit }, problem.span);
    case "unexpected":
      return problem.opened === undefined ? unexpected(problem) : unclosed(problem, problem.opened);
  }
}

function unclosed(problem: Unexpected, opened: Span): Diagnostic {
  const pairs = { "`}`": ["{", "}"], "`)`": ["(", ")"], "`]`": ["[", "]"] } as const;
  const closing = problem.wanted.find((wanted): wanted is keyof typeof pairs => Object.hasOwn(pairs, wanted));
  if (closing === undefined) return unexpected(problem);
  const [open, close] = pairs[closing];
  const place = problem.found.startsWith("the end of the ") ? problem.found : quoted(problem.found);
  return diagnose("syntax/unclosed", { opening: open, closing: close, during: problem.during }, opened, {
    related: [{ span: problem.span, message: `still open at ${place}` }],
  });
}

function unexpected(problem: Unexpected): Diagnostic {
  const meant = problem.slip === undefined ? undefined : explain(problem.slip);
  const facts = {
    found: problem.found,
    wanted: problem.wanted,
    during: problem.during,
    meant: meant?.help,
  };
  return diagnose("syntax/unexpected", facts, problem.span, {
    fixes: meant?.fix === undefined ? [] : [meant.fix],
  });
}

function explain(slip: Slip): { readonly help: string; readonly fix: Fix | undefined } | undefined {
  const edit = (title: string, text: string, safe = true): Fix => ({
    title,
    safe,
    edits: [{ span: slip.at, text }],
  });
  switch (slip.kind) {
    case "equals-forgotten": {
      // `conv(width 3x3)` may also lack a comma, so the author must decide.
      const right = `\`${slip.name} = ${slip.value}\``;
      return { help: `write ${right}`, fix: edit("insert `=`", " =", !/^\d+x\d+$/.test(slip.value)) };
    }
    case "colon-range":
      return {
        help: `write the range as ${slip.from} ..< ${slip.to}, which ends before ${slip.to}`,
        fix: edit("write `..<`", " ..< "),
      };
    case "comma-forgotten":
      return { help: "separate values with commas", fix: edit("insert `,`", ",") };
    case "single-equals":
      return { help: "compare two values with `==`", fix: edit("write `==`", "==") };
    case "double-star":
      return { help: "write a power as `^`, as in `2^i`", fix: edit("write `^`", "^") };
    case "spaced-extent":
      return { help: `write \`${slip.text}\``, fix: edit(`write \`${slip.text}\``, slip.text) };
    case "to-forgotten":
      return {
        help: "write `to` before the resolution: dilated to 1/8",
        fix: edit("insert `to`", " to"),
      };
    case "option-comma-forgotten":
      return {
        help: "write a comma before an option: by concat, crop = centred",
        fix: edit("insert `,`", ","),
      };
    case "entry-equals": {
      const help = "a train entry has no sign between its key and its value, as in `epochs 40`";
      return { help, fix: edit(`remove \`${slip.text}\``, "") };
    }
    case "assignment": {
      if (slip.value) {
        const help = `define a value with let: let ${slip.name} = …`;
        return { help, fix: edit("insert `let`", `let ${slip.name} = `) };
      }
      const named = ` as ${slip.name}`;
      return {
        help: `write the name of a feature map after its operation: conv(64, 3x3)${named}`,
        fix: {
          title: `name it by \`as ${slip.name}\``,
          safe: true,
          edits: [
            { span: slip.at, text: "" },
            { span: slip.end, text: named },
          ],
        },
      };
    }
    case "arrow": {
      const help = "write no sign between operations: each is applied to the result of the one before it";
      return { help, fix: edit(`remove \`${slip.text}\``, "") };
    }
    case "second-brackets": {
      const help = "indices are in one pair of brackets: as node[i, j]";
      return { help, fix: edit("write one pair of brackets", ", ") };
    }
    case "qualified-call": {
      const { instead } = meantBy(slip.name, "operation", words.keys());
      const help = instead ?? "write operations without a prefix, as in conv(64, 3x3) relu";
      return { help, fix: edit("remove the prefix", "", false) };
    }
    case "named-section":
      return {
        help: `the name of a section stands before its body: ${slip.statement} name { … }`,
        fix: undefined,
      };
    case "import-braces": {
      if (slip.names === "")
        return { help: 'say which names: import { aspp } from "std/blocks"', fix: undefined };
      const braced = `{ ${slip.names} }`;
      return {
        help: `write the names in braces: import ${braced} from …`,
        fix: edit("write braces", braced),
      };
    }
    case "statement-as-value":
      return {
        help:
          slip.word === "if"
            ? "`if` is a statement, not a value: write `if n > 2 { conv(64, 3x3) } else { conv(32, 3x3) }`"
            : "`for` is a statement, not a value: write `for i in 0 ..< 4 { … }`",
        fix: undefined,
      };
    case "keyword-misspelt": {
      const nearest = nearestName(slip.word, slip.keywords);
      if (nearest === undefined) return undefined;
      return { help: `did you mean \`${nearest}\`?`, fix: edit(`write \`${nearest}\``, nearest, false) };
    }
  }
}

function foreignFix(text: string, span: Span): readonly Fix[] {
  // `3 × 4` may be a size or a product, so the author must decide.
  const edit = (title: string, replacement: string): readonly Fix[] => [
    { title, safe: text !== "×", edits: [{ span, text: replacement }] },
  ];
  if (text.startsWith("#")) return edit("start the comment with `//`", `//${text.slice(1)}`);
  if (/^[→⟶⇒➔]$/u.test(text)) return edit(`remove \`${text}\``, "");
  if (text === ";") return edit("remove `;`", "");
  if (/^['“”„]/u.test(text) && text.length > 1) {
    const inner = text.slice(1, -1);
    return /["\\]/.test(inner) ? [] : edit(`write \`"${inner}"\``, `"${inner}"`);
  }
  const plain = plainSign(text);
  return plain === undefined ? [] : edit(`write \`${plain.trim()}\``, plain);
}
