/** Programs changed at random: each kind of change is one that a hand, an editor or a broken file makes. */
import type { Random } from "../../../runtime/random.ts";

/** Gives the text changed once; the same text where there is nothing to change. */
type Mutation = (text: string, random: Random) => string;

const numbers =
  "0 1 -1 2 3 7 64 1e9 1e308 1e-320 0.5 9007199254740993 65537 100001 3x3 0x0 65537x1 20% 2^60 1/3".split(
    " ",
  );
const words =
  "network block train input output skip by add concat multiply crop centred aligned fork path for in repeat if else let expect encoder decoder residual shortcut from to as and or not mod true false import conv maxpool upsample unpool batchnorm relu softmax sigmoid dense crf data loss epochs optimizer labels nearest learned valid same none H W i image level width classes double vgg16 std/blocks".split(
    " ",
  );
const signs =
  '{ } ( ) [ ] , = == != < <= . .. ..< + - * / ^ : " // /// // allow(lints/unread) # ; /* */ \\'.split(" ");
const characters = [
  "é",
  "−",
  "×",
  "“",
  "\u{1F600}",
  "\u0000",
  "\u0007",
  "\u001b[31m",
  "\u200b",
  "\u202e",
  "\ud800",
  "\udc00",
  "\r",
  "\t",
  "\n",
  "\u2028",
  "\ufeff",
  "a\u0301",
  "\u{E0001}",
  "漢",
  "ß",
  "İ",
];

const pieces = /\s+|\w+|"[^"\n]*"|[^\s\w]/gu;
const piecesOf = (text: string): string[] => text.match(pieces) ?? [];

function changePieces(change: (list: string[], random: Random) => void): Mutation {
  return (text, random) => {
    const list = piecesOf(text);
    if (list.length > 0) change(list, random);
    return list.join("");
  };
}

/** A stretch of whole lines in braces, or a few lines. */
function linesOf(lines: readonly string[], random: Random): readonly [from: number, to: number] {
  const from = random.integer(lines.length);
  if (!(lines[from] ?? "").includes("{")) return [from, from + 1 + random.integer(3)];
  let depth = 0;
  for (let to = from; to < lines.length; to++) {
    for (const sign of lines[to] ?? "") depth += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    if (depth <= 0) return [from, to + 1];
  }
  return [from, lines.length];
}

function changeLines(change: (lines: string[], random: Random) => void): Mutation {
  return (text, random) => {
    const lines = text.split("\n");
    change(lines, random);
    return lines.join("\n");
  };
}

const pick = <T>(list: readonly T[], random: Random, instead: T): T =>
  list[random.integer(list.length)] ?? instead;

export const mutations = {
  "tokens swapped": changePieces((list, random) => {
    const [a, b] = [random.integer(list.length), random.integer(list.length)];
    [list[a], list[b]] = [list[b] ?? "", list[a] ?? ""];
  }),
  "tokens deleted": changePieces((list, random) => {
    list.splice(random.integer(list.length), 1 + random.integer(4));
  }),
  "tokens inserted": changePieces((list, random) => {
    const put = pick([words, signs, numbers], random, words);
    list.splice(random.integer(list.length + 1), 0, " ", pick(put, random, "relu"), " ");
  }),
  "words replaced": changePieces((list, random) => {
    const places = list.flatMap((piece, place) => (/^[A-Za-z_]/.test(piece) ? [place] : []));
    if (places.length > 0) list[pick(places, random, 0)] = pick(words, random, "relu");
  }),
  "words misspelt": changePieces((list, random) => {
    const places = list.flatMap((piece, place) => (/^[A-Za-z_]{3}/.test(piece) ? [place] : []));
    if (places.length === 0) return;
    const place = pick(places, random, 0);
    const word = list[place] ?? "";
    const at = random.integer(word.length - 1);
    list[place] = word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2);
  }),
  "numbers changed": changePieces((list, random) => {
    const places = list.flatMap((piece, place) => (/^\d/.test(piece) ? [place] : []));
    if (places.length > 0) list[pick(places, random, 0)] = pick(numbers, random, "0");
  }),
  "blocks duplicated": changeLines((lines, random) => {
    const [from, to] = linesOf(lines, random);
    lines.splice(random.integer(lines.length + 1), 0, ...lines.slice(from, to));
  }),
  "lines deleted": changeLines((lines, random) => {
    const [from, to] = linesOf(lines, random);
    lines.splice(from, to - from);
  }),
  "lines joined": (text, random) => {
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
    const at = pick(ends, random, -1);
    return at < 0 ? text : `${text.slice(0, at)} ${text.slice(at + 1)}`;
  },
  "lines broken": (text, random) => {
    const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
    const at = pick(spaces, random, -1);
    return at < 0
      ? text
      : text.slice(0, at) +
          pick(["\n", "\r\n", "\n\n\n", " // note\n", "\r"], random, "\n") +
          text.slice(at + 1);
  },
  "comments inserted": changeLines((lines, random) => {
    const at = random.integer(lines.length);
    lines[at] =
      `${lines[at] ?? ""} ${pick(["// note", "/// doc", "// allow(lints/unread) why", "//", "//// ---"], random, "//")}`;
  }),
  "characters changed": (text, random) => {
    const at = random.integer(text.length + 1);
    const letter = String.fromCharCode(32 + random.integer(95));
    return text.slice(0, at) + pick([letter, ""], random, letter) + text.slice(at + random.integer(3));
  },
  unicode: (text, random) => {
    const at = random.integer(text.length + 1);
    return text.slice(0, at) + pick(characters, random, "é") + text.slice(at + random.integer(2));
  },
  bytes: (text, random) => {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > 0) bytes[random.integer(bytes.length)] = random.integer(256);
    return new TextDecoder().decode(bytes);
  },
  "cut short": (text, random) => text.slice(0, random.integer(text.length + 1)),
  "two programs": (text, random) => {
    const [at, from] = [random.integer(text.length + 1), random.integer(text.length + 1)];
    return text.slice(0, at) + text.slice(from);
  },
} as const satisfies Readonly<Record<string, Mutation>>;

export type MutationKind = keyof typeof mutations;

export const mutationKinds = Object.keys(mutations) as readonly MutationKind[]; // the keys of the table

/** One to `most` changes of one kind. */
export function mutate(text: string, kind: MutationKind, random: Random, most = 4): string {
  let changed = text;
  for (let left = 1 + random.integer(most); left > 0; left--) changed = mutations[kind](changed, random);
  return changed;
}
