/** Writes what is made from definitions and programs: documentation pages, and the messages that pages in specs/ show. */
import { readdirSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";
import { diagnosticsIndex } from "./diagnostics-index.ts";
import { operationsPage } from "./operations-page.ts";
import { withMessages } from "./spec-messages.ts";

const specs = join(packageRoot(), "specs");

await write(join(packageRoot(), "docs", "operations.md"), operationsPage());
await write(join(specs, "diagnostics", "README.md"), diagnosticsIndex());
for (const name of readdirSync(specs, { recursive: true, encoding: "utf8" })) {
  if (name.endsWith(".md")) await write(join(specs, name), withMessages(join(specs, name)));
}

async function write(page: string, text: string): Promise<void> {
  await writeFile(`${page}.new`, text);
  await rename(`${page}.new`, page);
}
