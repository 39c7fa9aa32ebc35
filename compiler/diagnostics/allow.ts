/** Messages about comments that silence a warning: `// allow(lints/checkerboard) the published kernel`. */
import { quoted } from "./quoted.ts";
import type { Wording } from "./wording.ts";

export const allow = {
  "allow/form": (_facts: Record<never, never>): Wording => ({
    severity: "warning",
    message: "this comment silences nothing: there is no code in its parentheses",
    help: "write // allow(lints/checkerboard) followed by the reason",
  }),
  "allow/without-reason": (facts: { readonly code: string }): Wording => ({
    severity: "warning",
    message: `${quoted(`allow(${facts.code})`)} gives no reason`,
    help: "write after it why the warning does not apply here",
  }),
  "allow/unknown-code": (facts: {
    readonly code: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    severity: "warning",
    message: `no diagnostic has the code ${quoted(facts.code)}`,
    help:
      facts.nearest === undefined
        ? "the code is in brackets at the start of the warning: warning[lints/checkerboard]"
        : `did you mean ${quoted(facts.nearest)}?`,
  }),
  "allow/error": (facts: { readonly code: string }): Wording => ({
    severity: "warning",
    message: `${quoted(facts.code)} is an error here, and errors cannot be silenced`,
    help: "fix the error, and remove this comment",
  }),
  "allow/unused": (facts: { readonly code: string }): Wording => ({
    severity: "warning",
    message: `no ${quoted(facts.code)} is reported here`,
    help: "remove this comment, or move it to the end of the line with the warning or to the line above",
  }),
};
