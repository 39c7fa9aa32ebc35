/** The licence notices of the packages that a bundle contains. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `inputs`: paths of the bundled files, relative to `root`. One entry per package found among them, in order of name:
 * its name, version, licence, and the text of its licence files.
 * @throws Error when a bundled package carries neither a licence field nor a licence file: it must not be shipped.
 */
export function licenceNotices(root: string, inputs: readonly string[]): string {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const notices = folders.map((folder) => notice(join(root, folder), folder));
  const rule = `\n${"-".repeat(80)}\n\n`;
  return `fcn-lang contains parts of the packages below. Each comes under its own licence.\n${rule}${notices.join(rule)}`;
}

/** node_modules/@chevrotain/gast/lib/x.js → node_modules/@chevrotain/gast; nested packages too. */
function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function notice(folder: string, shown: string): string {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name?: string;
    readonly version?: string;
    readonly license?: string;
  }; // the fields npm defines
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  if (about.license === undefined && files.length === 0) throw new Error(`${shown} states no licence`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  const head = `${about.name ?? shown} ${about.version ?? ""} (${about.license ?? "see below"})`;
  return `${[head, ...texts].join("\n\n")}\n`;
}
