/** `masks [membrane = 0, cell = 255], ignore = 11`: which value of a label image means which class. */
import type { Phrase, TrainEntry } from "../../../grammar/ast.ts";
import type { Expression, ListLiteral } from "../../../grammar/expression.ts";
import type { MaskConfiguration, MaskValue, TrainConfiguration } from "../configuration.ts";
import { defaultConfiguration } from "./default-configuration.ts";
import { describeTerm } from "./describe-term.ts";
import type { NumberRange, TrainReader } from "./train-reader.ts";

type Values = readonly { readonly className: string; readonly value: MaskValue }[];

const level: NumberRange = {
  wanted: 'a grey level from 0 to 65535 or a colour such as "#808080"',
  allows: (value) => Number.isInteger(value) && value >= 0 && value <= 65535,
};
const example = "masks [background = 0, cell = 255], ignore = 11";

export function readMasks(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const taken = new TakenValues(reader);
  let values: Values | undefined;
  const ignore: MaskValue[] = [];
  const said = new Set<string>();
  if (entry.phrases.length === 0) {
    reader.report("training/value-missing", { key: "masks", example }, entry.key.span);
  }
  for (const phrase of entry.phrases) {
    const name = phrase.name?.text ?? "values";
    if (said.has(name)) {
      reader.report("training/said-twice", { what: `\`${name}\`` }, phrase.span);
      continue;
    }
    said.add(name);
    const term = onlyTerm(phrase, reader);
    if (term === undefined) continue;
    if (name === "ignore") ignore.push(...readIgnored(term, taken));
    else if (phrase.name !== undefined) reader.unknown("part of masks", name, ["ignore"], phrase.name.span);
    else if (term.kind === "list") values = readValues(term, ignore, taken);
    else if (term.kind !== "reference" || term.name.text !== "indices") {
      reader.wrong("masks", "indices or a list such as [background = 0, cell = 255]", term);
    }
  }
  const classes = nameClasses(values, entry, reader);
  return { masks: { values, ignore, classes } };
}

function onlyTerm(phrase: Phrase, reader: TrainReader): Expression | undefined {
  const [term, second] = phrase.terms;
  if (second === undefined) return term;
  return reader.report("training/too-much", { key: "masks", example }, second.span);
}

/** Mask values with their meanings, so that no value has two. */
class TakenValues {
  readonly reader: TrainReader;
  private readonly meanings = new Map<MaskValue, string>();

  constructor(reader: TrainReader) {
    this.reader = reader;
  }

  /** Reads a value, or a list of them, that means `meaning`. */
  read(expression: Expression, meaning: string): readonly MaskValue[] {
    if (expression.kind === "list") return expression.items.flatMap((item) => this.read(item.value, meaning));
    const value = readValue(expression, this.reader);
    if (value === undefined) return [];
    const first = this.meanings.get(value);
    if (first !== undefined) {
      this.reader.report("training/mask-value-twice", { value: String(value), first }, expression.span);
      return [];
    }
    this.meanings.set(value, meaning);
    return [value];
  }
}

function readValue(expression: Expression, reader: TrainReader): MaskValue | undefined {
  if (expression.kind !== "string") return reader.number(expression, "a mask value", level);
  if (/^#[0-9a-fA-F]{6}$/.test(expression.value)) return expression.value.toLowerCase();
  return reader.report(
    "training/wrong-value",
    { what: "a mask value", wanted: level.wanted, found: describeTerm(expression) },
    expression.span,
  );
}

/** `11`, `[11, 255]`, `none` */
function readIgnored(term: Expression, taken: TakenValues): readonly MaskValue[] {
  if (term.kind === "reference" && term.name.text === "none") return [];
  return taken.read(term, "the ignored pixels");
}

/** `ignore = 11` may be in the list too, unless a class has that name. */
function readValues(list: ListLiteral, ignore: MaskValue[], taken: TakenValues): Values {
  const { reader } = taken;
  const { classes } = reader.facts;
  const values: { className: string; value: MaskValue }[] = [];
  for (const { name, value } of list.items) {
    if (name === undefined) {
      reader.report("training/mask-without-class", {}, value.span);
    } else if (name.text === "ignore" && classes?.includes("ignore") !== true) {
      ignore.push(...readIgnored(value, taken));
    } else if (classes !== undefined && !classes.includes(name.text)) {
      reader.unknown("class", name.text, classes, name.span);
    } else {
      for (const one of taken.read(value, name.text)) values.push({ className: name.text, value: one });
    }
  }
  return values;
}

function nameClasses(
  values: Values | undefined,
  entry: TrainEntry,
  reader: TrainReader,
): MaskConfiguration["classes"] {
  const initial = defaultConfiguration("", reader.facts).masks.classes;
  if (values === undefined) return initial;
  const { classes, classCount } = reader.facts;
  const named = [...new Set(values.map(({ className }) => className))];
  // A value that could not be read would make its class look unassigned.
  const whole = reader.diagnostics.every(
    ({ span }) => span.start < entry.span.start || span.end > entry.span.end,
  );
  if (classes !== undefined) {
    const missing = classes.filter((className) => !named.includes(className));
    if (whole && missing.length > 0) {
      reader.report("training/class-without-value", { classes: missing }, entry.span);
    }
    return classes;
  }
  if (classCount === undefined || classCount === named.length) return named;
  if (whole) reader.report("training/class-count", { named: named.length, classes: classCount }, entry.span);
  return initial;
}
