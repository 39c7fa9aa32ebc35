/** Writes the documentation pages that are made from definitions. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../host/package-root.ts";
import { operationsPage } from "./operations-page.ts";

const page = join(packageRoot(), "docs", "operations.md");
await writeFile(`${page}.new`, operationsPage());
await rename(`${page}.new`, page);
