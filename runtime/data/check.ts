/** The check of all data before the first step: what it contains, and what would go wrong. */
import { counted } from "../../compiler/counted.ts";
import type { MaskValue } from "../../compiler/learning/configuration.ts";
import type { DataProblem, DataReport, DataSet } from "./data-set.ts";
import { sharedPool } from "./decode-pool.ts";
import type { PairInspection } from "./inspect-pair.ts";
import type { Pair } from "./pair.ts";
import { undeclaredProblem } from "./undeclared-values.ts";

interface Inspected extends PairInspection {
  readonly pair: Pair;
  readonly part: "training" | "validation" | "test";
}

/**
 * Decodes every file once, in worker threads. Problems with the data are in the report, errors first; nothing is thrown for them.
 * @param options.test whether the files of the test pairs are read too; training leaves them alone
 */
export async function checkData(
  dataSet: DataSet,
  options: { readonly channels: number; readonly test?: boolean },
): Promise<DataReport> {
  const { training, validation, masks } = dataSet;
  const test = options.test === true ? (dataSet.test ?? []) : [];
  const inspect = (part: Inspected["part"], pairs: readonly Pair[]) =>
    pairs.map(async (pair): Promise<Inspected> => {
      const inspection = await sharedPool().inspect(pair, options.channels, masks, dataSet.layers);
      return { ...inspection, pair, part };
    });
  const inspected = await Promise.all([
    ...inspect("training", training),
    ...inspect("validation", validation),
    ...inspect("test", test),
  ]);
  const trained = inspected.filter(({ part }) => part === "training");
  const total = (of: (one: PairInspection) => number) => trained.reduce((sum, one) => sum + of(one), 0);
  const labelled = (one: PairInspection) => one.classPixels.reduce((sum, count) => sum + count, 0);
  const withClass = (c: number) => trained.filter((one) => (one.classPixels[c] ?? 0) > 0);
  const report = {
    images: inspected.length,
    classPixels: masks.classes.map((_, c) => total((one) => one.classPixels[c] ?? 0)),
    classImages: masks.classes.map((_, c) => withClass(c).length),
    classImagePixels: masks.classes.map((_, c) => withClass(c).reduce((sum, one) => sum + labelled(one), 0)),
    ignoredPixels: total((one) => one.ignoredPixels),
    sizes: sizesOf(inspected),
    trainingSizes: sizesOf(trained),
    validationSizes: sizesOf(inspected.filter(({ part }) => part === "validation")),
  };
  const strange = undeclared(inspected, dataSet);
  const problems = [
    ...unreadable(inspected),
    ...differentSizes(inspected),
    ...mixedSamples(inspected),
    ...layerProblems(inspected),
    ...strange,
    ...withoutLabel(inspected),
    // a class seems absent when its values are not declared: one mistake, one message
    ...(strange.length > 0 ? [] : absentClasses(report.classPixels, dataSet, inspected)),
    ...inBoth(dataSet),
    ...missingSides(dataSet),
  ];
  return {
    ...report,
    problems: [
      ...problems.filter(({ severity }) => severity === "error"),
      ...problems.filter(({ severity }) => severity === "warning"),
    ],
  };
}

function sizesOf(inspected: readonly Inspected[]): DataReport["sizes"] {
  const counts = new Map<string, [number, number, number]>();
  for (const { imageSize } of inspected) {
    if (imageSize === undefined) continue;
    const [height, width] = imageSize;
    const entry = counts.get(`${height} ${width}`) ?? [height, width, 0];
    counts.set(`${height} ${width}`, [height, width, entry[2] + 1]);
  }
  return [...counts.values()].sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]);
}

function problem(
  severity: DataProblem["severity"],
  code: string,
  message: string,
  files: readonly string[],
  help: string | undefined,
): DataProblem {
  return { severity, code, message, files: files.slice(0, 5), count: files.length, help };
}

function unreadable(inspected: readonly Inspected[]): DataProblem[] {
  const failures = inspected.flatMap((one) => one.unreadable);
  const groups = [
    { code: "data/empty", found: failures.filter(({ empty }) => empty) },
    { code: "data/unreadable", found: failures.filter(({ empty }) => !empty) },
  ];
  return groups.flatMap(({ code, found }) => {
    const [first] = found;
    if (first === undefined) return [];
    const more = found.length > 1 ? ` (and ${counted(found.length - 1, "file")} more)` : "";
    const files = found.map(({ file }) => file);
    return [problem("error", code, first.reason + more, files, first.help)];
  });
}

function differentSizes(inspected: readonly Inspected[]): DataProblem[] {
  const different = inspected.filter(
    ({ imageSize, labelSize }) => imageSize && labelSize && imageSize.join() !== labelSize.join(),
  );
  const [first] = different;
  if (first?.imageSize === undefined || first.labelSize === undefined) return [];
  const message = `${counted(different.length, "label image")} of another size than the image: ${first.pair.label} has ${first.labelSize.join("×")} pixels, ${first.pair.image} has ${first.imageSize.join("×")}`;
  return [
    problem(
      "error",
      "data/size-differs",
      message,
      different.flatMap(({ pair }) => pair.label ?? []),
      "resize the labels with nearest-neighbour sampling, or pair them with the right images",
    ),
  ];
}

/** Integers are scaled to 0 … 1, floating-point samples are not: a network that gets both gets two ranges. */
function mixedSamples(inspected: readonly Inspected[]): DataProblem[] {
  const readable = inspected.filter(({ imageSize }) => imageSize !== undefined);
  const floating = readable.filter(({ floatingPoint }) => floatingPoint);
  if (floating.length === 0 || floating.length === readable.length) return [];
  const message = `${counted(floating.length, "image")} with floating-point samples, which are used as they are, and ${readable.length - floating.length} with integer samples, which are scaled to 0 … 1`;
  const help = "save all images with the same kind of samples, or scale the floating-point ones to 0 … 1";
  return [
    problem(
      "warning",
      "data/mixed-samples",
      message,
      floating.map(({ pair }) => pair.image),
      help,
    ),
  ];
}

/** Layers of another size than their image, and those in which no pixel is known. */
function layerProblems(inspected: readonly Inspected[]): DataProblem[] {
  const layers = inspected.flatMap(({ layers, imageSize }) =>
    layers.map((layer) => ({ ...layer, imageSize })),
  );
  const misfits = layers.filter(({ wanted }) => wanted !== undefined);
  const different = misfits.filter(({ scaled }) => !scaled);
  const blank = layers.filter(({ known }) => !known);
  const found: DataProblem[] = [];
  const [first] = different;
  if (first?.imageSize !== undefined) {
    const message = `${counted(different.length, "target image")} of another size than the image: ${first.file} has ${first.size.join("×")} pixels, its image ${first.imageSize.join("×")}`;
    const help = "resize them, or pair them with the right images";
    found.push(
      problem(
        "error",
        "data/size-differs",
        message,
        different.map(({ file }) => file),
        help,
      ),
    );
  }
  const scaled = misfits.filter((layer) => layer.scaled);
  const [other] = scaled;
  if (other?.imageSize !== undefined && other.wanted !== undefined) {
    const message = `${counted(scaled.length, "input image")} of another size than the network's inputs have together: ${other.file} has ${other.size.join("×")} pixels, and beside an image of ${other.imageSize.join("×")} it needs ${other.wanted.join("×")}`;
    const help =
      "resize them; or write in the train section how many pixels of the file make one of the input, image(…, shrink = 2), or correct the sizes of the network's inputs";
    found.push(
      problem(
        "error",
        "data/size-differs",
        message,
        scaled.map(({ file }) => file),
        help,
      ),
    );
  }
  if (blank.length > 0) {
    const severity = blank.length === layers.length ? "error" : "warning";
    const message = `no pixel has a known value in ${counted(blank.length, "target image")}`;
    const help = "remove them from the data, or check `unit` and `missing` in the targets";
    found.push(
      problem(
        severity,
        "data/nothing-known",
        message,
        blank.map(({ file }) => file),
        help,
      ),
    );
  }
  return found;
}

function undeclared(inspected: readonly Inspected[], { masks }: DataSet): DataProblem[] {
  const counts = new Map<MaskValue, number>();
  const strange = new Set<MaskValue>();
  for (const one of inspected) {
    for (const [value, pixels] of one.values) counts.set(value, (counts.get(value) ?? 0) + pixels);
    for (const value of one.undeclared) strange.add(value);
  }
  if (strange.size === 0) return [];
  const files = inspected.filter((one) => one.undeclared.size > 0).flatMap(({ pair }) => pair.label ?? []);
  return [undeclaredProblem(counts, strange, masks, files)];
}

/** Labels in which every pixel is ignored: they cost time and contribute no gradient. */
function withoutLabel(inspected: readonly Inspected[]): DataProblem[] {
  const blank = inspected.filter(
    (one) => one.labelSize && one.undeclared.size === 0 && one.classPixels.every((count) => count === 0),
  );
  if (blank.length === 0) return [];
  return [
    problem(
      blank.length === inspected.length ? "error" : "warning",
      "labels/all-ignored",
      `every pixel is ignored in ${counted(blank.length, "label image")}`,
      blank.flatMap(({ pair }) => pair.label ?? []),
      "remove these pairs, or check whether masks ignores a value that is a class",
    ),
  ];
}

function absentClasses(
  classPixels: readonly number[],
  { masks }: DataSet,
  inspected: readonly Inspected[],
): DataProblem[] {
  const absent = masks.classes.filter((_, c) => classPixels[c] === 0);
  if (absent.length === 0) return [];
  const elsewhere = inspected.some(
    (one) => one.part === "validation" && one.classPixels.some((n, c) => n > 0 && classPixels[c] === 0),
  );
  return [
    problem(
      "warning",
      "labels/class-absent",
      `no training label contains ${absent.length === 1 ? "class" : "classes"} ${absent.join(", ")}`,
      [],
      elsewhere
        ? "the validation labels do: choose another split (validate_seed = 2 in the data entry) or move pairs"
        : "check the values in masks, or give the network fewer classes",
    ),
  ];
}

function inBoth({ training, validation, test = [] }: DataSet): DataProblem[] {
  const shared = (some: readonly Pair[], others: readonly Pair[]) => {
    const seen = new Set(some.map(({ image }) => image));
    return others.map(({ image }) => image).filter((image) => seen.has(image));
  };
  const found = [
    { parts: "for training and for validation", twice: shared(training, validation) },
    { parts: "for training and for the test", twice: shared(training, test) },
    { parts: "for validation and for the test", twice: shared(validation, test) },
  ];
  return found.flatMap(({ parts, twice }) =>
    twice.length === 0
      ? []
      : [
          problem(
            "warning",
            "data/in-both",
            `${counted(twice.length, "image")} used both ${parts}`,
            twice,
            "metrics on these images do not tell how well the network generalizes",
          ),
        ],
  );
}

function missingSides({ training, validation, source }: DataSet): DataProblem[] {
  if (training.length === 0) {
    return [
      problem(
        "error",
        "data/empty",
        `${source} has no training pairs`,
        [],
        "use a smaller fraction for validation",
      ),
    ];
  }
  if (validation.length > 0) return [];
  return [
    problem(
      "warning",
      "data/no-validation",
      `${source} has no validation pairs`,
      [],
      "write validate = 20% in the data entry",
    ),
  ];
}
