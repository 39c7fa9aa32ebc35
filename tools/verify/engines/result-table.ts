/** What a comparison of engines found, as lines and as a table of Markdown. */
import type { EngineName } from "../../../runtime/engines/engine.ts";
import type { EngineComparison, EngineErrors } from "./compare-engines.ts";
import type { Judgement } from "./judge.ts";

export interface ExampleResult {
  readonly example: string;
  readonly comparison: EngineComparison;
  readonly judgement: Judgement;
}

/** "u-net.fcn: as float64 on wasm (losses 5e-8, gradients 2e-6) and native (…)". */
export function summary({ example, comparison, judgement }: ExampleResult): string {
  const engines = [...comparison.engines].map(
    ([name, errors]) =>
      `${name} (losses ${power(Math.max(...errors.losses))}, gradients ${power(median(errors.gradients))})`,
  );
  const { failures, sensitive } = judgement;
  const found = failures.length === 0 ? "as float64" : `${failures.length} differences`;
  const moved = sensitive.length === 0 ? "" : `; ${sensitive.length} by float64's own sensitivity`;
  const torch = comparison.torch.kind === "compared" ? power(median(comparison.torch.errors)) : "";
  const beside = torch === "" ? "" : `, beside PyTorch (gradients ${torch})`;
  return `${example}: ${found} on ${engines.join(" and ")}${beside}${moved}`;
}

/** @param names the engines that were compared, in the order of the columns */
export function resultRow(
  { example, comparison, judgement }: ExampleResult,
  names: readonly EngineName[],
): string {
  const of = (value: (errors: EngineErrors) => number) =>
    names.map((name) => {
      const errors = comparison.engines.get(name);
      return errors === undefined ? "" : power(value(errors));
    });
  const compared = [...comparison.engines.values()].reduce(
    (sum, { gradients }) => sum + gradients.reduce((all, { size }) => all + size, 0),
    0,
  );
  const cells = [
    ...of(({ prediction }) => prediction),
    ...of(({ losses }) => Math.max(...losses)),
    ...of(({ gradients }) => median(gradients)),
    comparison.torch.kind === "compared" ? power(median(comparison.torch.errors)) : "",
    ...of(({ curve }) =>
      Math.max(...curve.map((loss, i) => Math.abs(loss / (comparison.curve[i] ?? Number.NaN) - 1))),
    ),
    `${compared}`,
    `${judgement.sensitive.length}`,
    judgement.failures.length === 0 ? "0" : `**${judgement.failures.length}**`,
  ];
  return `| \`${example}\` | ${cells.join(" | ")} |`;
}

/** @param rows as `resultRow` gives them, for the same engines */
export function resultTable(rows: readonly string[], names: readonly EngineName[]): string {
  const columns = (["prediction", "loss", "gradients", "curve"] as const).flatMap((what) => [
    ...names.map((name) => `${what}, ${name}`),
    ...(what === "gradients" ? ["gradients, PyTorch"] : []),
  ]);
  const head = ["example", ...columns, "gradients compared", "sensitive", "too far"];
  return [`| ${head.join(" | ")} |`, `| - |${" -: |".repeat(head.length - 1)}`, ...rows].join("\n");
}

/** Of the errors of all weights at all steps. */
function median(gradients: EngineErrors["gradients"]): number {
  const errors = gradients.flatMap((step) => [...step.values()]).toSorted((a, b) => a - b);
  return errors[Math.floor(errors.length / 2)] ?? 0;
}

const power = (value: number): string => (value === 0 ? "0" : value.toExponential(0));
