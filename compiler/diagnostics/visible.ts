/** Text that changes nothing but what is read: for terminals. */

/** Control characters and those that reverse the reading direction, as signs of one column. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]|\p{Cs}/gu, signFor);
}

/** As `visible`, of several lines: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]|\p{Cs}/gu, signFor);
}

/** Of U+0000 to U+001F and of U+007F the Unicode control pictures. */
function signFor(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\uFFFD";
}
