/**
 * Lines longer than 88 characters wrapped as black does, so that what is emitted needs no formatter: at the last brackets, or in a
 * definition at the first; what is inside on a line of its own, or else item by item with a comma after the last.
 */

const longest = 88;

/** @param text Python whose logical lines are single lines, indented and spaced as black does */
export function wrapLines(text: string): string {
  let isDocumentation = false;
  return text
    .split("\n")
    .flatMap((line) => {
      const quotes = line.split('"""').length - 1;
      const wasDocumentation = isDocumentation;
      if (quotes % 2 === 1) isDocumentation = !isDocumentation;
      return wasDocumentation || quotes > 0 || /^\s*#/.test(line) ? [line] : wrapped(line);
    })
    .join("\n");
}

function wrapped(line: string): readonly string[] {
  if ([...line].length <= longest) return [line];
  const [, from, names] = /^(from \S+ import )([^(]+)$/.exec(line) ?? [];
  if (from !== undefined && names !== undefined)
    return [`${from}(`, ...names.split(", ").map((name) => `    ${name},`), ")"];
  const indent = /^ */.exec(line)?.[0] ?? "";
  const isDefinition = /^ *(async )?def /.test(line);
  const pairs = bracketPairs(line);
  const pair = isDefinition ? pairs[0] : pairs.findLast(({ depth }) => depth === 0);
  if (pair === undefined) return [line];
  const { open, close } = pair;
  const body = line.slice(open + 1, close);
  if (body === "") return [line];
  const inner = `${indent}    `;
  const head = line.slice(0, open + 1);
  const tail = `${indent}${line.slice(close)}`;
  const items = splitAt(body, ", ");
  const oneLine = inner + body;
  if ([...oneLine].length <= longest && !(isLiteral(line, open) && items.length > 1))
    return [head, oneLine, ...wrapped(tail)];
  if (items.length > 1)
    return [head, ...items.flatMap((item) => wrapped(`${inner}${item},`)), ...wrapped(tail)];
  const clauses = splitBefore(body);
  if (clauses.length > 1)
    return [head, ...clauses.flatMap((part) => wrapped(inner + part)), ...wrapped(tail)];
  return [head, ...wrapped(oneLine), ...wrapped(tail)];
}

interface Pair {
  readonly open: number;
  readonly close: number;
  readonly depth: number;
}

/** In the order in which they open. */
function bracketPairs(line: string): readonly Pair[] {
  const pairs: Pair[] = [];
  const stack: number[] = [];
  scan(line, (char, at) => {
    if ("([{".includes(char)) stack.push(at);
    if (")]}".includes(char)) {
      const open = stack.pop();
      if (open !== undefined) pairs.push({ open, close: at, depth: stack.length });
    }
  });
  return pairs.sort((a, b) => a.open - b.open);
}

/** Every character outside strings. */
function scan(text: string, visit: (char: string, at: number) => void): void {
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== undefined) {
      if (char === "\\") at += 1;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") quote = char;
    else visit(char, at);
  }
}

/** At separators outside brackets and strings. */
function splitAt(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  scan(text, (char, at) => {
    if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(start, at));
      start = at + separator.length;
    }
  });
  return [...parts, text.slice(start)].filter((part) => part !== "");
}

/** A comprehension before its `for` and `if`. */
function splitBefore(text: string): readonly string[] {
  return splitAt(text, " for ").flatMap((part, i) => {
    const [first = "", ...rest] = splitAt(part, " if ");
    const clause = i === 0 ? first : `for ${first}`;
    return i === 0 ? [part] : [clause, ...rest.map((condition) => `if ${condition}`)];
  });
}

/** Whether the bracket begins a list, a tuple or a dictionary, and no call or index. */
function isLiteral(line: string, open: number): boolean {
  return !/[\w)\]}"']/.test(line.charAt(open - 1));
}
