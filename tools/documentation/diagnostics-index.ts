/** `specs/diagnostics/README.md`: the pages of all diagnostics, by compiler phase, from their titles. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";

export interface DiagnosticPage {
  /** "names/unknown" */
  readonly code: string;
  /** The text after the code in the first line. */
  readonly title: string;
  readonly path: string;
}

/** In the order in which a program passes through them. */
const phases: Readonly<Record<string, string>> = {
  syntax: "The text is not a program",
  names: "A name is unknown, taken, or of the wrong kind",
  values: "An expression has no value, or one that does not fit",
  structure: "The parts do not form a network",
  operations: "An operation cannot be called like this",
  sizes: "Sizes do not agree",
  geometry: "Grids are not aligned",
  expectations: "What `expect` states is not true",
  training: "A train section does not fit its network",
  lints: "The program is valid, but probably not what you meant; `// allow(code) reason` silences one",
  targets: "What a target of `fcn emit` cannot express",
  allow: "A comment that silences a warning is wrong",
};

/** @throws Error for a page whose first line is not `# phase/what: title`, with its own path as the code. */
export function diagnosticPages(): readonly DiagnosticPage[] {
  const folder = join(packageRoot(), "specs", "diagnostics");
  const known = Object.keys(phases);
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return found
    .map(({ name }) => name)
    .toSorted((first, second) => known.indexOf(first) - known.indexOf(second))
    .flatMap((phase) =>
      readdirSync(join(folder, phase))
        .toSorted()
        .map((name) => page(`${phase}/${name.replace(/\.md$/, "")}`, join(folder, phase, name))),
    );
}

function page(code: string, path: string): DiagnosticPage {
  const [line = ""] = readFileSync(path, "utf8").split("\n", 1);
  const before = `# ${code}: `;
  if (!line.startsWith(before)) throw new Error(`${path}: its first line must be "${before}" and a title`);
  return { code, title: line.slice(before.length), path };
}

const introduction = `# Diagnostics

Every message of the compiler has a code, \`phase/what\`, and a page: why it is a mistake, a program that has it, the message, and the corrected program.
Both programs run as tests. \`fcn check --explain CODE\` prints the page.

\`npm run documentation\` generates this index from the pages; a test fails when it is out of date.`;

/** @throws Error for a folder that is not a phase. */
export function diagnosticsIndex(): string {
  const pages = diagnosticPages();
  const sections = [...new Set(pages.map(({ code }) => phaseOf(code)))].map((phase) => {
    const heading = phases[phase];
    if (heading === undefined) throw new Error(`specs/diagnostics/${phase}: there is no phase of that name`);
    const rows = pages
      .filter(({ code }) => phaseOf(code) === phase)
      .map(({ code, title }) => `| [${code}](${code}.md) | ${title.replaceAll("|", "\\|")} |`);
    return `## ${phase}\n\n${heading}.\n\n| code | about |\n| - | - |\n${rows.join("\n")}`;
  });
  return `${[introduction, ...sections].join("\n\n")}\n`;
}

function phaseOf(code: string): string {
  return code.split("/")[0] ?? code;
}
