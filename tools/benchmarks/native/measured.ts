/** What the processes of the benchmark measure and print. */

/** Milliseconds: on the clock, and of all threads of the process. */
export interface Times {
  readonly wall: number;
  readonly processor: number;
}

export interface Measured {
  readonly train?: Times;
  readonly predict?: Times;
  /** A session and its first step, less one step; PyTorch has none. */
  readonly create?: Times;
  /** MB resident at most, after training. */
  readonly memory?: number;
}

export async function timed(task: () => Promise<unknown>): Promise<Times> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await task();
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - began, processor: (user + system) / 1000 };
}

/** Medians after two rounds that prepare. */
export async function medians(rounds: number, task: () => Promise<unknown>): Promise<Times> {
  await task();
  await task();
  const found: Times[] = [];
  for (let round = 0; round < rounds; round++) found.push(await timed(task));
  return {
    wall: median(found.map(({ wall }) => wall)),
    processor: median(found.map(({ processor }) => processor)),
  };
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
