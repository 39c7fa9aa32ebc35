/** One task at a time, in the order asked: TensorFlow.js has one current backend for the whole process. */

let last: Promise<unknown> = Promise.resolve();

/** Runs the task when all earlier ones have ended, whether they succeeded or not. */
export function exclusively<T>(task: () => Promise<T>): Promise<T> {
  const turn = last.then(task);
  last = turn.catch(() => undefined); // the caller gets the error from `turn`; the queue only waits
  return turn;
}
