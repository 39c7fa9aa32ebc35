/** The pages whose commands run one after the other in one folder, and the figures they show. */
import { basename, dirname, join } from "node:path";
import { packageRoot } from "../host/package-root.ts";

const page = (name: string): string => join(packageRoot(), "docs", name);

export const tutorials = {
  /** From images to predictions. */
  images: page("tutorial.md"),
  language: page("tutorial-language.md"),
} as const;

/** `![…](folder/net.svg)` shows `net.svg`, which a command of the page makes. */
export function shownFigures(
  page: string,
  text: string,
): readonly { readonly path: string; readonly made: string }[] {
  return [...text.matchAll(/!\[[^\]]*\]\(([^)]+\.svg)\)/g)].map(([, shown = ""]) => ({
    path: join(dirname(page), shown),
    made: basename(shown),
  }));
}
