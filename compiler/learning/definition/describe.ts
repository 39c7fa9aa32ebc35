/** A configured word as a train section writes it: "adam(learning_rate = 0.001, beta1 = 0.9)". */
import { inWords } from "./definition.ts";

export function describeConfigured({ kind, ...settings }: { readonly kind: string }): string {
  const said = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(
      ([setting, value]) =>
        `${inWords(setting)} = ${typeof value === "object" ? JSON.stringify(value) : value}`,
    );
  return said.length === 0 ? kind : `${kind}(${said.join(", ")})`;
}
