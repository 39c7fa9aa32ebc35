/**
 * An explanation in words: a line a step, what each asks of the input beneath it, and the other feature maps of joins indented.
 */

import type { Condition } from "../../../compiler/analyses/explain/conditions.ts";
import type { Branch, Explanation, Step } from "../../../compiler/analyses/explain/explanation.ts";
import { counted } from "../../../compiler/counted.ts";
import { type Column, fitTable } from "../../text/table.ts";
import { apartText } from "../inspection/join-offset-text.ts";
import { type FoldedStep, foldSteps } from "./fold-steps.ts";

const columns: readonly Column[] = [
  { title: "line", align: "left" },
  { title: "operation", align: "left" },
  { title: "size", align: "left", drop: 5 },
  { title: "stride", align: "right", drop: 2 },
  { title: "offset", align: "right", drop: 1 },
  { title: "receptive field", align: "right", drop: 4 },
  { title: "feature map", align: "left", drop: 3 },
];

type Row = readonly string[];
/** A row of the table, or a remark in its column of operations. */
type Entry = { readonly row: Row } | { readonly remark: string };

/** Lines, without a line break at the end. `file`: the program's own; lines of other files are written with their name. */
export function explanationText(explanation: Explanation, file: string, width?: number): readonly string[] {
  const entries = linesOf(explanation.steps, "", file);
  const rows = entries.flatMap((entry) => ("row" in entry ? [entry.row] : []));
  const [titles = "", ...aligned] = fitTable(columns, rows, width);
  const margin = " ".repeat(titles.indexOf("operation"));
  const accepts = Object.entries(explanation.accepts).map(([, rule]) => rule);
  const size = explanation.size === null ? "" : ` at ${sizeText(explanation.size)}`;
  let next = 0;
  return [
    `${explanation.network}: ${calledMap(explanation)}, back to the input${size}`,
    ...(accepts.length === 0 ? [] : [`accepts ${accepts.join(", ")}`]),
    "",
    titles,
    ...entries.map((entry) => {
      if ("remark" in entry) return `${margin}${entry.remark}`.trimEnd();
      next += 1;
      return aligned[next - 1] ?? "";
    }),
  ];
}

function calledMap({ map, output }: Explanation): string {
  return output === null || output === map ? map : `${output} (${map})`;
}

function linesOf(steps: readonly Step[], indent: string, file: string): readonly Entry[] {
  return foldSteps(steps).flatMap((line): readonly Entry[] => {
    if (line.kind === "repeated") {
      const { block, count, last } = line;
      return [
        {
          remark: `${indent}… ${counted(count, `more call of ${block}`, `more calls of ${block}`)} like it, down to ${last.name}${fieldRemark(last)}`,
        },
      ];
    }
    const { step } = line.folded;
    return [
      { row: rowOf(line.folded, indent, file) },
      ...step.conditions.map((condition) => ({ remark: `${indent}    ${conditionText(condition)}` })),
      ...step.apart.flatMap(({ first, other, apart, change }) => [
        { remark: `${indent}    ${other} ${apartText(apart, first, { unicode: true })}` },
        ...(change === null
          ? []
          : [{ remark: `${indent}      ${change.from} → ${change.to} would align them` }]),
      ]),
      ...step.branches.flatMap((branch) => branchLines(branch, indent, file)),
    ];
  });
}

function branchLines(branch: Branch, indent: string, file: string): readonly Entry[] {
  const from = branch.from === null ? "" : branch.from;
  if (branch.sizeOnly) return [{ remark: `${indent}  └ takes the size of ${from}` }];
  if (branch.steps.length === 0) return [{ remark: `${indent}  └ with ${from}` }];
  return [
    { remark: `${indent}  └ with` },
    ...linesOf(branch.steps, `${indent}      `, file),
    ...(branch.from === null ? [] : [{ remark: `${indent}      from ${from}` }]),
  ];
}

function rowOf({ step, calls }: FoldedStep, indent: string, file: string): Row {
  const { place, channels, height, width } = step;
  const line =
    place === null ? "" : place.file === file ? `${place.line}` : `${shortName(place.file)}:${place.line}`;
  return [
    line,
    `${indent}${calls.join(" ")}`,
    `[${channels}, ${height}, ${width}]`,
    both(step.stride),
    both(step.offset),
    fieldText(step),
    step.name,
  ];
}

function shortName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** "needs 2·⌊H/2⌋ = H: H mod 2 = 0, and the same for W" */
function conditionText({ because, needs, accepted, others, symbol }: Condition): string {
  const same = others.length === 0 ? "" : `, and the same for ${others.join(", ")}`;
  const left = accepted === needs ? "" : `; this leaves ${accepted}`;
  if (because.kind === "equal")
    return `needs ${because.first} = ${because.second}, so ${needs}${left}${same}`;
  const given = because.size === "" || because.size === symbol ? "" : ` (its input has size ${because.size})`;
  return `valid for ${needs}${given}${left}${same}`;
}

function fieldRemark({ field, stride }: Step): string {
  const seen = field === null || field === "whole" ? "" : `: receptive field ${both(field)}`;
  return stride === null ? seen : `${seen}${seen === "" ? ": " : ", "}stride ${both(stride)}`;
}

/** "204", or "188–204" where phases differ. */
function fieldText({ field, smallestField }: Step): string {
  if (field === "whole") return "all";
  const [most, least] = [both(field), both(smallestField)];
  return most === least ? most : `${least}–${most}`;
}

/** One number where both axes agree, else y×x. */
function both(values: readonly [y: number | string, x: number | string] | null): string {
  if (values === null) return "";
  return values[0] === values[1] ? `${values[0]}` : `${values[0]}×${values[1]}`;
}

function sizeText(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([symbol, size]) => `${symbol} = ${size}`)
    .join(", ");
}
