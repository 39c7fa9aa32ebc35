/** Image files of every kind that a folder may hold: good ones, damaged ones, and ones made to fill the memory. */
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { greyPng, pngChunk, pngFile, zerosDeflated } from "./png-file.ts";
import { tiffFile } from "./tiff-file.ts";

export interface HostileImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What is said of it; `undefined`: it is read. */
  readonly refused: RegExp | undefined;
}

const [width, height] = [40, 30];
const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 7) % 256);
const photo = () => sharp(noise, { raw: { width, height, channels: 3 } });
const frames = () => sharp(noise, { raw: { width, height, channels: 3, pageHeight: 15 } });

/** Of every format, whole. */
export async function wholeImages(): Promise<readonly (readonly [name: string, bytes: Buffer])[]> {
  const grey = await photo().greyscale().raw().toBuffer();
  const deep = Uint16Array.from(grey, (value) => 257 * value);
  const onePage = { width, height, channels: 1 } as const;
  return [
    ["rgb.png", await photo().png().toBuffer()],
    ["alpha.png", await photo().ensureAlpha(0.5).png().toBuffer()],
    ["palette.png", await photo().png({ palette: true }).toBuffer()],
    ["interlaced.png", await photo().png({ progressive: true, palette: true, colours: 4 }).toBuffer()],
    ["deep.png", await photo().toColourspace("rgb16").png().toBuffer()],
    ["photo.jpg", await photo().jpeg().toBuffer()],
    ["progressive.jpg", await photo().jpeg({ progressive: true }).toBuffer()],
    ["grey.jpg", await photo().greyscale().jpeg().toBuffer()],
    ["turned.jpg", await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ["cmyk.jpg", await photo().toColourspace("cmyk").jpeg().toBuffer()],
    ["photo.tif", await photo().tiff({ compression: "lzw" }).toBuffer()],
    ["deep.tif", tiffFile([{ ...onePage, samples: deep }])],
    ["float.tif", tiffFile([{ ...onePage, samples: Float32Array.from(grey, (value) => value / 255) }])],
    [
      "pages.tif",
      tiffFile([1, 2, 3].map((page) => ({ ...onePage, samples: deep.map((value) => value / page) }))),
    ],
    ["photo.webp", await photo().webp().toBuffer()],
    ["lossless.webp", await photo().webp({ lossless: true }).toBuffer()],
    ["still.gif", await photo().gif().toBuffer()],
    ["photo.avif", await photo().avif({ effort: 0 }).toBuffer()],
  ];
}

export async function hostileImages(): Promise<readonly HostileImage[]> {
  const whole = await wholeImages();
  const jpeg = await photo().jpeg().toBuffer();
  const read: readonly (readonly [string, Uint8Array])[] = [
    ...whole,
    ["one.png", greyPng(1, 1, 7)],
    ["jpeg called.png", jpeg],
    ["Zelle-äöü-细胞-🧫.png", greyPng(7, 5, 90)],
    ["a[b]*?.png", greyPng(7, 5, 90)],
    ["-dash.png", greyPng(7, 5, 90)],
    ["UPPER.PNG", greyPng(7, 5, 90)],
    ["quote'\"$HOME.png", greyPng(7, 5, 90)],
    ["profile bomb.png", greyPng(7, 5, 90, [profileBomb()])],
  ];
  return [
    ...read.map(([name, bytes]) => ({ name, bytes, refused: undefined })),
    ...whole.map(([name, bytes]) => ({
      name: `short ${name}`,
      bytes: bytes.subarray(0, Math.floor(bytes.length * 0.6)),
      refused: /damaged|cut short|not read/,
    })),
    ...(await bombs()),
    ...(await misread()),
  ].map(({ name, bytes, refused }) => ({ name, bytes, refused }));
}

function profileBomb(): Buffer {
  return pngChunk("iCCP", Buffer.concat([Buffer.from("x\0\0", "latin1"), zerosDeflated(2 ** 30)]));
}

async function bombs(): Promise<readonly HostileImage[]> {
  const side = 20000;
  const vast = { width: side, height: side, depth: 8, colourType: 2 };
  const limit = /more than the limit of 268435456/;
  const jpeg = await photo().jpeg().toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0])); // height and width follow (ITU-T T.81, B.2.2)
  for (const at of [frame + 5, frame + 7]) jpeg.writeUInt16BE(side, at);
  const gif = await photo().gif().toBuffer();
  const image = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, width, 0, height, 0])); // GIF89a, section 20
  for (const at of [6, 8, image + 5, image + 7]) gif.writeUInt16LE(side, at);
  const one = { width: 1, height: 1, channels: 1, samples: noise.subarray(0, 1) };
  const tiny = { width: 8, height: 8, depth: 8, colourType: 0 };
  return [
    { name: "bomb.png", bytes: pngFile({ ...vast, data: zerosDeflated(2 ** 30) }), refused: limit },
    { name: "bomb.jpg", bytes: jpeg, refused: limit },
    { name: "bomb.gif", bytes: gif, refused: limit },
    { name: "bomb.tif", bytes: tiffFile([one], vast), refused: limit },
    {
      name: "bomb inside.png",
      bytes: pngFile({ ...tiny, data: zerosDeflated(2 ** 31) }),
      refused: /more data than an image of 8×8/,
    },
    {
      name: "large.png",
      bytes: pngFile({ ...vast, width: 16000, height: 16000, data: zerosDeflated(2 ** 28) }),
      refused: /the values of a prediction of 16000×16000 pixels take/, // before its pixels are read, most of which are missing
    },
  ];
}

async function misread(): Promise<readonly HostileImage[]> {
  const page = { width: 3, height: 2, channels: 1 } as const;
  const few = Float32Array.of(-2, 0, 0.25, 0.5, 1, 700);
  const entries: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ["empty.png", "", /is empty/],
    ["text.png", "hello", /not an image in a supported format/],
    [
      "drawing.png",
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      /not an image in a supported format/,
    ],
    ["signature.png", greyPng(2, 2, 3).subarray(0, 8), /does not begin with a header/],
    [
      "flipped.png",
      greyPng(9, 9, 3).map((byte, i) => (i === 45 ? byte ^ 1 : byte)),
      /checksum|incorrect data check/,
    ],
    [
      "depth.png",
      pngFile({ width: 1, height: 1, depth: 3, colourType: 0, data: deflateSync("xx") }),
      /3 bits/,
    ],
    [
      "none.png",
      pngFile({ width: 0, height: 9, depth: 8, colourType: 0, data: deflateSync("") }),
      /no pixels/,
    ],
    ["frames.png", greyPng(2, 2, 5, [pngChunk("acTL", Buffer.from([0, 0, 0, 4, 0, 0, 0, 0]))]), /4 frames/],
    ["frames.gif", await frames().gif().toBuffer(), /2 frames/],
    ["frames.webp", await frames().webp().toBuffer(), /2 frames/],
    ["signed.tif", tiffFile([{ ...page, samples: Int16Array.from(few) }]), /samples of an unsupported type/],
    ["wide.tif", tiffFile([{ ...page, samples: Uint32Array.from(few) }]), /samples of an unsupported type/],
    [
      "double.tif",
      tiffFile([{ ...page, samples: Float64Array.from(few) }]),
      /samples of an unsupported type/,
    ],
    ["gaps.tif", tiffFile([{ ...page, samples: few.map((v, i) => (i === 3 ? Number.NaN : v)) }]), /finite/],
    [
      "bands.tif",
      tiffFile([{ width: 2, height: 1, channels: 5, samples: noise.subarray(0, 10) }]),
      /5 channels/,
    ],
  ];
  return entries.map(([name, bytes, refused]) => ({ name, bytes: Buffer.from(bytes), refused }));
}
