/** The body of `apply`, and the functions of blocks that it calls. */

import type { BlockFunction } from "../../structure/statement.ts";
import type { WrittenBody } from "../../structure/write.ts";
import { identifier } from "../body/names.ts";
import type { Parameter } from "../body/parameters.ts";
import { readsPass } from "../body/syntax.ts";
import { comment } from "./docs.ts";
import type { ModuleFacts } from "./facts.ts";

/** Whether the network has weights or dropout; a module declares nothing that it does not use. */
export function usesPass({ lines }: Pick<WrittenBody, "lines">): boolean {
  return lines.some((line) => /\bpass\b/.test(line));
}

export function applyStatements(
  { className, inputs, fields, structure }: ModuleFacts,
  body: WrittenBody,
): string {
  const { lines, results } = body;
  const names = inputs.map(({ attributes: { name } }) => identifier(name));
  const given = fields.map(({ field }, i) => (results[i] === field ? field : `${field}: ${results[i]}`));
  const guided = structure.helpers.has("crf")
    ? `normalisation: (input) => this.normalisation[input as keyof ${className}["normalisation"]], `
    : "";
  return [
    ...(inputs.length === 1 ? [] : [`const { ${names.join(", ")} } = inputs;`]),
    ...names.map((name) => `checkSize("${name}", ${name}, acceptedSizes.${name});`),
    "return tf.tidy(() => {",
    ...(usesPass(body)
      ? [`const pass: Pass = { weight: (name) => this.#weight(name), ${guided}training, dropoutMask };`]
      : []),
    ...lines,
    `return { ${given.join(", ")} };`,
    "});",
  ].join("\n");
}

export function blockText(
  written: BlockFunction,
  parameters: readonly string[],
  settings: readonly Parameter[],
  { lines, results }: WrittenBody,
): string {
  const { name, block, doc, prefix } = written;
  const given = [
    ...(readsPass(written) ? ["pass: Pass"] : []),
    ...parameters.map((parameter) => `${parameter}: tf.Tensor4D`),
    ...(prefix === undefined ? [] : ["name: string"]),
    ...settingsParameter(settings),
  ];
  const type = results.length === 1 ? "tf.Tensor4D" : `[${results.map(() => "tf.Tensor4D").join(", ")}]`;
  const about = doc === undefined ? [`Block \`${block}\` of the program.`] : doc.split("\n");
  const head = `function ${name}(${given.join(", ")}): ${type} {`;
  return `${comment(about)}${[head, ...returning(lines, results), "}"].join("\n")}\n`;
}

/** What calls differ in, by name. */
function settingsParameter(settings: readonly Parameter[]): readonly string[] {
  if (settings.length === 0) return [];
  const names = settings.map(({ name, usual }) => (usual === undefined ? name : `${name} = ${usual}`));
  const types = settings.map(
    ({ name, type, usual }) => `readonly ${name}${usual === undefined ? "" : "?"}: ${type}`,
  );
  const isOptional = settings.every(({ usual }) => usual !== undefined);
  return [`{ ${names.join(", ")} }: { ${types.join("; ")} }${isOptional ? " = {}" : ""}`];
}

/** What the last line puts in `x` is returned at once. */
function returning(lines: readonly string[], results: readonly string[]): readonly string[] {
  const last = lines.at(-1) ?? "";
  const assigned = /^(?:let )?x = (.*;)$/.exec(last)?.[1];
  if (results.length === 1 && results[0] === "x" && assigned !== undefined)
    return [...lines.slice(0, -1), `return ${assigned}`];
  return [...lines, `return ${results.length === 1 ? results[0] : `[${results.join(", ")}]`};`];
}
