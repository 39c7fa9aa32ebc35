/** `fcn field`: the receptive field measured from gradients, beside the theoretical one, as numbers and as a figure. */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Field } from "../../../compiler/geometry/axis-geometry.ts";
import type { WeightArray } from "../../../runtime/arrays.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { effectiveField, squareHolding, usualShare } from "../../../runtime/field/effective-field.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { fieldSvg } from "../../../views/field/field-svg.ts";
import { mapCalled } from "../program/map-called.ts";
import { dataUri, heatImage } from "./heat-image.ts";
import { seenPosition } from "./seen-position.ts";
import { checkFigureFile, writeFigure } from "./write-figure.ts";

export interface MeasureCommand {
  /** Left out: the first output, before its softmax or sigmoid. */
  readonly map?: string;
  readonly size?: PerAxis<number>;
  readonly position?: PerAxis<number>;
  readonly images: number;
  readonly seed: number;
  readonly output?: string;
}

/** What `--json` prints, under these names. */
export interface MeasuredField {
  readonly network: string;
  readonly map: string;
  /** The position, [row, column]. */
  readonly cell: PerAxis<number>;
  /** Pixels, [height, width]. */
  readonly input: PerAxis<number>;
  readonly images: number;
  readonly seed: number;
  /** Pixels, [height, width] of the theoretical receptive field inside the image. */
  readonly theoretical: PerAxis<number>;
  /** Pixels, [height, width] of the smallest square about the position's centre, within the theoretical receptive field, that holds 95.45% of the gradient. */
  readonly effective: PerAxis<number>;
  /** Effective side by theoretical side, the geometric mean of both axes. */
  readonly ratio: number;
}

/** `weights` left out: the initial ones of the seed. @throws UserError where there is nothing to measure. */
export async function measureField(
  network: CompiledNetwork,
  engine: Engine,
  weights: ReadonlyMap<string, WeightArray> | undefined,
  command: MeasureCommand,
): Promise<MeasuredField> {
  if (command.output !== undefined) checkFigureFile(command.output);
  const { graph } = network;
  const output = graph.outputs.find(({ name }) => command.map === undefined || name === command.map);
  // Softmax over channels sums to one, whatever the input: its sum has no gradient.
  const node = output === undefined ? mapCalled(graph, command.map ?? "") : graph.nodes[output.logits];
  if (node === undefined) throw new Error(`${graph.name} has no output`);
  const seen = seenPosition(network, node, command.size, command.position);
  const session = await engine.open(graph, { seed: command.seed });
  try {
    if (weights !== undefined) await session.writeWeights(weights);
    const { images, seed } = command;
    const masses = await effectiveField(session, {
      shaped: seen.shaped,
      node: node.id,
      cell: seen.position,
      images,
      seed,
    });
    const mass = masses.get(seen.input.attributes.name) ?? new Float64Array(0);
    const about = squareHolding(
      mass,
      seen.pixels,
      middleOf(seen.grid, seen.position, seen.field),
      usualShare,
    );
    if (about === undefined)
      throw new UserError(
        `the gradient of ${node.name} at position ${seen.position.join(",")} is zero for every pixel`,
      );
    // A square about a pixel has odd sides; it would extend beyond an even receptive field, where the gradient is zero.
    const square = [overlap(about[0], seen.field[0]), overlap(about[1], seen.field[1])] as const;
    const theoretical = sides(seen.field);
    const effective = sides(square);
    const ratio = Math.sqrt((effective[0] * effective[1]) / (theoretical[0] * theoretical[1]));
    const measured = {
      network: graph.name,
      map: node.name,
      cell: seen.position,
      input: seen.pixels,
      images,
      seed,
      theoretical,
      effective,
      ratio,
    };
    if (command.output !== undefined) {
      const most = mass.reduce((a, b) => Math.max(a, b), 0);
      // The square root shows the tails: they fall like a normal distribution's.
      const shares = Float64Array.from(mass, (value) => Math.sqrt(value / most));
      const svg = fieldSvg({
        input: seen.pixels,
        heat: dataUri(heatImage(...seen.pixels, shares)),
        field: seen.field,
        phases: [],
        grid: seen.grid,
        cell: seen.position,
        inner: square,
        title: `${graph.name}: effective receptive field of ${node.name}`,
        lines: fieldLines(measured, weights !== undefined, true),
      });
      await writeFigure(command.output, svg);
    }
    return measured;
  } finally {
    session.close();
  }
}

/** @param drawn whether a figure shows both fields */
export function fieldLines(measured: MeasuredField, trained: boolean, drawn: boolean): readonly string[] {
  const [solid, dashed] = drawn ? [" (solid)", " (dashed)"] : ["", ""];
  const { cell, input, images, seed, theoretical, effective, ratio } = measured;
  return [
    `position ${cell.join(", ")} at ${input.join("×")}, ${trained ? "trained" : "initial"} weights, ${images} random ${images === 1 ? "input" : "inputs"}, seed ${seed}`,
    `theoretical receptive field ${theoretical.join("×")} px${solid}`,
    `effective receptive field ${effective.join("×")} px${dashed}: 95.45% of the gradient, ${(100 * ratio).toFixed(0)}% of the theoretical side`,
  ];
}

function overlap(a: Field, b: Field): Field {
  return { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
}

function sides(field: PerAxis<Field>): PerAxis<number> {
  return [field[0].high - field[0].low + 1, field[1].high - field[1].low + 1];
}

/** The pixel nearest to the position's centre; for a feature map without coordinates, the middle of the receptive field. */
function middleOf(
  grid: ReturnType<typeof seenPosition>["grid"],
  position: PerAxis<number>,
  field: PerAxis<Field>,
): PerAxis<number> {
  const at = (axis: 0 | 1): number => {
    const { low, high } = field[axis];
    if (grid === undefined) return Math.floor((low + high) / 2);
    const { stride, offset } = grid.axes[axis];
    const place =
      offset.numerator / offset.denominator + (stride.numerator / stride.denominator) * position[axis];
    return Math.min(Math.max(Math.round(place), low), high);
  };
  return [at(0), at(1)];
}
