/** What a run keeps of itself: its record, copies of its program, the checkpoints of the last epochs, event files of TensorBoard. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCheckpoint } from "../../runtime/training/checkpoint.ts";
import { readRecord } from "../../runtime/training/record/run-record.ts";
import { relativePaths } from "../../runtime/training/record/source-copy.ts";
import { decodeEvent } from "../../runtime/training/tensorboard/messages.ts";
import { crc32c, decodeRecords, encodeRecord } from "../../runtime/training/tensorboard/record-file.ts";
import { logOf, scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

const epochs = (count: number) =>
  ({ ...tinyConfiguration, epochs: count, schedule: [{ kind: "constant" }] }) as const;
const files = [
  { path: join("/", "home", "nets", "tiny.fcn"), text: "network Tiny { }\n" },
  { path: join("/", "home", "lib", "blocks.fcn"), text: "block B { }\n" },
];

describe("a run's folder", () => {
  it("has the program, settings, versions, engine and seed, without absolute paths, and a part for each start", async () => {
    await trainTiny(folder, "record", { configuration: epochs(1), files });
    const out = join(folder, "record");
    expect(readFileSync(join(out, "source", "nets", "tiny.fcn"), "utf8")).toBe("network Tiny { }\n");
    expect(readFileSync(join(out, "source", "lib", "blocks.fcn"), "utf8")).toBe("block B { }\n");
    expect(readFileSync(join(out, "run.json"), "utf8")).not.toContain(folder);
    const first = await readRecord(join(out, "run.json"));
    expect(first).toMatchObject({
      network: "Tiny",
      seed: 7,
      settings: { "optimizer.learning_rate": "0.01", batch: "4" },
      source: { files: ["nets/tiny.fcn", "lib/blocks.fcn"] },
      engine: { name: "wasm" },
      versions: { node: process.version, fcn: "0.0.0" },
      parts: [{ step: 0 }],
    });
    await trainTiny(folder, "record", { configuration: epochs(2), mode: "resume", files: files.slice(0, 1) });
    const second = await readRecord(join(out, "run.json"));
    expect(second?.parts).toMatchObject([first?.parts[0], { step: 4 }]);
    expect(existsSync(join(out, "source", "nets"))).toBe(false);
    expect(existsSync(join(out, "source", "tiny.fcn"))).toBe(true);
  });

  it("keeps the checkpoints of the last epochs, as many as asked, each as it was written", async () => {
    const kept = () => readdirSync(join(folder, "kept", "checkpoints")).sort();
    await trainTiny(folder, "kept", { configuration: epochs(4), keptCheckpoints: 2 });
    expect(kept()).toEqual(["epoch-0003.safetensors", "epoch-0004.safetensors"]);
    const third = join(folder, "kept", "checkpoints", "epoch-0003.safetensors");
    expect((await readCheckpoint(third)).state).toMatchObject({ epoch: 3, step: 12, stepInEpoch: 0 });
    await trainTiny(folder, "kept", { configuration: epochs(5), keptCheckpoints: 2, mode: "resume" });
    expect(kept()).toEqual(["epoch-0004.safetensors", "epoch-0005.safetensors"]);
    await trainTiny(folder, "kept", { configuration: epochs(1), mode: "overwrite" });
    expect(kept()).toEqual(["epoch-0001.safetensors"]);
  });

  it("a checkpoint of an earlier epoch, put in the place of the last, gives the same run again", async () => {
    await trainTiny(folder, "back", { configuration: epochs(3) });
    const end = await readCheckpoint(join(folder, "back", "checkpoint.safetensors"));
    const earlier = join(folder, "back", "checkpoints", "epoch-0002.safetensors");
    writeFileSync(join(folder, "back", "checkpoint.safetensors"), readFileSync(earlier));
    await trainTiny(folder, "back", { configuration: epochs(3), mode: "resume" });
    const again = await readCheckpoint(join(folder, "back", "checkpoint.safetensors"));
    expect(again.weights).toEqual(end.weights);
  });

  it("is refused where a folder `source` holds files of somebody else, which stay", async () => {
    mkdirSync(join(folder, "other", "source"), { recursive: true });
    writeFileSync(join(folder, "other", "source", "mine.fcn"), "mine");
    for (const mode of ["new", "overwrite"] as const)
      await expect(trainTiny(folder, "other", { configuration: epochs(1), files, mode })).rejects.toThrow(
        /mine\.fcn is not part of a run/,
      );
    expect(readFileSync(join(folder, "other", "source", "mine.fcn"), "utf8")).toBe("mine");
  });
});

describe("copies of a program", () => {
  it("lie to each other as the files do", () => {
    const at = (...paths: string[]) => relativePaths(paths.map((path) => ({ path })));
    expect(at("a/x.fcn")).toEqual(["x.fcn"]);
    expect(at("a/x.fcn", "b.fcn", "a/c/d.fcn")).toEqual(["a/x.fcn", "b.fcn", "a/c/d.fcn"]);
    expect(at("net.fcn", "../lib/b.fcn").map((path) => path.split("/").at(-1))).toEqual(["net.fcn", "b.fcn"]);
  });
});

describe("event files of TensorBoard", () => {
  it("hold the log's losses, rates and metrics by step, and say from where a resumed run counts again", async () => {
    await trainTiny(folder, "events", { configuration: epochs(1), tensorboard: true });
    await trainTiny(folder, "events", { configuration: epochs(2), tensorboard: true, mode: "resume" });
    const events = join(folder, "events", "tensorboard");
    const parts = readdirSync(events)
      .sort()
      .map((name) => decodeRecords(readFileSync(join(events, name))).map(decodeEvent));
    expect(parts).toHaveLength(2);
    for (const [i, part] of parts.entries()) {
      expect(part[0]).toMatchObject({ file_version: "brain.Event:2", step: 0 });
      expect(part[1]).toMatchObject({ session_log: { status: 1 }, step: 4 * i + 1 });
    }
    const written = parts.flat().filter(({ summary }) => summary !== undefined);
    const log = logOf(folder, "events");
    expect(written.map(({ step }) => step)).toEqual(log.map(({ step }) => step));
    for (const [i, line] of log.entries()) {
      const values = new Map(written[i]?.summary?.value.map(({ tag, simple_value }) => [tag, simple_value]));
      expect(line.kind === "steps" || "validation_loss" in line).toBe(true);
      if (line.kind === "steps") {
        expect(values.get("loss/training")).toBe(Math.fround(line.loss ?? 0));
        expect(values.get("learning rate")).toBe(Math.fround(0.01));
        expect(values.get("labels mean_iou/training")).toBe(
          Math.fround(line.training?.labels?.mean_iou ?? 0),
        );
      } else if ("validation_loss" in line) {
        expect(values.get("loss/validation")).toBe(Math.fround(line.validation_loss ?? 0));
        expect(values.get("labels mean_iou/validation")).toBe(
          Math.fround(line.outputs?.labels?.mean_iou ?? 0),
        );
        expect(values.get("labels IoU of classes/disc")).toBe(Math.fround(line.class_iou?.labels?.[1] ?? 0));
      }
    }
  });

  it("have the checksums of the format, and a reader notices a changed byte", () => {
    // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, and 0 to 31.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    const record = encodeRecord(Buffer.from("a record"));
    expect(decodeRecords(record).map(String)).toEqual(["a record"]);
    expect(decodeRecords(Buffer.concat([record, record.subarray(0, 14)])).map(String)).toEqual(["a record"]);
    for (const at of [3, 9, 15, record.length - 1]) {
      const changed = Buffer.from(record);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => decodeRecords(changed), `byte ${at}`).toThrow("checksum");
    }
  });
});
