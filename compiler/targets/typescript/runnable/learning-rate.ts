/** The learning rate of a step as TypeScript: each schedule of the program takes what the one before it gives. */
import { type KeepConfiguration, keptMeasure } from "../../../learning/configuration.ts";
import { meanIou } from "../../../learning/metrics/mean-iou.ts";
import type { ScheduleConfiguration } from "../../../learning/schedules/registry.ts";

/** The measure of a validation that a plateau waits for: the programs have one. */
export function isPrintable(
  { kind }: ScheduleConfiguration,
  { best, bestClass }: Pick<KeepConfiguration, "best" | "bestClass">,
): boolean {
  return kind !== "plateau" || (keptMeasure({ best }).measure === meanIou.name && bestClass === undefined);
}

/** The body of a function of `step`, `steps`, `stepsPerEpoch` and `drops`, which is counted after every epoch; formulas as in compiler/learning/schedules/. */
export function learningRateBody(initial: number, composed: readonly ScheduleConfiguration[]): string {
  const lines = composed.map(lineOf).filter((line) => line !== "");
  if (lines.length === 0) return `return ${initial};`;
  return [`let rate = ${initial};`, ...lines, "return rate;"].join("\n");
}

function lineOf(schedule: ScheduleConfiguration): string {
  switch (schedule.kind) {
    case "constant":
      return "";
    case "poly":
      return `rate *= (1 - step / steps) ** ${schedule.power};`;
    case "cosine": {
      const { least, period } = schedule;
      const length = period === undefined ? "steps" : `(${period} * stepsPerEpoch)`;
      const within = period === undefined ? "step" : `(step % ${length})`;
      return `rate = Math.min(rate, ${least} + ((rate - ${least}) * (1 + Math.cos((Math.PI * ${within}) / ${length}))) / 2);`;
    }
    case "step": {
      const { every, at, factor } = schedule;
      const epoch = "Math.floor(step / stepsPerEpoch)";
      const drops =
        every === undefined
          ? `[${(at ?? []).join(", ")}].filter((after) => after <= ${epoch}).length`
          : `Math.floor(${epoch} / ${every})`;
      return `rate *= ${factor} ** ${drops};`;
    }
    case "warm_up": {
      const { steps, epochs, start } = schedule;
      const length = steps === undefined ? `(${epochs ?? 0} * stepsPerEpoch)` : String(steps);
      return `if (step + 1 < ${length}) rate *= ${start} + (${1 - start} * (step + 1)) / ${length};`;
    }
    case "one_cycle": {
      const { rise, start, end } = schedule;
      const [top, last] = [`(${rise} * steps - 1)`, "(steps - 1)"];
      const rises = `1 + (${start} - 1) * (1 + Math.cos((Math.PI * step) / ${top})) / 2`;
      const falls = `${end} + ((1 - ${end}) * (1 + Math.cos((Math.PI * (step - ${top})) / (${last} - ${top})))) / 2`;
      return `rate *= step < ${top} ? ${rises} : ${last} <= ${top} ? 1 : ${falls};`;
    }
    case "plateau":
      return `rate = Math.min(rate, Math.max(${schedule.least}, rate * ${schedule.factor} ** drops));`;
  }
}
