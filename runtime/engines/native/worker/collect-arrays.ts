/**
 * Frees arrays that nothing refers to any more. V8 collects when its own heap grows, which in the thread of sessions is small: the inputs of
 * predictions piled up there (`npm run verify:tiles -- --memory`).
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes of arrays that may wait. A collection takes a few milliseconds. */
const most = 2 ** 24;

let collect: (() => void) | undefined;
let waiting = 0;

/** To be called with the bytes of arrays that have been used for the last time. */
export function arraysUsed(bytes: number): void {
  waiting += bytes;
  if (waiting < most) return;
  waiting = 0;
  collect ??= collector();
  collect();
}

/** V8's own, which programs are given only on request. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void; // what the flag makes of that name
}
