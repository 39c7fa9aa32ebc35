/** Random `.fcn` texts: whole programs by the rules of the language, and programs broken at random. */
import fc from "fast-check";

const word = fc.constantFrom(
  "a",
  "width",
  "level",
  "input",
  "path",
  "conv",
  "by",
  "crop",
  "x1",
  "_y",
  "stride",
);
const number = fc.constantFrom("0", "3", "64", "1e-4", "0.5", "20%");
const operator = fc.constantFrom(
  ..."+ - * / ^ mod and or == != < <= > >= .. ..<".split(" ").map((sign) => ` ${sign} `),
);

const joined = (separator: string, part: fc.Arbitrary<string>, maxLength = 3) =>
  fc.array(part, { maxLength }).map((parts) => parts.join(separator));

export const { expression, statement } = fc.letrec<{
  expression: string;
  argument: string;
  statement: string;
  body: string;
}>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      number,
      fc.constantFrom("valid", "3x3", '"a b"', "true"),
      word.map((name) => `(${name})`),
    ),
    fc.tuple(tie("expression"), operator, tie("expression")).map((parts) => parts.join("")),
    tie("expression").map((inner) => `(${inner})`),
    tie("expression").map((inner) => `-${inner}`),
    tie("expression").map((inner) => `not ${inner}`),
    joined(", ", tie("argument")).map((items) => `[${items}]`),
    joined(", ", tie("argument")).map((items) => `f(${items})`),
    tie("expression").map((index) => `level[${index}].b`),
    fc.tuple(tie("expression"), tie("expression")).map((indices) => `node[${indices.join(", ")}]`),
  ),
  argument: fc.oneof(
    tie("expression"),
    fc.tuple(word, tie("expression")).map(([name, value]) => `${name} = ${value}`),
  ),
  statement: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("relu", "conv(64, 3x3)", "maxpool(2) as pool[i]", "input image [1, H, W]", "crop(2)"),
    fc.constantFrom("output y by softmax", "expect [1, H/2] stride 2 field 3", "crop to image, aligned"),
    joined(", ", tie("argument")).map((items) => `conv(${items})`),
    fc.tuple(word, tie("expression")).map(([name, value]) => `let ${name} = ${value}`),
    fc
      .tuple(tie("expression"), tie("body"))
      .map(([source, path]) => `skip ${source} by add, crop = x ${path}`),
    tie("body").map((body) => `fork by concat { path ${body} path { } } as joined`),
    tie("body").map((body) => `for i in reversed(0 ..< n) ${body}`),
    tie("body").map((body) => `repeat 2 ${body} as new node[i, 0]`),
    tie("body").map((body) => `if a ${body} as chosen`),
    tie("expression").map((index) => `output side[${index}, 1] by sigmoid`),
    fc
      .tuple(tie("expression"), tie("body"), tie("body"))
      .map(([a, b, c]) => `if ${a} ${b} else if c ${c} else { }`),
    tie("body").map((body) => `encoder vgg ${body}`),
    fc
      .tuple(tie("expression"), tie("body"))
      .map(([resolution, body]) => `encoder vgg dilated to (${resolution}) ${body}`),
    tie("expression").map((resolution) => `encoder vgg = conv(8) dilated to (${resolution})`),
    fc
      .tuple(tie("body"), tie("body"))
      .map(([body, shortcut]) => `residual ${body} shortcut ${shortcut} as sum`),
    tie("body").map((body) => `/// doc\nblock d(c, k: extent = 3x3) ${body}`),
  ),
  body: fc
    .tuple(joined(" ", tie("statement")), fc.boolean())
    .map(([inner, broken]) => (broken ? `{\n${inner}\n}` : `{ ${inner} }`)),
}));

const entry = fc
  .tuple(word, fc.array(joined(" ", fc.oneof(word, number), 4), { maxLength: 3 }))
  .map(([key, phrases]) => `${key} ${phrases.filter((phrase) => phrase !== "").join(", ")}`);

/** Programs that hold no mistake, as far as line breaks go. */
export const program = fc
  .tuple(fc.array(statement, { maxLength: 5 }), fc.array(entry, { maxLength: 4 }))
  .map(([statements, entries]) =>
    [
      'import { vgg16, b as c } from "std/encoders"',
      "// about N",
      "/// A network.",
      `network N(classes = 2, width: count = 64) {\n${statements.join("\n")}\n}`,
      `train N {\n${entries.join("\n")}\n}`,
    ].join("\n"),
  );

const insertion = fc.oneof(
  fc.constantFrom("\n", "\n\n\n", "  ", "\t", " // note\n", "\n// alone\n", "\n/// doc\n", "\r\n"),
  fc.constantFrom(
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    "==",
    ".",
    "..<",
    "-",
    '"',
    "'",
    "#",
    ";",
    "/*",
    "*/",
  ),
  fc.constantFrom(
    "network",
    "train",
    "block",
    "skip",
    "by",
    "input",
    "for",
    "else",
    "mod",
    "3x3",
    "20%",
    "1e",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);

export interface Mutation {
  /** Where, as a share of the text. */
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const mutation = (text: fc.Arbitrary<string>): fc.Arbitrary<Mutation> =>
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 12 })),
    insert: text,
  });

export const anyMutations = fc.array(mutation(insertion), { minLength: 1, maxLength: 6 });

/** Changes of layout only: line breaks, spaces and comments where there is a space or a line break already. */
export const layoutMutations = fc.array(
  mutation(fc.constantFrom("\n", "\n\n\n", "   ", "\t", " // note\n", "\n// alone\n", "\r\n")),
  { maxLength: 8 },
);

export function mutate(text: string, mutations: readonly Mutation[]): string {
  return mutations.reduce((before, { at, remove, insert }) => {
    const place = Math.floor(at * before.length);
    return before.slice(0, place) + insert + before.slice(place + remove);
  }, text);
}

export function relayOut(text: string, mutations: readonly Mutation[]): string {
  return mutations.reduce((before, { at, insert }) => {
    const place = before.indexOf(" ", Math.floor(at * before.length));
    return place < 0 ? before : before.slice(0, place) + insert + before.slice(place + 1);
  }, text);
}
