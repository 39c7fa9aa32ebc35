/** Patterns of weights: `"encoder"`, a block or layer with all its weights; `"*.bias"`, where a star is any text. */

/** @param name `${node}.${weight}`, "encoder.conv1.weight" */
export function matchesWeight(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}(?=$|[.[])`).test(name);
}
