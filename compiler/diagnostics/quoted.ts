/** Source text inside a message: in backticks, on one line, shortened where it is long. */

const longest = 40;

export function quoted(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  const units = [...line];
  return `\`${units.length > longest ? `${units.slice(0, longest - 1).join("")}…` : line}\``;
}
