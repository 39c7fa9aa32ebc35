import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WeightArray } from "../../runtime/arrays.ts";
import { UserError } from "../../runtime/user-error.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  type WeightFile,
  writeSafetensors,
} from "../../runtime/weights/safetensors.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "safetensors-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file from a header and data, so that tests can break either. */
function file(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const weightFiles: fc.Arbitrary<WeightFile> = fc
  .tuple(
    fc.uniqueArray(
      fc.tuple(
        fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__"),
        fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
      ),
      { selector: ([name]) => name, maxLength: 5 },
    ),
    fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant("__proto__")), fc.string()), { maxLength: 4 }),
    fc.infiniteStream(fc.float({ noNaN: true, noDefaultInfinity: true })),
  )
  .map(([tensors, metadata, values]) => ({
    weights: new Map<string, WeightArray>(
      tensors.map(([name, shape]) => {
        const count = shape.reduce((product, extent) => product * extent, 1);
        return [name, { shape, data: Float32Array.from({ length: count }, () => values.next().value ?? 0) }];
      }),
    ),
    metadata: new Map(metadata),
  }));

function plain({ weights, metadata }: WeightFile): unknown {
  const bits = (data: Float32Array) => [...new Uint32Array(data.slice().buffer)].map((word) => word >>> 0);
  return {
    weights: [...weights]
      .map(([name, { shape, data }]) => ({ name, shape: [...shape], bits: bits(data) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    metadata: [...metadata].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

describe("safetensors", () => {
  it("gives back every weight bit for bit, and the metadata", () => {
    fc.assert(
      fc.property(weightFiles, (content) => {
        const bytes = Buffer.concat([...encodeSafetensors(content)]);
        expect(plain(decodeSafetensors(bytes, "x"))).toEqual(plain(content));
      }),
      { numRuns: 200 },
    );
  });

  it("meets mutated bytes with values or with a UserError that names the file, never another exception", () => {
    const mutation = fc.tuple(
      fc.nat({ max: 400 }),
      fc.nat({ max: 255 }),
      fc.constantFrom("set", "cut", "insert"),
    );
    fc.assert(
      fc.property(weightFiles, fc.array(mutation, { minLength: 1, maxLength: 4 }), (content, mutations) => {
        let bytes = Buffer.concat([...encodeSafetensors(content)]);
        for (const [at, value, kind] of mutations) {
          const place = at % bytes.length;
          if (kind === "set") bytes[place] = value;
          if (kind === "cut" && bytes.length > 1) bytes = bytes.subarray(0, place + 1);
          if (kind === "insert") {
            bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from([value]), bytes.subarray(place)]);
          }
        }
        try {
          decodeSafetensors(bytes, "broken.safetensors");
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).message).toContain("broken.safetensors");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads F16, BF16 and F64 as float32", () => {
    const half = Buffer.from(new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7bff]).buffer);
    const brain = Buffer.from(new Uint16Array([0x3f80, 0xc040]).buffer);
    const double = Buffer.from(new Float64Array([1 / 3, -1e30]).buffer);
    const header = {
      h: { dtype: "F16", shape: [4], data_offsets: [0, 8] },
      b: { dtype: "BF16", shape: [2, 1], data_offsets: [8, 12] },
      d: { dtype: "F64", shape: [2], data_offsets: [12, 28] },
    };
    const { weights } = decodeSafetensors(file(header, Buffer.concat([half, brain, double])), "x");
    expect([...(weights.get("h")?.data ?? [])]).toEqual([1, -2, 2 ** -24, 65504]);
    expect([...(weights.get("b")?.data ?? [])]).toEqual([1, -3]);
    expect(weights.get("b")?.shape).toEqual([2, 1]);
    expect([...(weights.get("d")?.data ?? [])]).toEqual([Math.fround(1 / 3), Math.fround(-1e30)]);
  });

  it.each([
    ["F32", Buffer.from(new Float32Array([1, Number.NaN]).buffer), "NaN"],
    ["F32", Buffer.from(new Float32Array([Number.NEGATIVE_INFINITY, 1]).buffer), "-Infinity"],
    ["F16", Buffer.from(new Uint16Array([0x3c00, 0x7c00]).buffer), "Infinity"],
    ["F16", Buffer.from(new Uint16Array([0x3c00, 0x7c01]).buffer), "NaN"],
    ["BF16", Buffer.from(new Uint16Array([0xff80, 0x3f80]).buffer), "-Infinity"],
    ["F64", Buffer.from(new Float64Array([1, 1e300]).buffer), "Infinity"],
  ])("refuses values of %s that are not finite by the tensor's name", (dtype, values, value) => {
    const sound = Buffer.from(new Float32Array([1]).buffer);
    const header = {
      sound: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      "layer.weight": { dtype, shape: [2], data_offsets: [4, 4 + values.length] },
    };
    const read = () => decodeSafetensors(file(header, Buffer.concat([sound, values])), "w.safetensors");
    expect(read).toThrow(UserError);
    expect(read).toThrow(
      `w.safetensors: 1 of 2 tensors hold values that are not finite in float32: "layer.weight" (${value})`,
    );
  });

  it("reads past whole numbers, which are no weights, and tells of them", () => {
    const header = {
      "bn1.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [0, 8] },
      w: { dtype: "F32", shape: [1], data_offsets: [8, 12] },
    };
    const { weights, unread } = decodeSafetensors(file(header, Buffer.alloc(12)), "x");
    expect([...weights.keys()]).toEqual(["w"]);
    expect(unread).toEqual(new Map([["bn1.num_batches_tracked", { type: "I64", shape: [] }]]));
  });

  const data = new Uint8Array(8);
  const two = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  it.each([
    ["fewer than 8 bytes", Buffer.from([1, 2, 3]), "3 bytes"],
    ["a header longer than the file", Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 123]), "9 bytes long, and has 1"],
    ["a header too long to be one", Buffer.alloc(8, 255), "at most 100000000"],
    ["a header that is not JSON", file("{nonsense"), "not JSON"],
    ["a header that is a list", file("[]"), "does not begin with {"],
    ["a header that is not UTF-8", Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 123, 255]), "not UTF-8"],
    ["metadata that is no string", file({ __metadata__: { step: 3 } }), '"step" is not a string'],
    ["a tensor without a type", file({ a: { shape: [2], data_offsets: [0, 8] } }, data), "no dtype"],
    ["a type that is unknown", file({ a: { ...two, dtype: "C64" } }, data), 'unknown dtype "C64"'],
    [
      "a tensor that is described twice",
      file(`{"a":${JSON.stringify(two)},"\\u0061" :${JSON.stringify(two)}}`, data),
      'describes "a" twice',
    ],
    [
      "a name that would move the cursor, shown without doing so",
      file({ "\u001b[2J\u009b2J": { ...two, shape: [3] } }, data),
      'tensor "\\u001b[2J\\u009b2J"',
    ],
    ["a negative extent", file({ a: { ...two, shape: [-2] } }, data), "no shape"],
    [
      "offsets that go backwards",
      file({ a: { ...two, data_offsets: [8, 0] } }, data),
      "needs 8 bytes and has -8",
    ],
    [
      "a length that is not the shape's",
      file({ a: { ...two, shape: [3] } }, data),
      "needs 12 bytes and has 8",
    ],
    [
      "overlapping tensors",
      file({ a: two, b: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, data),
      '"b" overlaps tensor "a"',
    ],
    [
      "a hole",
      file({ a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, data),
      '4 bytes before tensor "a"',
    ],
    ["data cut short", file({ a: two }, data.subarray(0, 5)), "ends 3 bytes before"],
    ["data left over", file({ a: two }, new Uint8Array(9)), "last 1 bytes"],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "weights.safetensors")).toThrow(UserError);
    expect(() => decodeSafetensors(bytes, "weights.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "weights.safetensors")).toThrow("weights.safetensors");
  });

  const content: WeightFile = {
    weights: new Map([
      ["a.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -0.1) }],
      ["ä", { shape: [], data: Float32Array.of(7) }],
    ]),
    metadata: new Map([["step", "12"]]),
  };

  it("replaces a file whole, and leaves nothing else in the folder", async () => {
    const path = join(folder, "w.safetensors");
    await writeFile(path, "old");
    await writeSafetensors(path, content);
    expect(plain(await readSafetensors(path))).toEqual(plain(content));
    expect(await readdir(folder)).toEqual(["w.safetensors"]);
  });

  it("names the file when it cannot be written or read", async () => {
    const path = join(folder, "absent", "w.safetensors");
    const refused = expect.objectContaining({
      message: `${path} cannot be written: its folder does not exist`,
    });
    await expect(writeSafetensors(path, content)).rejects.toThrow(UserError);
    await expect(writeSafetensors(path, content)).rejects.toEqual(refused);
    await expect(readSafetensors(path)).rejects.toThrow(path);
  });

  it("is read the same by a reader of the format in Python", async (context) => {
    const path = join(folder, "python.safetensors");
    await writeSafetensors(path, content);
    const program = [
      "import json, struct, sys",
      "b = open(sys.argv[1], 'rb').read()",
      "n = struct.unpack('<Q', b[:8])[0]",
      "h = json.loads(b[8:8 + n]); m = h.pop('__metadata__')",
      "r = {k: struct.unpack('<%df' % ((v['data_offsets'][1] - v['data_offsets'][0]) // 4), b[8 + n + v['data_offsets'][0]:8 + n + v['data_offsets'][1]]) for k, v in h.items()}",
      "print(json.dumps([n % 8, m, r, {k: v['shape'] for k, v in h.items()}]))",
    ].join("\n");
    let answer: string;
    try {
      answer = execFileSync("python3", ["-c", program, path], { encoding: "utf8" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return context.skip("python3 is not installed");
    }
    expect(JSON.parse(answer)).toEqual([
      0,
      { step: "12" },
      { "a.weight": [1, 2, 3, 4, 5, Math.fround(-0.1)], ä: [7] },
      { "a.weight": [2, 3], ä: [] },
    ]);
    expect((await readFile(path)).length % 8).toBe(4); // seven float32 values after an aligned header
  });
});
