/** A text as UTF-8, without the encoder of browsers and Node, which the compiler does not know. */
export function utf8(text: string): Uint8Array {
  const bytes = unescape(encodeURIComponent(text));
  return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
}
