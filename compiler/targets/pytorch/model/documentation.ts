/** Documentation strings of Python. */

/** Words in lines of at most so many characters. */
export function fill(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    if (line !== "" && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A documentation string, wrapped at 84 characters so that it may be indented once. */
export function documentation(lines: readonly string[]): readonly string[] {
  const safe = lines
    .flatMap((line) => fill(line.replaceAll("\\", "\\\\").replaceAll('"""', "'''"), 84))
    .map((line) => line.trimEnd());
  const [first = "", ...rest] = safe;
  return rest.length === 0 ? [`"""${first}"""`] : [`"""${first}`, ...rest, `"""`];
}
