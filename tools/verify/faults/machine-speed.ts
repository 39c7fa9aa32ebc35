/** How fast this machine is at the moment, by work like the compiler's: objects, names, maps and text. */

/** Seconds of processor time of the reference work on the machine, in a fast phase, that limits of time are given for. */
export const usualReference = 0.22;

const rounds = 5;

/** How many times as long as usual this machine takes now; 1 where it is as fast or faster. */
export function slowness(): number {
  const times = Array.from({ length: rounds }, referenceSeconds).sort((a, b) => a - b);
  const median = times[Math.floor(rounds / 2)] ?? usualReference;
  return Math.max(1, median / usualReference);
}

/** Seconds of processor time, user and system. */
export function referenceSeconds(): number {
  const before = process.cpuUsage();
  referenceWork();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** @returns a number that depends on all of it, so that nothing is left out */
function referenceWork(): number {
  const named = new Map<string, { readonly name: string; readonly inputs: readonly number[]; sum: number }>();
  for (let i = 0; i < 150_000; i++) {
    const name = `layer${i}`;
    const before = named.get(`layer${(i * 7919) % Math.max(1, i)}`);
    named.set(name, { name, inputs: [i, (i * 31) % 1000], sum: (before?.sum ?? 0) + i });
  }
  const text = JSON.stringify(
    [...named.values()].sort((a, b) => a.sum - b.sum || (a.name < b.name ? -1 : 1)),
  );
  const read: unknown = JSON.parse(text);
  return text.length + (Array.isArray(read) ? read.length : 0);
}
