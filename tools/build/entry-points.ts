/** What dist/ holds: the file that each program starts in, and the file that each door opens, by its name there. */
export const programs: Readonly<Record<string, string>> = {
  fcn: "tools/cli/main.ts",
  quickstart: "tools/quickstart/main.ts",
  "decode-worker": "runtime/data/decode-worker.ts",
  "session-worker": "runtime/engines/native/worker/session-worker.ts",
};

/** Of `exports` in package.json; `index` is that of the package itself. */
export const doors: Readonly<Record<string, string>> = {
  index: "tools/library/index.ts",
  grammar: "grammar/index.ts",
  compiler: "compiler/index.ts",
  views: "views/index.ts",
  runtime: "runtime/index.ts",
};

/** Doors that run wherever JavaScript does: they load nothing of Node, and a package only when a target asks for it. */
export const pureDoors = ["grammar", "compiler", "views"] as const;
