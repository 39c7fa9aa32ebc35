/**
 * Joins of feature maps that are shifted against each other on the input. A crop cannot correct a fraction of a position;
 * published networks accept it (FC-DenseNet, ENet, pyramids resampled with aligned corners), and the layers after the
 * join compensate for it. A crop corrects a whole number of positions exactly (Long, Shelhamer & Darrell 2015: the crops of FCN).
 */
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { formatRational } from "../../geometry/rational.ts";
import type { Graph } from "../../network/graph.ts";
import { cropThatCouldAlign } from "../alignment/aligning-change.ts";
import {
  type Apart,
  isFractional,
  type JoinOffset,
  joinOffsets,
  notInProportion,
} from "../alignment/join-offsets.ts";
import { type LintSubject, lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const misaligned = lint("lints/misaligned", function* (subject) {
  const { graph } = subject;
  for (const offset of joinOffsets(graph)) {
    const join = graph.nodes[offset.join];
    const place = join === undefined ? undefined : placeOf(join);
    const apart = offset.apart.find(({ kind }) => kind !== "none");
    if (join === undefined || place === undefined || apart === undefined) continue;
    const crop = cropThatCouldAlign(graph, offset);
    const related = [...place.related, ...mapsOf(graph, offset)];
    const fixes = crop === undefined ? [] : alignedFix(crop, subject);
    yield {
      facts: { join: join.operation, apart: describe(apart, crop !== undefined) },
      at: place.at,
      related,
      fixes,
    };
  }
});

function describe(apart: Apart, croppable: boolean) {
  if (apart.kind === "unknown" && apart.reason === notInProportion) return { kind: "unrelated" } as const;
  if (apart.kind === "unknown" || apart.kind === "none")
    return { kind: "unknown", reason: apart.kind === "unknown" ? apart.reason : "" } as const;
  if (apart.kind === "varying")
    return { kind: "varying", from: formatRational(apart.from), to: formatRational(apart.to) } as const;
  const { pixels, cells } = apart;
  const kind = croppable ? "croppable" : isFractional(apart) ? "fractional" : "whole";
  return { kind, pixels: formatRational(pixels), cells: formatRational(cells) } as const;
}

function mapsOf(graph: Graph, { first, other }: JoinOffset) {
  return [first, other].flatMap((id) => {
    const node = graph.nodes[id];
    const place = node === undefined ? undefined : placeOf(node);
    return node === undefined || place === undefined
      ? []
      : [{ span: place.at, message: node.origin.label ?? node.operation }];
  });
}

/** `crop = centred` becomes `crop = aligned`, where it is written at the join. */
function alignedFix(crop: number, { graph, statementOf }: LintSubject): readonly Fix[] {
  const node = graph.nodes[crop];
  const statement = node === undefined ? undefined : statementOf(node);
  const value =
    statement?.kind === "skip"
      ? statement.options.find(({ name }) => name?.text === "crop")?.value
      : statement?.kind === "crop_to"
        ? statement.options[0]?.value
        : undefined;
  if (value?.kind !== "reference" || value.name.text !== "centred") return [];
  return [{ title: "write `aligned`", safe: false, edits: [{ span: value.span, text: "aligned" }] }];
}
