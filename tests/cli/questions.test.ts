import { join } from "node:path";
import { describe } from "vitest";
import { packageRoot } from "../../tools/host/package-root.ts";
import { runConsoles } from "./console-page.ts";

describe("the page of questions", () => runConsoles(join(packageRoot(), "specs", "questions.md")));
