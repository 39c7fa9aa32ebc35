import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, expect, it } from "vitest";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { checkOutputFile, checkOutputFolder, makeOutputFolder } from "../../runtime/files/output-place.ts";
import { UserError } from "../../runtime/user-error.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "fcn-files-"));
const file = join(folder, "file.txt");
writeFileSync(file, "x");
symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
execFileSync("mkfifo", [join(folder, "pipe.svg")]);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("lets pass a folder that is there, and one that can be made, and makes neither", async () => {
  await checkOutputFolder(folder);
  await checkOutputFolder(join(folder, "a", "b", "c"));
  expect(existsSync(join(folder, "a"))).toBe(false);
});

it("refuses a folder where a file, a file above, a link to nothing or too long a name is in the way", async () => {
  await expect(checkOutputFolder(file)).rejects.toThrow(
    `${file} cannot be written: it is a file, not a folder`,
  );
  await expect(checkOutputFolder(join(file, "a", "b"))).rejects.toThrow(`${file} is a file, not a folder`);
  await expect(checkOutputFolder(join(folder, "dangling"))).rejects.toThrow("a symbolic link to nothing");
  await expect(checkOutputFolder(join(folder, "n".repeat(300)))).rejects.toThrow("its name is too long");
});

it("makes a folder, or says in words why not", async () => {
  makeOutputFolder(join(folder, "made", "deep"));
  makeOutputFolder(join(folder, "made", "deep"));
  expect(existsSync(join(folder, "made", "deep"))).toBe(true);
  expect(() => makeOutputFolder(join(file, "deep"))).toThrow(UserError);
  expect(() => makeOutputFolder(file)).toThrow("it is a file, not a folder");
  expect(() => makeOutputFolder("/proc/fcn")).toThrow("no folder can be made there"); // Node 20's recursion hangs on it
});

it("refuses a file whose folder is missing or a file, and one that a folder, a pipe or a device stands for", async () => {
  await checkOutputFile(join(folder, "new.svg"));
  await checkOutputFile(file);
  const none = join(folder, "none", "x.svg");
  await expect(checkOutputFile(none)).rejects.toThrow(`the folder ${join(folder, "none")} does not exist`);
  await expect(checkOutputFile(join(file, "x.svg"))).rejects.toThrow("is not a folder");
  await expect(checkOutputFile(folder)).rejects.toThrow("it is a folder");
  await expect(checkOutputFile(join(folder, "pipe.svg"))).rejects.toThrow("a pipe");
  await expect(checkOutputFile("/dev/null")).rejects.toThrow("a device");
});

/** What a user who is not the superuser reads: that one may write everywhere, so the system refuses its tests nothing. */
async function toldAsUser(call: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as place from "./runtime/files/output-place.ts";
        await place.${call}.then(() => console.log("accepted"), ({ message }) => console.log(message));`,
      resolveDir: packageRoot(),
    },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  // As text, since another user may not read the sources.
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-"], {
    input: outputFiles[0]?.text ?? "",
    encoding: "utf8",
    cwd: "/",
    ...(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}), // nobody
  });
  return `${stdout}${stderr}`;
}

it.skipIf(process.platform === "win32")("refuses what the permissions forbid", async () => {
  const closed = join(folder, "closed");
  const open = join(folder, "open");
  for (const [path, mode] of [
    [folder, 0o755],
    [closed, 0o555],
    [open, 0o777],
  ] as const) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
  }
  expect(await toldAsUser(`checkOutputFolder(${JSON.stringify(join(closed, "a"))})`)).toContain(
    "permission denied",
  );
  expect(await toldAsUser(`checkOutputFile(${JSON.stringify(join(closed, "a.svg"))})`)).toContain(
    "permission denied",
  );
  expect(await toldAsUser(`checkOutputFile(${JSON.stringify(join(open, "a.svg"))})`)).toBe("accepted\n");
});

it("a file below a file is an error in words, not a failure to tidy up", async () => {
  await expect(writeAtomically(join(file, "x"), [])).rejects.toThrow(UserError);
  await expect(writeAtomically(join(file, "x"), [])).rejects.toThrow("is a file, not a folder");
});
