/** Words for calls an operation cannot take. */
import type { Wording } from "./wording.ts";

export const operations = {
  "operations/groups-do-not-divide": (facts: {
    readonly groups: number;
    readonly channels: number;
    readonly side: "input" | "output";
  }): Wording => ({
    message: `${facts.groups} groups do not divide ${facts.channels} ${facts.side} channels`,
    help: `give a number of groups that divides ${facts.channels}`,
  }),
};
