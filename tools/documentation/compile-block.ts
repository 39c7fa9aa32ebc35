/** A program of a page in `specs/` compiled as its info string says, and its diagnostics as the page shows them. */
import { type Compilation, compile, type SourceHost } from "../../compiler/compile.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { tryFixes } from "../../compiler/fixes/try-fixes.ts";
import { createTextHost } from "../../compiler/text-sources.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { subjectOf, targetCalled } from "../cli/commands/emit/run-emit.ts";
import { createFileHost } from "../host/file-sources.ts";
import { expectedCodes, type SpecBlock, wholeFile } from "./spec-page.ts";

const compiled = new WeakMap<SpecBlock, Compilation>();

/** `blocks` are those of its page: the files of an earlier `file=name.fcn` can be imported. */
export function compileBlock(block: SpecBlock, blocks: readonly SpecBlock[]): Compilation {
  const known = compiled.get(block);
  if (known !== undefined) return known;
  const settings = (block.values.get("set") ?? []).map((setting): [string, string] => {
    const [name = "", ...value] = setting.split("=");
    return [name, value.join("=")];
  });
  const [network] = block.values.get("network") ?? [];
  const checked = compile({ path: "test.fcn", text: wholeFile(block) }, hostBefore(block, blocks), {
    settings: new Map(settings),
    ...(network === undefined ? {} : { network }),
  });
  const [target] = block.values.get("emit") ?? [];
  const compilation = target === undefined ? checked : emitted(checked, target);
  compiled.set(block, compilation);
  return compilation;
}

/** The diagnostics with what the target refuses of each network, with initial weights. */
function emitted(compilation: Compilation, target: string): Compilation {
  const refused = compilation.networks.flatMap((network) =>
    targetCalled(target).refusals(subjectOf(network, compilation, undefined, false)),
  );
  return { ...compilation, diagnostics: [...compilation.diagnostics, ...refused] };
}

/** The files of the blocks before this one, the last of a name; the prelude from disk. */
function hostBefore(block: SpecBlock, blocks: readonly SpecBlock[]): SourceHost {
  const files = new Map<string, string>();
  for (const before of blocks.slice(0, blocks.indexOf(block))) {
    const [name] = before.values.get("file") ?? [];
    if (name !== undefined) files.set(name, before.text);
  }
  const folders = new Set(blocks.flatMap((before) => before.values.get("folder") ?? []));
  const texts = createTextHost(files);
  const disk = createFileHost();
  return {
    ...texts,
    read: (specifier, from) => {
      const path = specifier.endsWith(".fcn") ? specifier : `${specifier}.fcn`;
      if (folders.has(path))
        return { path, unreadable: "this is a folder", wayOut: "give a .fcn file in it" };
      return texts.read(specifier, from) ?? disk.read(specifier, from);
    },
  };
}

/**
 * What the page is about: information that it does not name may be true of any program; of a lone operation, which is no
 * network worth warning of, only errors.
 */
function meant(block: SpecBlock, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const named = expectedCodes(block);
  return diagnostics.filter(
    ({ code, severity }) =>
      severity === "error" ||
      named.includes(code) ||
      (severity === "warning" && !block.flags.has("operation")),
  );
}

/** Codes in the order of the text. */
export function reported(block: SpecBlock, blocks: readonly SpecBlock[]): readonly string[] {
  return meant(block, compileBlock(block, blocks).diagnostics)
    .toSorted((first, second) => first.span.start - second.span.start)
    .map(({ code }) => code);
}

/** As a terminal without colours shows them. */
export function rendered(block: SpecBlock, blocks: readonly SpecBlock[]): string {
  const compilation = compileBlock(block, blocks);
  const shown = tryFixes(compilation, meant(block, compilation.diagnostics)).map((each) =>
    renderDiagnostic(each, compilation.files, { colour: false }),
  );
  const [first, ...others] = shown;
  const last = others.pop();
  const between = others.length > mostBetween ? [`(${others.length} more)`] : others;
  return `${[first, ...between, last].filter((each) => each !== undefined).join("\n\n")}\n`;
}

/** A page shows so many diagnostics of a program between the first and the last; of more their number. */
const mostBetween = 12;
