/** The package as a user gets it: packed, put into an empty folder beside the dependencies that it names, run there. */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../tools/host/package-root.ts";
import { python } from "../../tools/verify/targets/pytorch-driver.ts";

const run = promisify(execFile);
const minutes = 60_000;
let folder: string;
let home: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fcn-package-"));
  home = join(folder, "home");
  mkdirSync(home);
  // prepack builds dist/ from the sources, so that what is tested is what is here.
  await run("npm", ["pack", "--pack-destination", folder, "--loglevel", "error"], { cwd: packageRoot() });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no package");
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  await unpack(join(folder, tarball));
}, 10 * minutes);

/**
 * Its files, a link to its command, and links to what it depends on: of the packages that are installed here it finds these and no
 * others. `npm run verify:new-user` installs it from the registry.
 */
async function unpack(tarball: string): Promise<void> {
  const modules = join(home, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", modules]);
  renameSync(join(modules, "package"), installed());
  const { bin, dependencies } = JSON.parse(readFileSync(installed("package.json"), "utf8")) as {
    readonly bin: Readonly<Record<string, string>>;
    readonly dependencies: Readonly<Record<string, string>>;
  }; // as npm requires them
  for (const [name, file] of Object.entries(bin))
    symlinkSync(join("..", "fcn-lang", file), join(modules, ".bin", name));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(packageRoot(), "node_modules", name), join(modules, name));
  }
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the installed command as npx finds it. */
const start = (...words: readonly string[]) =>
  run(join(home, "node_modules", ".bin", "fcn"), words, {
    cwd: home,
    env: { ...process.env, FCN_PYTHON: python }, // doctor asks it for PyTorch
  });

/** What it prints, when it ends well. */
async function fcn(...words: readonly string[]): Promise<string> {
  return (await start(...words)).stdout;
}

function installed(...parts: readonly string[]): string {
  return join(home, "node_modules", "fcn-lang", ...parts);
}

test("the package holds the programs, the prelude, the examples and the licences, and no source of ours in TypeScript", () => {
  for (const file of [
    "dist/fcn.js",
    "dist/decode-worker.js",
    "dist/types/compiler/index.d.ts",
    "compiler/prelude",
    "examples/u-net.fcn",
    "LICENSE",
  ]) {
    expect(existsSync(installed(file)), file).toBe(true);
  }
  expect(existsSync(installed("tools"))).toBe(false);
  const notices = readFileSync(installed("dist", "THIRD_PARTY_LICENSES.txt"), "utf8");
  for (const bundled of ["chevrotain", "commander"])
    expect(notices).toMatch(new RegExp(`^${bundled} \\d`, "m"));
});

test("npx fcn --help names the commands", async () => {
  const { stdout: help } = await run("npx", ["--no-install", "fcn", "--help"], { cwd: home });
  for (const command of ["check", "inspect", "diagram", "train", "evaluate", "predict", "format", "doctor"]) {
    expect(help).toContain(command);
  }
});

test("check and diagram work, on a program that imports the prelude too, without TensorFlow.js or an image codec", async () => {
  const modules = join(home, "node_modules");
  const heavy = ["@tensorflow", "sharp", "fast-png"].filter((name) => existsSync(join(modules, name)));
  expect(heavy).toContain("@tensorflow");
  const aside = join(folder, "aside");
  mkdirSync(aside);
  for (const name of heavy) renameSync(join(modules, name), join(aside, name));
  try {
    for (const example of ["u-net", "fcn-8s"]) {
      const program = installed("examples", `${example}.fcn`);
      await fcn("check", program);
      await fcn("diagram", program, "-o", `${example}.dot`);
      expect(readFileSync(join(home, `${example}.dot`), "utf8")).toMatch(/^digraph /);
    }
  } finally {
    for (const name of heavy) renameSync(join(aside, name), join(modules, name));
  }
});

test(
  "a program of one's own does what the page about it says",
  async () => {
    const page = readFileSync(join(packageRoot(), "docs", "library.md"), "utf8");
    const blocks = [...page.matchAll(/^```\w+ (file|output)=(\S+)\n([\s\S]*?)^```$/gm)];
    for (const [, kind, name = "", text = ""] of blocks)
      if (kind === "file") writeFileSync(join(home, name), text);
    await fcn("data", "synth", "scenes", "--count", "10", "--size", "32x32");
    const programs = blocks.filter(([, kind]) => kind === "output");
    expect(programs.map(([, , name]) => name)).toEqual(["session.mjs", "train.mjs", "compile.mjs"]);
    for (const [, , name = "", text] of programs) {
      const { stdout } = await run(process.execPath, [name], { cwd: home });
      expect(stdout, name).toBe(text);
    }
  },
  2 * minutes,
);

test(
  "the types of the doors are complete, and fit a program in TypeScript",
  async () => {
    writeFileSync(
      join(home, "program.ts"),
      `import { type Diagnostic, loadNetwork, openSession, ProgramError } from "fcn-lang";
import { compile, hasCode, type Graph } from "fcn-lang/compiler";
import { parse, type Program } from "fcn-lang/grammar";
import type { MapBatch, Session } from "fcn-lang/runtime";
import { sarifLog } from "fcn-lang/views";

const graph: Graph = loadNetwork("seg.fcn").network.graph;
const program: Program = parse("", "a.fcn").program;
const nearest = (one: Diagnostic): string | undefined =>
  hasCode(one, "names/unknown") ? one.facts.nearest : undefined;
export const session: Promise<Session> = openSession(loadNetwork("seg.fcn").network);
export const map: MapBatch = { shape: [1, 2, 2, 1], data: new Float32Array(4) };
// @ts-expect-error: a feature map has four axes
export const wrong: MapBatch = { shape: [1, 2], data: new Float32Array(2) };
export { compile, graph, nearest, ProgramError, program, sarifLog };
`,
    );
    const compiler = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
    const types = join(packageRoot(), "node_modules", "@types");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--lib", "es2023"];
    await run(
      process.execPath,
      [compiler, ...options, "--typeRoots", types, "--types", "node", "program.ts"],
      {
        cwd: home,
      },
    ).catch((error: { readonly stdout: string }) => expect(error.stdout).toBe(""));
  },
  2 * minutes,
);

test("the page about a message comes with the package", async () => {
  expect(await fcn("check", "--explain", "names/unknown")).toMatch(/^names\/unknown: /);
});

test("a mistake is reported and the exit code is 1", async () => {
  writeFileSync(
    join(home, "wrong.fcn"),
    "network N {\n  input image [1, H, W]\n  convv(2, 1x1)\n  output labels\n}\n",
  );
  const failed = await fcn("check", "wrong.fcn").then(
    () => undefined,
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );
  expect(failed?.code).toBe(1);
  expect(`${failed?.stdout}${failed?.stderr}`).toMatch(/wrong\.fcn:3:3/);
});

test(
  "without ONNX Runtime networks run on wasm, and doctor says how to add the native engine, which then takes them",
  async () => {
    writeFileSync(
      join(home, "tiny.fcn"),
      "network T {\n  input x [1, H, W]\n  conv(2, 3x3)\n  output y\n}\n",
    );
    const measure = () => start("field", "tiny.fcn", "--size", "8x8", "--images", "1");
    const about = await fcn("doctor");
    expect(about).toContain("--engine auto takes wasm");
    expect(about).toContain("ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0");
    expect((await measure()).stderr).toContain("engine wasm on CPU");
    // The one that is installed here; npm run verify:new-user does what doctor says.
    const ours = join(packageRoot(), "node_modules", "onnxruntime-node");
    symlinkSync(ours, join(home, "node_modules", "onnxruntime-node"));
    expect(await fcn("doctor")).toContain("--engine auto takes native");
    expect((await measure()).stderr).toContain("engine native on CPU");
  },
  10 * minutes,
);
