/** Words for what is not a program. */
import type { Wording } from "./wording.ts";

export const syntax = {
  "syntax/unknown-character": (facts: { readonly text: string }): Wording => ({
    message: `the character ${JSON.stringify(facts.text)} means nothing here`,
    help: "remove it",
  }),
};
