/** Links from a figure to the lines of the program it was drawn from. */
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LineMap } from "../../compiler/diagnostics/line-map.ts";
import type { SourceFile } from "../../compiler/source.ts";
import type { Span } from "../../grammar/span.ts";
import { packageRoot } from "../host/package-root.ts";

/**
 * "../examples/u-net.fcn#L14", relative to the folder of `output`, so that figure and program can move together.
 * `files` are those that were compiled, by path.
 */
export function sourceLinks(output: string, files: ReadonlyMap<string, SourceFile>): (span: Span) => string {
  const lines = new Map<string, LineMap>();
  const folder = dirname(resolve(output));
  return ({ file, start }) => {
    let known = lines.get(file);
    if (known === undefined) {
      const source = files.get(file);
      if (source === undefined) throw new Error(`a box is about ${file}, which was never read`);
      known = new LineMap(source.text);
      lines.set(file, known);
    }
    return `${address(folder, pathOf(file))}#L${known.position(start).line}`;
  };
}

/** Where a source is on disk. */
function pathOf(file: string): string {
  const standard = "std/";
  return file.startsWith(standard)
    ? join(packageRoot(), "compiler", "prelude", file.slice(standard.length))
    : resolve(file);
}

/** A relative reference (RFC 3986, section 4.2) with what URLs reserve escaped. */
function address(folder: string, path: string): string {
  const way = relative(folder, path);
  // On another drive there is no relative way.
  if (way === path) return pathToFileURL(path).href;
  return way
    .split(/[\\/]/)
    .map((part) => encodeURIComponent(part))
    .join("/");
}
