/** A port of this machine on which PyTorch's processes meet. */
import { createServer } from "node:net";
import { Random } from "../../random.ts";

/**
 * Below those that operating systems give to connections of any program (from 32768 on Linux, 49152 elsewhere): seconds pass, while Python
 * loads PyTorch, until the port that is found free is taken.
 */
const [lowest, count] = [20000, 12000];

/** @throws Error when none of a hundred is free */
export async function meetingPort(): Promise<number> {
  const random = new Random(process.pid, `port ${process.hrtime.bigint()}`);
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = lowest + random.integer(count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port among ${lowest} to ${lowest + count - 1}`);
}

/** On this machine, now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
