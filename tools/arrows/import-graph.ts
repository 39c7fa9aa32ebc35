/** Which source file imports which, read from the sources: types and dynamic imports included. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { globSync } from "tinyglobby";
import ts from "typescript";

/** An import of a file of the project by another; paths from the root, with "/". */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** The imports between the TypeScript files of `rooms`, which are folders of `root`. */
export function importsOf(root: string, rooms: readonly string[]): readonly Import[] {
  const files = globSync(
    rooms.map((room) => `${room}/**/*.ts`),
    { cwd: root, ignore: ["**/*.d.ts"] },
  ).sort();
  return files.flatMap((from) =>
    ts
      .preProcessFile(readFileSync(join(root, from), "utf8"), true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => ({ from, to: join(dirname(from), fileName) })),
  );
}
