/** Words for mistakes in a `train` section. */
import type { Wording } from "./wording.ts";

export const training = {
  "training/unknown-key": (facts: {
    readonly key: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    message: `a train section has no entry "${facts.key}"`,
    ...(facts.nearest === undefined ? {} : { help: `did you mean "${facts.nearest}"?` }),
  }),
};
