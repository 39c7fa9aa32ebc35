/** Words for names that are unknown, taken twice or of the wrong kind. */
import type { Wording } from "./wording.ts";

export const names = {
  "names/unknown": (facts: {
    readonly name: string;
    /** "feature map", "variable", "network", "operation or block" */
    readonly what: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    message: `there is no ${facts.what} named "${facts.name}"`,
    ...(facts.nearest === undefined ? {} : { help: `did you mean "${facts.nearest}"?` }),
  }),
};
