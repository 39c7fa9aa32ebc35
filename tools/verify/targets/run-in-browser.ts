/** Modules bundled for the browser and run in Chromium, without a window. */
import { execFile, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { packageRoot } from "../../host/package-root.ts";
import type { Exercise, Exercised } from "./exercise.ts";
import { driverText } from "./typescript-driver.ts";

const run = promisify(execFile);

export async function hasChromium(): Promise<boolean> {
  return run("chromium", ["--version"]).then(
    () => true,
    () => false,
  );
}

/** How a page gets WebGL and WebGPU on a machine without a GPU. */
const software = [
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

/** What a page may take; SwiftShader compiles a shader for each shape. */
const patience = 300_000;

export interface Page {
  /** Modules beside the script, by name; TensorFlow.js is found from them. */
  readonly modules: ReadonlyMap<string, string>;
  /** A module with an asynchronous function `run`, whose result must be JSON. */
  readonly script: string;
  /** What the page can fetch beside itself. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Whether it has WebGL and WebGPU, computed in software. */
  readonly gpu?: boolean;
}

/** @throws Error where the page does, or does not end */
export async function runPage({ modules, script, files = new Map(), gpu = false }: Page): Promise<unknown> {
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "browser-"));
  const results = new EventEmitter();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const name = (request.url ?? "").slice(1);
    if (name === "result") {
      void text(request).then((body) => results.emit("result", body));
      response.end();
      return;
    }
    const file = files.get(decodeURIComponent(name));
    response.writeHead(file === undefined ? 404 : 200, { "content-type": typeOf(name) });
    response.end(file);
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  try {
    files = new Map([
      ...files,
      ["", Buffer.from('<!doctype html><meta charset="utf-8"><body><script src="bundle.js"></script>')],
      ["bundle.js", await bundled(folder, modules, script)],
    ]);
    const switches = [
      "--headless",
      "--no-sandbox",
      ...(gpu ? software : ["--disable-gpu"]),
      `--user-data-dir=${join(folder, "profile")}`,
    ];
    const browser = spawn("chromium", [...switches, `http://127.0.0.1:${port}/`], { stdio: "ignore" });
    const ended = once(browser, "exit");
    try {
      const signal = AbortSignal.timeout(patience);
      const [body] = (await once(results, "result", { signal })) as [string]; // what the page posts
      const { found, error } = JSON.parse(body) as { readonly found?: unknown; readonly error?: string };
      if (error !== undefined) throw new Error(`the page failed: ${error}`);
      return found;
    } finally {
      browser.kill();
      await ended;
    }
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function bundled(
  folder: string,
  modules: ReadonlyMap<string, string>,
  script: string,
): Promise<Uint8Array> {
  const { build } = await import("esbuild");
  for (const [name, code] of modules) await writeFile(join(folder, name), code);
  const entry = join(folder, "page.js");
  await writeFile(
    entry,
    `${script}
    const post = (body) => fetch("/result", { method: "POST", body: JSON.stringify(body) });
    run().then((found) => post({ found }), (error) => post({ error: String(error.stack ?? error) }));`,
  );
  const outfile = join(folder, "bundle.js");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format: "iife",
    logLevel: "error",
  });
  return readFile(outfile);
}

function typeOf(name: string): string {
  if (name === "") return "text/html";
  return name.endsWith(".js") ? "text/javascript" : "application/octet-stream";
}

/**
 * An emitted module exercised on a backend of TensorFlow.js in Chromium; WebGL and WebGPU are computed in software.
 *
 * @param file its weights
 */
export async function exerciseInBrowser(
  { name, text: code }: { readonly name: string; readonly text: string },
  backend: "webgl" | "webgpu",
  file: Uint8Array,
  exercise: Exercise,
): Promise<Exercised> {
  const found = await runPage({
    modules: new Map([
      [name, code],
      ["driver.js", driverText(name.replace(/\.ts$/, ""), true)],
    ]),
    script: `import "@tensorflow/tfjs-backend-webgpu";
    import { open } from "./driver.js";
    import { exercised } from ${JSON.stringify(join(packageRoot(), "tools", "verify", "targets", "exercise.ts"))};
    const run = async () => {
      const file = new Uint8Array(await (await fetch("weights.safetensors")).arrayBuffer());
      return exercised(await open("${backend}"), file, await (await fetch("exercise.json")).json());
    };`,
    files: new Map([
      ["weights.safetensors", file],
      ["exercise.json", Buffer.from(JSON.stringify(exercise))],
    ]),
    gpu: true,
  });
  return found as Exercised; // what the script returns
}
