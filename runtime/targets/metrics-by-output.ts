/** The metrics of all outputs of a network together. */
import type { OutputConfiguration } from "../../compiler/learning/configuration.ts";
import type {
  Measured,
  OnDemand,
  OutputClasses,
  OutputCounts,
  OutputMetrics,
  OutputValues,
} from "../metrics/output-metrics.ts";
import { metricsFor } from "./registry.ts";

export interface MeasuredOutput extends Pick<OutputConfiguration, "name" | "target"> {
  /** Measures that take time and are wanted; left out: none. */
  readonly demand?: OnDemand;
}

export class MetricsByOutput {
  readonly #metrics: ReadonlyMap<string, OutputMetrics>;

  /**
   * @param counts to continue from
   * @throws RangeError when they are not of these outputs
   */
  constructor(outputs: readonly MeasuredOutput[], classes: readonly string[], counts?: OutputCounts) {
    this.#metrics = new Map(
      outputs.map(({ name, target, demand }) => [name, metricsFor(target, classes, demand, counts?.[name])]),
    );
  }

  add(output: string, predicted: Measured, truth: ArrayLike<number>): void {
    const metrics = this.#metrics.get(output);
    if (metrics === undefined) throw new Error(`nothing is measured of output ${output}`);
    metrics.add(predicted, truth);
  }

  /** Of the outputs that distinguish classes. */
  classes(): OutputClasses {
    return Object.fromEntries(
      [...this.#metrics].flatMap(([name, metrics]) => {
        const report = metrics.classes?.();
        return report === undefined ? [] : [[name, report] as const];
      }),
    );
  }

  values(): OutputValues {
    return Object.fromEntries([...this.#metrics].map(([name, metrics]) => [name, metrics.values()]));
  }

  counts(): OutputCounts {
    return Object.fromEntries([...this.#metrics].map(([name, metrics]) => [name, metrics.counts()]));
  }
}
