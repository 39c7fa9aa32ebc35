/** Lets signals and finished reads be handled between two steps: a step of WebAssembly holds the thread. */
export function letEventsIn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
