/** Text of the DOT language: statements, attributes, and labels in which any text shows as itself. */

export type Attributes = Readonly<Record<string, string | number | Html | undefined>>;

/** A label in Graphviz's markup, already escaped. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** `name [key="value", …]`; keys in the order given, those without a value left out. */
export function statement(subject: string, attributes: Attributes): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${attributeValue(value)}`],
  );
  return written.length === 0 ? `${subject};` : `${subject} [${written.join(", ")}];`;
}

function attributeValue(value: string | number | Html): string {
  if (value instanceof Html) return `<${value.markup}>`;
  // Widths and heights are inches: four digits are a hundredth of a point.
  return typeof value === "number" ? rounded(value, 10_000) : `"${value}"`;
}

/** Coordinates to a hundredth of a point: the same text wherever it is computed. */
export function points(value: number): string {
  return rounded(value, 100);
}

function rounded(value: number, parts: number): string {
  const near = Math.round(value * parts) / parts;
  return `${Object.is(near, -0) ? 0 : near}`;
}

/** A text inside a quoted string: an attribute that Graphviz shows as itself, on one line. */
export function plain(text: string): string {
  return escapeMarkup(printable(text)).replaceAll("\\", "\\\\").replaceAll("\n", " ");
}

/** A text inside Graphviz's markup. */
export function markup(text: string): string {
  return escapeMarkup(printable(text)).replaceAll("\\", "&#92;").replaceAll("\n", " ");
}

function escapeMarkup(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** What XML 1.0 (section 2.2) cannot hold becomes the replacement character. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}
