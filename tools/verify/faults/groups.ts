/** Every group of faults, in the order they are tried. A new one is a file beside this one and a line here. */
import type { FaultGroup } from "./fault-group.ts";

export const faultGroups: readonly FaultGroup[] = [];
