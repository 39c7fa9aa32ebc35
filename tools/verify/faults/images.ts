/** Hostile images: each is read right or refused by name, the others beside it are predicted, and nothing fills the memory. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Random } from "../../../runtime/random.ts";
import type { Failure, FaultGroup, FaultReport, FaultSetting } from "./fault-group.ts";
import { type HostileImage, hostileImages, wholeImages } from "./files/hostile-images.ts";
import { type CommandRun, looksInternal, runCommand } from "./run-command.ts";

/** For a whole folder of images; each is small, and the large ones are refused by their headers. */
const mostSeconds = 15;
const mostBytes = 2 ** 30;
/** What a prediction may take; the rest is for the program. */
const allowed = "500MB";
const mutantsInFolder = 60;

const program = `network Small(width = 4) {
  input image [3, H, W]
  conv(width, 3x3) relu
  conv(3, 1x1)
  output copy
}

train Small {
  data      folder("scenes", images = "images/train/*.png", validate = 25%)
  targets   image
  epochs    1
}
`;

async function run({ short, seed, folder }: FaultSetting): Promise<FaultReport> {
  writeFileSync(join(folder, "small.fcn"), program);
  let [seconds, bytes] = [0, 0];
  const command = async (...words: readonly string[]): Promise<CommandRun> => {
    const ended = await runCommand(words, { cwd: folder, processorSeconds: 2 * mostSeconds });
    seconds = Math.max(seconds, ended.processorSeconds ?? 0);
    bytes = Math.max(bytes, ended.peakBytes ?? 0);
    return ended;
  };
  for (const words of [
    ["data", "synth", "scenes", "--count", "4", "--size", "16x16"],
    ["train", "small.fcn", "--engine", "wasm", "--out", "run"],
  ]) {
    const made = await command(...words);
    if (made.status !== 0) throw new Error(`${words.join(" ")} failed: ${made.stderr}`);
  }
  [seconds, bytes] = [0, 0];
  const images = await hostileImages();
  mkdirSync(join(folder, "hostile"));
  for (const image of images) writeFileSync(join(folder, "hostile", image.name), image.bytes);
  const piped = spawnSync("mkfifo", [join(folder, "hostile", "pipe.png")]).status === 0;
  const failures: Failure[] = [];
  const predict = ["--weights", "run/weights.safetensors", "--engine", "wasm", "--memory", allowed, "--out"];
  const seen = await command("predict", "small.fcn", "hostile", ...predict, "out");
  failures.push(...judgeRun("predict, all in one folder", seen), ...judgeEach(images, seen, folder));
  if (piped && !/pipe\.png is a pipe/.test(seen.stderr))
    failures.push({ tried: "a pipe", saw: "it is not named" });
  const folders = short ? 1 : 40;
  failures.push(
    ...(await tryMutants(folders, seed, folder, (from, out) =>
      command("predict", "small.fcn", from, ...predict, out),
    )),
  );
  failures.push(...(await judgeData(images, folder, command)));
  return {
    tried: images.length + (piped ? 1 : 0) + folders * mutantsInFolder + images.length,
    failures,
    notes: [
      `the most for one folder: ${seconds.toFixed(1)} s of processor time, ${Math.round(bytes / 1e6)} MB`,
    ],
  };
}

/** Ended by itself, within its limits, with a status that means what it says. */
function judgeRun(tried: string, ended: CommandRun): readonly Failure[] {
  if (looksInternal(ended) || ended.signal !== null)
    return [{ tried, saw: `${ended.signal ?? ended.status}: ${ended.stderr.slice(-600)}` }];
  if ((ended.processorSeconds ?? 0) > mostSeconds)
    return [{ tried, saw: `${ended.processorSeconds} s of processor time` }];
  if ((ended.peakBytes ?? 0) > mostBytes) return [{ tried, saw: `${ended.peakBytes} bytes` }];
  return [];
}

/** What is good is predicted, what is not is refused in the right words and listed at the end. */
function judgeEach(images: readonly HostileImage[], ended: CommandRun, folder: string): readonly Failure[] {
  const stems = new Map<string, number>();
  for (const { name } of images) stems.set(stemOf(name), (stems.get(stemOf(name)) ?? 0) + 1);
  return images.flatMap(({ name, refused }): readonly Failure[] => {
    const called = stems.get(stemOf(name)) === 1 ? stemOf(name) : name;
    // one file for the pages of a stack
    const predicted = [".png", ".tif"].some((type) =>
      existsSync(join(folder, "out", `${called}.copy${type}`)),
    );
    const listed = ended.stderr.includes(`\n  ${join("hostile", name)}\n`);
    const said = ended.stderr
      .split("\n")
      .findLast(
        (line) => line.includes(`${join("hostile", name)} `) || line.includes(`${join("hostile", name)}:`),
      );
    const right =
      refused === undefined ? predicted && !listed : !predicted && listed && refused.test(said ?? "");
    return right ? [] : [{ tried: name, saw: `predicted: ${predicted}, listed: ${listed}, said: ${said}` }];
  });
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

/** As training data: the look at the data names every bad file. */
async function judgeData(
  images: readonly HostileImage[],
  folder: string,
  command: (...words: readonly string[]) => Promise<CommandRun>,
): Promise<readonly Failure[]> {
  writeFileSync(
    join(folder, "hostile.fcn"),
    program.replace('"scenes", images = "images/train/*.png"', '"hostile", images = "*.*"'),
  );
  const ended = await command("data", "check", "hostile.fcn", "--json");
  const wrong = judgeRun("data check", ended);
  if (wrong.length > 0) return wrong;
  // Of these a search by pattern finds all but the pipe; pixels that are missing are found by decoding.
  // A stack is predicted page by page, and is no image of a pair.
  const bad = images.filter(({ name, refused }) => refused !== undefined || name === "pages.tif").length;
  const { problems } = JSON.parse(ended.stdout) as { problems: readonly { code: string; count: number }[] }; // what --json prints
  const found = problems
    .filter(({ code }) => code === "data/unreadable" || code === "data/empty")
    .reduce((sum, { count }) => sum + count, 0);
  return found === bad ? [] : [{ tried: "data check", saw: `${found} unreadable files in place of ${bad}` }];
}

/** Whole files with some bytes changed at random: whatever they are now, they are read or refused. */
async function tryMutants(
  folders: number,
  seed: number,
  folder: string,
  predict: (images: string, out: string) => Promise<CommandRun>,
): Promise<readonly Failure[]> {
  const random = new Random(seed, "mutated images");
  const whole = await wholeImages();
  const failures: Failure[] = [];
  for (let n = 0; n < folders; n++) {
    const from = `mutants ${n}`;
    mkdirSync(join(folder, from));
    for (let i = 0; i < mutantsInFolder; i++) {
      const [name, bytes] = whole[i % whole.length] ?? ["", Buffer.alloc(0)];
      writeFileSync(join(folder, from, `${i} ${name}`), mutate(bytes, random));
    }
    const tried = `seed ${seed}, ${from}`;
    const ended = await predict(from, `predicted ${n}`);
    const predicted = ended.stdout.split("\n").filter((line) => line !== "").length;
    // of a stack, pages are listed
    const listed = Array.from(ended.stderr.matchAll(/^ {2}(mutants .*?)(?:#\d+)?$/gm), ([, file]) => file);
    const bad = new Set(listed).size;
    const wrong = judgeRun(tried, ended);
    failures.push(...wrong);
    if (wrong.length === 0 && bad + predicted !== mutantsInFolder)
      failures.push({ tried, saw: `${predicted} predicted and ${bad} bad of ${mutantsInFolder}` });
  }
  return failures;
}

/** Half of the changes are among the first 64 bytes, where headers are. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = Uint8Array.from(bytes);
  const changes = 1 + random.integer(8);
  for (let change = 0; change < changes; change++) {
    const within = random.integer(2) === 0 ? Math.min(64, mutant.length) : mutant.length;
    mutant[random.integer(within)] = random.integer(256);
  }
  return mutant;
}

export const images: FaultGroup = {
  name: "images",
  survives:
    "a bad image is refused by its name and for its reason, and the good ones are predicted; at most 15 s of processor time and 1 GiB for a folder",
  run,
};
