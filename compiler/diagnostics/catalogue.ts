/** Every diagnostic of the compiler, with its text. One file per phase; codes are `phase/what`. */
import { allow } from "./allow.ts";
import { lints } from "./lints.ts";
import { names } from "./names.ts";
import { operations } from "./operations.ts";
import { sizes } from "./sizes.ts";
import { structure } from "./structure.ts";
import { syntax } from "./syntax.ts";
import { targets } from "./targets.ts";
import { training } from "./training.ts";
import { values } from "./values.ts";
import type { Wording } from "./wording.ts";

export const catalogue = {
  ...syntax,
  ...names,
  ...values,
  ...structure,
  ...operations,
  ...sizes,
  ...training,
  ...lints,
  ...allow,
  ...targets,
};

export type DiagnosticCode = keyof typeof catalogue;
export type FactsOf<C extends DiagnosticCode> = Parameters<(typeof catalogue)[C]>[0];

export function word<C extends DiagnosticCode>(code: C, facts: FactsOf<C>): Wording {
  // The table pairs each code with its own facts; TypeScript cannot follow that through a generic index.
  return (catalogue[code] as (facts: FactsOf<C>) => Wording)(facts);
}
