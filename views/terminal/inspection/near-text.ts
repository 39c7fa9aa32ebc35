/** What `fcn inspect --near` says to a person. */

import {
  type Near,
  type NearAsked,
  type NearRefusal,
  type NearSizes,
  total,
} from "../../../compiler/analyses/inspect/near.ts";
import type { PerAxis } from "../../../compiler/axis.ts";
import type { Margins } from "../../../compiler/ops/operation.ts";

const sides = { height: ["top", "bottom"], width: ["left", "right"] } as const;

/** Without a line break at the end. */
export function nearText(near: Near, asked: NearAsked): string {
  const given = [...asked].map(([name, size]) => `${name} ${extent(size)}`).join(", ");
  if (near.accepted)
    return [`  near             ${given} is accepted`, ...outputs(near.above ?? near.below)].join("\n");
  return [
    `  near             ${given} is not accepted`,
    ...side("above", near.above, "no accepted size is as large"),
    ...side("below", near.below, "no accepted size is as small"),
  ].join("\n");
}

function side(word: "above" | "below", sizes: NearSizes | null, none: string): readonly string[] {
  if (sizes === null) return [`    ${word}          ${none}`];
  const lines = sizes.inputs.map(({ name, height, width, change }, place) => {
    const start = place === 0 ? `    ${word}          ` : "                   ";
    const ways =
      change === null ? ["follows"] : [...way(change.height, "height"), ...way(change.width, "width")];
    return `${start}${name} ${extent([height, width])}${ways.length === 0 ? "" : `   ${ways.join(", ")}`}`;
  });
  return [...lines, ...outputs(sizes)];
}

/** "6 rows more: 3 at the top, 3 at the bottom" */
function way(change: Margins, axis: "height" | "width"): readonly string[] {
  const pixels = total(change);
  if (pixels === 0) return [];
  const unit = axis === "height" ? "row" : "column";
  const [before, after] = [change.before, change.after].map(Math.abs);
  const where = [
    ...(before === 0 ? [] : [`${before} ${sides[axis][0]}`]),
    ...(after === 0 ? [] : [`${after} ${sides[axis][1]}`]),
  ];
  const count = Math.abs(pixels);
  return [`${pixels > 0 ? "pad" : "crop"} ${count} ${unit}${count === 1 ? "" : "s"} (${where.join(", ")})`];
}

function outputs(sizes: NearSizes | null): readonly string[] {
  return (sizes?.outputs ?? []).map(
    ({ name, channels, height, width }) => `                   → ${name} [${channels}, ${height}, ${width}]`,
  );
}

function extent([height, width]: PerAxis<number>): string {
  return `${height}×${width}`;
}

/** Why there are none, with the way out. */
export function nearRefusalText(network: string, refusal: NearRefusal): string {
  const { inputs } = refusal;
  if (refusal.kind === "unknown-input")
    return `${network} has no input "${refusal.name}", only ${inputs.map((name) => `"${name}"`).join(", ")}`;
  const example = `--near ${inputs.map((name) => `${name}=HxW`).join(" --near ")}`;
  return `${refusal.symbol} of ${network} does not follow from the sizes given: give one for every input, ${example}`;
}
