/** The order of the test files: the longest first, so that at the end no process waits for one that began late. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those of more than ten seconds, the longest first. Without a record of the last run Vitest goes by the sizes of files. */
const longest = [
  "properties/random-networks/random-networks.test.ts",
  "end-to-end/package.test.ts",
  "engines/memory.test.ts",
  "views/diagram/layout.test.ts",
  "targets/typescript-memory.test.ts",
].map((file) => join(import.meta.dirname, file));

export class LongestFirst extends BaseSequencer {
  /** Projects stay one after the other, as their files share processes. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = longest.filter((file) => !existsSync(file));
    if (gone.length > 0)
      throw new Error(`tests/longest-first.ts names ${gone.join(", ")}, which is not there`);
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longest.indexOf(moduleId);
      return place < 0 ? longest.length : place;
    };
    return sorted.toSorted(
      (a, b) => projects.indexOf(a.project) - projects.indexOf(b.project) || rank(a) - rank(b),
    );
  }
}
