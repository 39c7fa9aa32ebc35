/** A text on one line that every format can hold: what XML 1.0 (section 2.2) cannot becomes the replacement character. */
export function printable(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about
      .replace(/[\u0000-\u0008\u000b-\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
      .replace(/[\t\r\n\u2028\u2029]+/g, " ")
  );
}
