/** Files that match a glob, by the part of their names that its stars match. */
import { join } from "node:path";
import picomatch from "picomatch";
import { glob } from "tinyglobby";
import { UserError } from "../user-error.ts";

/**
 * @param directory absolute
 * @param pattern "image/*.png"; `**`, `{png,jpg}` and `[0-9]` work too
 * @returns absolute paths by what `*` and `**` matched (several joined by "/"), sorted by it
 * @throws UserError when two files have the same key
 */
export async function matchFiles(directory: string, pattern: string): Promise<ReadonlyMap<string, string>> {
  const normal = pattern.replaceAll("\\", "/").replace(/^\.\//, "");
  const expression = picomatch.makeRe(normal, { capture: true });
  const stars = captureKinds(normal);
  const found = new Map<string, string>();
  for (const name of (await glob(normal, { cwd: directory, expandDirectories: false })).sort(byCodeUnits)) {
    const match = expression.exec(name);
    if (match === null) continue;
    const captured = match.slice(1).filter((_, i) => stars[i] === "star");
    const key = captured.filter((part) => part !== undefined && part !== "").join("/");
    const other = found.get(key);
    if (other !== undefined) {
      throw new UserError(
        `${join(directory, name)} and ${other} both match "${pattern}" with the same name ("${key}"), so they cannot be paired`,
        'write a pattern in which "*" is different for every file',
      );
    }
    found.set(key, join(directory, name));
  }
  return new Map([...found].sort(([a], [b]) => byCodeUnits(a, b)));
}

/** The same order on every machine, whatever its language. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What each capture group of the compiled pattern matches, from left to right. */
function captureKinds(pattern: string): ("star" | "choice")[] {
  const kinds: ("star" | "choice")[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "*") {
      kinds.push("star");
      while (pattern[i + 1] === "*") i++;
    } else if (character === "{" || character === "(") {
      kinds.push("choice");
    } else if (character === "[") {
      i = Math.max(i, pattern.indexOf("]", i + 1));
    }
  }
  return kinds;
}
