/** Words for comments that silence a warning: `// allow(lints/checkerboard) the published kernel`. */
import { quoted } from "./quoted.ts";
import type { Wording } from "./wording.ts";

export const allow = {
  "allow/form": (_facts: Record<never, never>): Wording => ({
    severity: "warning",
    message: "this comment silences nothing: it names no code in parentheses",
    help: "write // allow(lints/checkerboard) and the reason",
  }),
  "allow/without-reason": (facts: { readonly code: string }): Wording => ({
    severity: "warning",
    message: `${quoted(`allow(${facts.code})`)} gives no reason`,
    help: "say after it why the warning does not hold here",
  }),
  "allow/unknown-code": (facts: {
    readonly code: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    severity: "warning",
    message: `no diagnostic has the code ${quoted(facts.code)}`,
    help:
      facts.nearest === undefined
        ? "the code stands in brackets at the beginning of the warning: warning[lints/checkerboard]"
        : `did you mean ${quoted(facts.nearest)}?`,
  }),
  "allow/error": (facts: { readonly code: string }): Wording => ({
    severity: "warning",
    message: `${quoted(facts.code)} is an error here, and errors cannot be silenced`,
    help: "mend it, and remove this comment",
  }),
  "allow/unused": (facts: { readonly code: string }): Wording => ({
    severity: "warning",
    message: `nothing here is reported as ${quoted(facts.code)}`,
    help: "remove it; it stands at the end of the line it is about, or on the line above",
  }),
};
