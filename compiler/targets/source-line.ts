/** Where a layer is in the program, for comments and documentation strings of what is emitted. */
import { LineMap } from "../diagnostics/line-map.ts";
import type { Origin } from "../network/graph.ts";
import type { SourceFile } from "../source.ts";

const longest = 200;

/**
 * Gives "u-net.fcn:14: conv(channels, 3x3)", and for a layer of an imported file the call in the network's own file that led
 * there. Folders are left out, so that the same program gives the same files anywhere.
 */
export function sourceLines(files: ReadonlyMap<string, SourceFile>): (origin: Origin) => string | undefined {
  const maps = new Map<string, LineMap>();
  const lineOf = (file: SourceFile, offset: number): number => {
    const map = maps.get(file.path) ?? new LineMap(file.text);
    maps.set(file.path, map);
    return map.position(offset).line;
  };
  return ({ span, calledAt }) => {
    const shown = calledAt ?? span;
    const file = shown === undefined ? undefined : files.get(shown.file);
    if (shown === undefined || file === undefined) return undefined;
    const words = file.text.slice(shown.start, shown.end).replaceAll(/\s+/g, " ");
    const code = words.length > longest ? `${words.slice(0, longest)}…` : words;
    return `${file.path.split(/[\\/]/).at(-1)}:${lineOf(file, shown.start)}: ${code}`;
  };
}
