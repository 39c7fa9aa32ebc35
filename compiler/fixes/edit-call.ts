/** Text edits of the arguments of a call. */
import type { Apply } from "../../grammar/ast.ts";
import type { TextEdit } from "../diagnostics/diagnostic.ts";

/** Sets a named argument: replaces its value, or adds it after the last argument. */
export function setArgument(call: Apply, name: string, value: string): TextEdit {
  const written = call.arguments?.find((argument) => argument.name?.text === name);
  if (written !== undefined) return { span: written.value.span, text: value };
  const last = call.arguments?.at(-1);
  if (last !== undefined) return insertion(call, last.span.end, `, ${name} = ${value}`);
  const { end } = call.callee.span;
  return call.arguments === undefined
    ? insertion(call, end, `(${name} = ${value})`)
    : insertion(call, end + 1, `${name} = ${value}`);
}

function insertion({ span: { file } }: Apply, at: number, text: string): TextEdit {
  return { span: { file, start: at, end: at }, text };
}
