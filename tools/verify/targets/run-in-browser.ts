/** An emitted module bundled for the browser and run in Chromium, without a window. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../host/package-root.ts";
import { driverText } from "./typescript-driver.ts";

const run = promisify(execFile);

export async function hasChromium(): Promise<boolean> {
  return run("chromium", ["--version"]).then(
    () => true,
    () => false,
  );
}

/**
 * @param script the body of an asynchronous function of `driver` (typescript-driver.ts), on the cpu backend; its result must be JSON
 * @throws Error where the page does
 */
export async function runInBrowser(
  { name, text }: { readonly name: string; readonly text: string },
  script: string,
): Promise<unknown> {
  const { build } = await import("esbuild");
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "browser-"));
  try {
    await writeFile(join(folder, name), text);
    await writeFile(join(folder, "driver.js"), driverText(name.replace(/\.ts$/, ""), true));
    await writeFile(
      join(folder, "page.js"),
      `import { open } from "./driver.js";
      const show = (text) => { document.body.textContent = text; };
      open("cpu").then(async (driver) => {${script}}).then((found) => show("RESULT " + JSON.stringify(found)), (error) => show("ERROR " + error));`,
    );
    const entry = join(folder, "page.js");
    const outfile = join(folder, "bundle.js");
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      minify: true,
      format: "iife",
      logLevel: "error",
    });
    const page = join(folder, "page.html");
    await writeFile(page, '<!doctype html><meta charset="utf-8"><body><script src="bundle.js"></script>');
    const switches = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      `--user-data-dir=${join(folder, "profile")}`,
    ];
    const time = "--virtual-time-budget=60000";
    const { stdout } = await run("chromium", [...switches, time, "--dump-dom", pathToFileURL(page).href], {
      maxBuffer: 2 ** 26,
    });
    const [, result] = /<body>RESULT (.*?)<\/body>/s.exec(stdout) ?? [];
    if (result === undefined) throw new Error(`the page shows no result: ${stdout.slice(-500)}`);
    return JSON.parse(result);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
