/** The weights of a program's networks, one a line, as pages in `specs/` show them: `conv1.weight [8, 3, 3, 3] he`. */
import type { WeightInitialisation } from "../../compiler/ops/operation.ts";
import { heGain } from "../../runtime/weights/initialise.ts";
import { weightsOf } from "../../runtime/weights/weight-name.ts";
import { compileBlock } from "./compile-block.ts";
import type { SpecBlock } from "./spec-page.ts";

export function weightsText(block: SpecBlock, blocks: readonly SpecBlock[]): string {
  const lines = compileBlock(block, blocks).networks.flatMap(({ graph }) =>
    weightsOf(graph).map((weight) => {
      const { shape, initialisation, trainable, counted } = weight.specification;
      const kind = !counted ? "  (a statistic)" : trainable ? "" : "  (frozen)";
      const gain = initialisation.kind === "he" && heGain(graph, weight) === 1 ? ", gain 1" : "";
      return `${weight.name} [${shape.join(", ")}]  ${initialText(initialisation)}${gain}${kind}`;
    }),
  );
  return `${lines.length === 0 ? "none" : lines.join("\n")}\n`;
}

function initialText(initialisation: WeightInitialisation): string {
  switch (initialisation.kind) {
    case "constant":
      return `${initialisation.value}`;
    case "normal":
      return `normal(${initialisation.deviation})`;
    default:
      return initialisation.kind;
  }
}
