/** The most that one value of a program may hold. */
import type { ArrayLimit } from "../engine.ts";

/** Pooling indices, and what unpooling reads, are places in a whole value as int32. */
export const arrayLimit: ArrayLimit = { bytes: 4 * (2 ** 31 - 1), source: "32-bit pooling indices" };
