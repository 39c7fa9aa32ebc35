import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { licenceNotices } from "../../tools/build/licences.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "fcn-licences-"));
  addPackage(
    "@scope/parser",
    { license: "Apache-2.0" },
    { "LICENSE.txt": "Apache text", NOTICE: "By somebody" },
  );
  addPackage("@scope/parser/node_modules/inner", { license: "MIT" }, { LICENSE: "MIT text" });
  addPackage("plain", { license: "ISC" }, {});
  addPackage("unlicensed", {}, {});
});

afterAll(() => rmSync(root, { recursive: true }));

function addPackage(name: string, about: object, files: Readonly<Record<string, string>>): void {
  const folder = join(root, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: name.split("/node_modules/").at(-1), version: "1.2.3", ...about }),
  );
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

test("each bundled package is named once with its licence texts, packages inside packages too", () => {
  const notices = licenceNotices(root, [
    "tools/cli/main.ts",
    "node_modules/plain/index.js",
    "node_modules/@scope/parser/lib/a.js",
    "node_modules/@scope/parser/lib/b.js",
    "node_modules/@scope/parser/node_modules/inner/index.js",
  ]);
  expect(notices.match(/^\S+ 1\.2\.3 \(.*\)$/gm)).toEqual([
    "@scope/parser 1.2.3 (Apache-2.0)",
    "inner 1.2.3 (MIT)",
    "plain 1.2.3 (ISC)",
  ]);
  for (const text of ["Apache text", "By somebody", "MIT text"]) expect(notices).toContain(text);
});

test("a package that states no licence is not bundled", () => {
  expect(() => licenceNotices(root, ["node_modules/unlicensed/index.js"])).toThrow(
    /unlicensed states no licence/,
  );
});
