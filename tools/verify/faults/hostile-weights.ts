/** Weights files with one fault each: truncated, lying about lengths and shapes, not finite, with metadata of the wrong form. */
import { Random } from "../../../runtime/random.ts";

export interface HostileFile {
  readonly name: string;
  readonly parts: readonly Uint8Array[];
  /** "either": what is wrong cannot be seen in the file, as where a bit of a value is flipped. */
  readonly expects: "refused" | "accepted" | "either";
}

type Json = Record<string, unknown>;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}

const encode = (text: string): Uint8Array => Buffer.from(text, "utf8");

function fileOf(header: Uint8Array, data: Uint8Array, length = BigInt(header.length)): readonly Uint8Array[] {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length);
  return [prefix, header, data];
}

/**
 * @param sound the bytes of a whole file that fits the network.
 * @param short smaller numbers of the same kinds.
 */
export function hostileWeights(sound: Uint8Array, short: boolean, seed: number): readonly HostileFile[] {
  const headerEnd = 8 + Number(Buffer.from(sound).readBigUInt64LE(0));
  const text = Buffer.from(sound.subarray(8, headerEnd)).toString("utf8").trimEnd();
  const data = sound.subarray(headerEnd);
  const header = JSON.parse(text) as Json; // made by encodeSafetensors
  const metadata = header.__metadata__ as Record<string, string>; // of the same
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  const [first = "", second = ""] = names;
  const entry = header[first] as Entry; // of the same
  const files: HostileFile[] = [];
  const add = (name: string, parts: readonly Uint8Array[], expects: HostileFile["expects"] = "refused") =>
    void files.push({ name, parts, expects });
  const withHeader = (changed: Json, values: Uint8Array = data) =>
    fileOf(encode(JSON.stringify(changed)), values);
  const withEntry = (change: Json) => withHeader({ ...header, [first]: { ...entry, ...change } });
  const withMetadata = (changed: Record<string, string>) => withHeader({ ...header, __metadata__: changed });

  add("sound", [sound], "accepted");
  for (const length of [0, 7, 8, 9, headerEnd - 1, Math.floor(sound.length / 2), sound.length - 1])
    add(`cut-to-${length}`, [sound.subarray(0, length)]);
  add("four-bytes-more", [sound, new Uint8Array(4)]);
  for (const length of [2n ** 63n, 2n ** 31n, 99_999_999n, 0n])
    add(`header-length-${length}`, fileOf(encode(text), data, length));
  const spaces = Buffer.alloc(short ? 10_000_000 : 90_000_000, " ");
  add("huge-header", fileOf(Buffer.concat([encode(text), spaces]), data), "accepted");
  add("deep-json", fileOf(encode(`{"a":${"[".repeat(short ? 500_000 : 5_000_000)}`), data));
  add("header-not-utf-8", fileOf(Buffer.from([0x7b, 0xff, 0x7d]), data));
  add("header-a-list", fileOf(encode("[]"), data));
  const many: Json = {};
  for (let i = 0; i < (short ? 50_000 : 900_000); i++)
    many[`w${i}`] = { dtype: "F32", shape: [0], data_offsets: [0, 0] };
  add("many-tensors", withHeader(many, new Uint8Array(0)));
  for (const shape of [
    [2 ** 31, 2 ** 31, 3, 3],
    [2 ** 53, 2 ** 53],
    [2 ** 32, 2 ** 32, 0],
    [-1, 3],
    [1.5],
    ["3"],
    3,
  ])
    add(`shape-${JSON.stringify(shape)}`, withEntry({ shape }));
  for (const offsets of [[0, 2 ** 60], [...entry.data_offsets].reverse(), [0], [-4, 0], "0"])
    add(`offsets-${JSON.stringify(offsets)}`, withEntry({ data_offsets: offsets }));
  add("overlap", withEntry({ data_offsets: (header[second] as Entry).data_offsets })); // an entry, as above
  for (const dtype of ["I64", "C64", "F16", 7, "__proto__"]) add(`dtype-${dtype}`, withEntry({ dtype }));
  const key = `"${first}":`;
  add("key-proto", fileOf(encode(text.replace(key, '"__proto__":')), data));
  add(
    "key-twice",
    fileOf(encode(text.replace(key, `${key}{"dtype":"F32","shape":[1],"data_offsets":[0,4]},${key}`)), data),
  );
  add("key-path", fileOf(encode(text.replace(key, '"../../../../tmp/pwn":')), data));
  add("key-escapes", fileOf(encode(text.replace(key, '"\\u001b[2J\\u009b2J":')), data));

  const filled = (value: number, count: number): Uint8Array => {
    const values = Buffer.from(data);
    for (let i = 0; i < count; i++) values.writeFloatLE(value, 4 * i);
    return values;
  };
  const count = data.length / 4;
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (const many of [1, count]) add(`${many}-of-${value}`, withHeader(header, filled(value, many)));

  const variance = header["batchnorm1.running_variance"] as Entry; // of the program
  const negative = Buffer.from(data);
  negative.writeFloatLE(-1, variance.data_offsets[0] ?? 0);
  add("negative-variance", withHeader(header, negative));

  const { __metadata__: _, ...tensors } = header;
  add("no-metadata", withHeader(tensors), "accepted");
  add("metadata-of-another-framework", withMetadata({ format: "pt" }), "accepted");
  add("metadata-not-texts", withHeader({ ...header, __metadata__: { step: 3 } }));
  const optional = new Set(["other_normalisations", "targets", "bin_weights"]);
  const texts = new Set(["network", "source", "version"]);
  for (const name of Object.keys(metadata)) {
    const rest = Object.fromEntries(Object.entries(metadata).filter(([other]) => other !== name));
    add(`metadata-without-${name}`, withMetadata(rest), optional.has(name) ? "accepted" : "refused");
    for (const [kind, value] of [
      ["broken", '{"a":'],
      ["odd", '[1e999,null,"x"]'],
    ] as const)
      add(
        `metadata-${kind}-${name}`,
        withMetadata({ ...metadata, [name]: value }),
        texts.has(name) ? "accepted" : "refused",
      );
  }
  const normalisation = (mean: unknown, deviation: unknown) =>
    withMetadata({ ...metadata, normalisation: JSON.stringify({ mean, deviation }) });
  add("deviation-zero", normalisation([0, 0, 0], [0, 0, 0]));
  add("normalisation-of-two-channels", normalisation([0, 0], [1, 1]));
  add("normalisation-without-channels", normalisation([], []));
  add("classes-repeated", withMetadata({ ...metadata, classes: '["a","a"]' }));
  add("classes-too-many", withMetadata({ ...metadata, classes: '["a","b","c","d"]' }));
  add(
    "classes-evil",
    withMetadata({ ...metadata, classes: '["../../../evil","<script>alert(1)</script>"]' }),
    "accepted",
  );
  add(
    "parameters-of-another",
    withMetadata({ ...metadata, parameters: '{"classes":"[a, b, c]"}' }),
    "either",
  );

  const random = new Random(seed, "flipped bits of weights");
  for (let i = 0; i < (short ? 100 : 1000); i++) {
    // Half of them in the header, which is the smaller part.
    const place = random.integer(i % 2 === 0 ? headerEnd : sound.length);
    const flipped = Uint8Array.from(sound);
    flipped[place] = (flipped[place] ?? 0) ^ (1 << random.integer(8));
    add(`bit-flipped-${i}-at-${place}`, [flipped], "either");
  }
  return files;
}
