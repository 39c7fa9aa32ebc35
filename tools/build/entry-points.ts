/** The programs of the package: the file each starts in, by its name in dist/. */
export const entryPoints: Readonly<Record<string, string>> = {
  fcn: "tools/cli/main.ts",
  quickstart: "tools/quickstart/main.ts",
  "decode-worker": "runtime/data/decode-worker.ts",
};
