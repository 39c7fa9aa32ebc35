/** A value as JSON for a pipe and for a terminal alike. */

/** Indented. What `JSON.stringify` leaves as it is and a terminal obeys is escaped: the value stays the same. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\u007F-\u009F\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
