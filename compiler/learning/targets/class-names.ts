/** Names of classes that a target lists itself, "cell, debris". */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";

export function namesIn(text: string | undefined): readonly string[] | undefined | Refusal {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("") && new Set(names).size === names.length) return names;
  const wanted = 'different names with commas between them, such as "cell, debris"';
  return refuse("training/wrong-value", { what: "classes", wanted, found: `"${text}"` }, "classes");
}
