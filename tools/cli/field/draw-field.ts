/** `fcn diagram --field`: the theoretical receptive field of one position on the input, as the number for each pixel of paths that reach it. */

import { pathCounts } from "../../../compiler/analyses/explain/path-counts.ts";
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { checkOutputFile } from "../../../runtime/files/output-place.ts";
import { fieldSvg } from "../../../views/field/field-svg.ts";
import { mapCalled } from "../program/map-called.ts";
import { dataUri, heatImage } from "./heat-image.ts";
import { seenPosition } from "./seen-position.ts";
import { checkFigureFile, writeFigure } from "./write-figure.ts";

export interface FieldCommand {
  readonly field: string;
  readonly output?: string;
  readonly size?: PerAxis<number>;
  readonly position?: PerAxis<number>;
}

/** What was drawn, for a person. @throws UserError or UsageError for a feature map, position, size or file that cannot be. */
export async function drawFieldTo(network: CompiledNetwork, command: FieldCommand): Promise<string> {
  const output = command.output ?? `${network.name}-field.svg`;
  checkFigureFile(output);
  await checkOutputFile(output);
  const node = mapCalled(network.graph, command.field);
  const seen = seenPosition(network, node, command.size, command.position);
  const [height, width] = seen.pixels;
  const counts =
    pathCounts(seen.shaped, node.id, seen.position).get(seen.input.id)?.counts ??
    new Float64Array(height * width);
  const [rows, columns] = seen.field;
  const sides = [rows, columns].map(({ low, high }) => high - low + 1);
  const touched = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const area = (sides[0] ?? 0) * (sides[1] ?? 0);
  const least = counts.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), most);
  // Counts span many powers of ten: their logarithm is drawn, from pale for the least on.
  const spread = Math.log(most / least) || 1;
  const shares = Float64Array.from(counts, (count) =>
    count > 0 ? 0.2 + 0.8 * (most === least ? 1 : Math.log(count / least) / spread) : 0,
  );
  const short = (count: number): string => (count < 1e6 ? `${count}` : count.toExponential(1));
  const lines = [
    `position ${seen.position.join(", ")}: receptive field ${sides.join("×")} px, rows ${rows.low}–${rows.high} and columns ${columns.low}–${columns.high} of ${height}×${width}`,
    touched === area
      ? "the output depends on every pixel of it"
      : `the output depends on ${touched} of its ${area} pixels; ${area - touched} are holes`,
    `darker: more paths, ${short(least)} to ${short(most)}${seen.phases.length === 0 ? "" : "; dotted: neighbouring positions"}`,
  ];
  const svg = fieldSvg({
    input: seen.pixels,
    heat: dataUri(heatImage(height, width, shares)),
    field: seen.field,
    phases: seen.phases,
    grid: seen.grid,
    cell: seen.position,
    inner: undefined,
    title: `${network.name}: receptive field of ${command.field}`,
    lines,
  });
  await writeFigure(output, svg);
  return [`${command.field} drawn to ${output}`, ...lines.map((line) => `  ${line}`)].join("\n");
}
