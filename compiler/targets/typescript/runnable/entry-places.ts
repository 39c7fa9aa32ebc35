/** Where the entries of a network's train section are written. */
import { parse } from "../../../../grammar/parse.ts";
import { LineMap } from "../../../diagnostics/line-map.ts";
import type { SourceFile } from "../../../source.ts";

/** By key: "unet.fcn:12". */
export function entryPlaces(
  files: ReadonlyMap<string, SourceFile>,
  network: string,
): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const { path, text } of files.values()) {
    const lines = new LineMap(text);
    for (const part of parse(text, path).program.items) {
      if (part.kind !== "train" || part.network.text !== network) continue;
      for (const { key } of part.entries)
        places.set(key.text, `${path}:${lines.position(key.span.start).line}`);
    }
  }
  return places;
}
