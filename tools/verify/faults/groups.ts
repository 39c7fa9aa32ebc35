/** Every group of faults, in the order they are tried. A new one is a file beside this one and a line here. */
import { disk } from "./disk.ts";
import type { FaultGroup } from "./fault-group.ts";
import { images } from "./images.ts";
import { kills } from "./kills.ts";
import { sources } from "./sources.ts";
import { weights } from "./weights.ts";
import { workers } from "./workers.ts";

export const faultGroups: readonly FaultGroup[] = [kills, workers, disk, weights, images, sources];
