/** Lines of text with fields between commas, tabs or semicolons. */

/** The separator of a file, by its first line. */
export function separatorOf(head: string): string {
  return [",", "\t", ";"].find((one) => head.includes(one)) ?? ",";
}

/** Without the spaces and quotes around them. */
export function fieldsIn(line: string, separator: string): readonly string[] {
  return line.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
}
