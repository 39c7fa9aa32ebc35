/** What the exit status of `fcn` means. Other programs rely on these numbers. */
export const exitCode = {
  fine: 0,
  /** The input has errors: a program that does not compile, data that cannot be used, weights of another network. */
  inputHasErrors: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A fault in fcn. */
  fault: 3,
  /** Interrupted by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
} as const;

export const exitCodeHelp = `
Exit status: 0 fine, 1 the input has errors, 2 the command line is wrong, 3 a fault in fcn, 130 interrupted.`;
