/** Grids: the input's own, and how any other is put into its one form. */
import { divisors, floorDivide, modulo } from "../sizes/integers.ts";
import type { AxisGeometry, Field, Grid, GridGeometry } from "./axis-geometry.ts";
import { isExact, rational } from "./rational.ts";

/** The limit of phases. */
export const mostPhases = 4_096;

export const beyondExact = "its stride or offset is beyond 2^53 and not computed";

/** Every pixel is a position that sees itself. */
export const inputGeometry: GridGeometry = {
  kind: "grid",
  stride: rational(1),
  offset: rational(0),
  fields: [{ low: 0, high: 0 }],
  advance: 1,
};

/** What position i sees, for any whole i, before the first position too; `undefined`: nothing. */
export function fieldOfCell(geometry: GridGeometry, cell: number): Field | undefined {
  const phases = geometry.fields.length;
  const field = geometry.fields[modulo(cell, phases)];
  return field === undefined ? undefined : moved(field, floorDivide(cell, phases) * geometry.advance);
}

/**
 * The grid on which position i sees `see(i)`, where position i + phases sees the same, `advance` pixels on; stored with the
 * fewest phases. A grid beyond exact arithmetic becomes "sized", with that as its reason.
 */
export function gridOf(
  grid: Grid,
  phases: number,
  advance: number,
  see: (cell: number) => Field | undefined,
): AxisGeometry {
  if (!isExact(grid.stride) || !isExact(grid.offset) || !Number.isSafeInteger(advance)) {
    return { kind: "sized", reason: beyondExact };
  }
  if (phases > mostPhases) {
    return { kind: "sized", reason: `its cells see the input in more than ${mostPhases} different ways` };
  }
  const all = Array.from({ length: phases }, (_, phase) => see(phase));
  const period =
    divisors(phases).find((candidate) => repeats(all, candidate, (advance * candidate) / phases)) ?? phases;
  return {
    kind: "grid",
    ...gridAlone(grid),
    fields: all.slice(0, period),
    advance: (advance * period) / phases,
  };
}

/** Without what a geometry knows beyond its grid. */
export function gridAlone({ stride, offset, pixels }: Grid): Grid {
  return pixels === undefined ? { stride, offset } : { stride, offset, pixels };
}

/** The smallest receptive field that contains both; a missing one is empty. */
export function hullOf(first: Field | undefined, second: Field | undefined): Field | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { low: Math.min(first.low, second.low), high: Math.max(first.high, second.high) };
}

function moved(field: Field, pixels: number): Field {
  return { low: field.low + pixels, high: field.high + pixels };
}

function repeats(fields: readonly (Field | undefined)[], period: number, advance: number): boolean {
  if (!Number.isInteger(advance)) return false;
  return fields.every((field, phase) => {
    if (phase + period >= fields.length) return true;
    const next = fields[phase + period];
    if (field === undefined || next === undefined) return field === next;
    return next.low === field.low + advance && next.high === field.high + advance;
  });
}
