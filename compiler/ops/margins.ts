/** The arguments of `crop` and `pad`: one number, one per axis, or one per side. */
import type { PerAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import type { Margins } from "./operation.ts";
import { argumentOf, named, positional } from "./parameters.ts";
import type { Call, ParameterSpecification } from "./word.ts";

export const sides = ["top", "bottom", "left", "right"] as const;

/** Of a window: sides whose padding differs from the others. */
export const sideParameters: readonly ParameterSpecification[] = sides.map((side) =>
  named(side, { kind: "count", least: 0 }, `Padding at the ${side}.`, "the padding"),
);

/** The padding with the sides that the call gives. */
export function sidesOf(call: Call, [vertical, horizontal]: PerAxis<Margins>): PerAxis<Margins> {
  const side = (name: (typeof sides)[number], otherwise: number): number =>
    argumentOf(call, name, "count") ?? otherwise;
  return [
    { before: side("top", vertical.before), after: side("bottom", vertical.after) },
    { before: side("left", horizontal.before), after: side("right", horizontal.after) },
  ];
}

export function marginParameters(verb: "cut" | "added"): readonly ParameterSpecification[] {
  const words = verb === "cut" ? "removed from" : "added to";
  return [
    positional(
      "margins",
      { kind: "extent", least: 0 },
      `Positions ${words} each side: one number, or vertical x horizontal.`,
      undefined,
    ),
    ...sides.map((side) =>
      named(side, { kind: "count", least: 0 }, `Positions ${words} the ${side}.`, "the margins, or 0"),
    ),
  ];
}

export function marginsOf(call: Call, word: "crop" | "pad"): PerAxis<Margins> | Refusal {
  const [vertical, horizontal] = argumentOf(call, "margins", "extent") ?? [0, 0];
  if (!["margins", ...sides].some((parameter) => call.arguments.has(parameter))) {
    return refuse("operations/argument-needed", {
      word,
      needs: "a number of positions",
      example: `${word}(2)`,
    });
  }
  return sidesOf(call, [
    { before: vertical, after: vertical },
    { before: horizontal, after: horizontal },
  ]);
}
