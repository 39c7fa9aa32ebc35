/** A key that a JSON object has twice, which `JSON.parse` takes without a word: the last one wins. */

/** @param text valid JSON, an object. Only its own keys are looked at, not those of objects inside. */
export function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && isKey(text, end)) {
        const key = String(JSON.parse(text.slice(i, end)));
        if (seen.has(key)) return key;
        seen.add(key);
      }
      i = end - 1;
    }
  }
  return undefined;
}

/** The place after the closing quote. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i + 1;
}

function isKey(text: string, end: number): boolean {
  let i = end;
  while (/\s/.test(text[i] ?? "")) i += 1;
  return text[i] === ":";
}
