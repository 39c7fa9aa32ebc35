/**
 * `fcn inspect … | head`: when the reader has closed the pipe, output stops, and that is no error. Work that writes files continues
 * without a reader: `fcn train … | tee log` in a terminal that closes still writes its checkpoint.
 */
let working = 0;

export function leaveQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // EIO: the terminal was closed
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      if (working === 0) process.exit();
    });
  }
}

/** Until the returned function is called, nobody needs to read. */
export function workWithoutReader(): () => void {
  working += 1;
  return () => {
    working -= 1;
  };
}
