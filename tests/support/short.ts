/** Whether the `--short` form of a `verify:` command runs these tests (tools/verify/tests.ts). */
export const short = process.env.FCN_VERIFY_SHORT === "1";
