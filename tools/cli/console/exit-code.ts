/** What the exit status of `fcn` means. Other programs rely on these numbers. */
export const exitCode = {
  fine: 0,
  /** The input has errors: a program that does not compile, data that cannot be used, weights of another network. */
  inputHasErrors: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Internal error: a bug in fcn. */
  fault: 3,
  /** Interrupted by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
} as const;

export const exitCodeHelp = `
Exit status: 0 success, 1 errors in the input, 2 wrong command line,
3 internal error, 130 interrupted.`;
