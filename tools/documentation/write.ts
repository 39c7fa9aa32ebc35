/**
 * Writes what is made from definitions, programs and recorded test runs: documentation pages, and the messages that pages in
 * specs/ show. `--record`: the last whole run of the numeric tests becomes the committed record first; `--record-learning`: that of the
 * tests that compare what trains a network with its formulas.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../host/package-root.ts";
import { cheatSheet } from "./cheat-sheet.ts";
import { diagnosticsIndex } from "./diagnostics-index.ts";
import { emittedPage } from "./emitted-page.ts";
import { galleryFiles } from "./gallery.ts";
import { generatedModules } from "./generated-modules.ts";
import { learningPage } from "./learning-page.ts";
import { committedLearning, latestLearning, readLearning } from "./learning-record.ts";
import { learningEntries, learningEntryPage, learningFolder, learningIndex } from "./learning-specs.ts";
import { networksPage } from "./networks-page.ts";
import { committedRecord, latestRecord, readRecord } from "./operation-record.ts";
import { operationPages, operationsFolder, operationsIndex, withArguments } from "./operation-specs.ts";
import { operationsPage } from "./operations-page.ts";
import { withMessages } from "./spec-messages.ts";

// Also before the pages: the examples may import a standard file that is new, which the next run then knows.
for (const { path, text } of generatedModules()) await write(path, text);
const specs = join(packageRoot(), "specs");
const record = join(packageRoot(), committedRecord);
const { values } = parseArgs({
  options: { record: { type: "boolean" }, "record-learning": { type: "boolean" } },
});

if (values.record) {
  const latest = join(packageRoot(), latestRecord);
  readRecord(latest);
  await mkdir(dirname(record), { recursive: true });
  await write(record, readFileSync(latest, "utf8"));
}
const learning = join(packageRoot(), committedLearning);
if (values["record-learning"]) {
  const latest = join(packageRoot(), latestLearning);
  readLearning(latest);
  await write(learning, readFileSync(latest, "utf8"));
}
await write(join(packageRoot(), "docs", "losses.md"), learningPage(readLearning(learning)));
await write(join(packageRoot(), "docs", "operations.md"), operationsPage(readRecord(record)));
await write(join(packageRoot(), "docs", "cheat-sheet.md"), cheatSheet());
await write(join(packageRoot(), "docs", "networks.md"), networksPage());
await mkdir(join(packageRoot(), "docs", "gallery"), { recursive: true });
for (const { path, text } of galleryFiles()) await write(join(packageRoot(), "docs", path), text);
await write(join(packageRoot(), "docs", "emitted-u-net.md"), await emittedPage());
await write(join(specs, "diagnostics", "README.md"), diagnosticsIndex());
for (const page of operationPages()) await write(page.path, withArguments(page));
await write(join(operationsFolder, "README.md"), operationsIndex());
for (const entry of learningEntries()) await write(entry.path, learningEntryPage(entry));
await write(join(learningFolder, "README.md"), learningIndex());
for (const name of readdirSync(specs, { recursive: true, encoding: "utf8" })) {
  if (name.endsWith(".md")) await write(join(specs, name), withMessages(join(specs, name)));
}
for (const { path, text } of generatedModules()) await write(path, text);

async function write(page: string, text: string): Promise<void> {
  await writeFile(`${page}.new`, text);
  await rename(`${page}.new`, page);
}
