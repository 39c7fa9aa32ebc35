/** Rows of what was measured, beside PyTorch. */
import { type Measured, median, type Times } from "./measured.ts";

type Found = ReadonlyMap<string, readonly Measured[]>;
type Clock = keyof Times;

const reference = "PyTorch";
const works = { train: "training step", predict: "prediction" } as const;

/** "474 (435–485)" */
function spread(numbers: readonly number[], digits = 0): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return `${median(numbers).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

export function timeRows(found: Found): readonly string[] {
  return (["train", "predict"] as const).flatMap((work) =>
    [...found].flatMap(([name, measured]) => {
      const of = (clock: Clock, from: readonly Measured[]) =>
        from.flatMap((one) => (one[work] === undefined ? [] : [one[work][clock]]));
      if (of("wall", measured).length === 0) return [];
      const ratio = (clock: Clock) => {
        const beside = of(clock, found.get(reference) ?? []);
        return spread(
          of(clock, measured).map((time, i) => time / (beside[i] ?? Number.NaN)),
          2,
        );
      };
      const [wall, processor] = [of("wall", measured), of("processor", measured)];
      const cells = [works[work], name, spread(wall), spread(processor), ratio("wall"), ratio("processor")];
      return [`| ${[...cells, work === "train" ? memory(found, measured) : ""].join(" | ")} |`];
    }),
  );
}

/** "933, 1.60 of PyTorch's" */
function memory(found: Found, measured: readonly Measured[]): string {
  const of = (from: readonly Measured[]) => median(from.map((one) => one.memory ?? Number.NaN));
  const [own, other] = [of(measured), of(found.get(reference) ?? [])];
  return own === other ? own.toFixed(0) : `${own.toFixed(0)}, ${(own / other).toFixed(2)} of PyTorch's`;
}

/** What opening a session takes, and that in training steps. */
export function creationRows(found: Found): readonly string[] {
  return [...found].flatMap(([name, measured]) => {
    const pairs = measured.flatMap(({ create, train }) => (create && train ? [{ create, train }] : []));
    if (pairs.length === 0) return [];
    const times = (clock: Clock) => spread(pairs.map(({ create }) => create[clock]));
    const steps = (clock: Clock) =>
      `${spread(
        pairs.map(({ create, train }) => create[clock] / train[clock]),
        1,
      )} steps`;
    const cells = [
      "session creation",
      name,
      times("wall"),
      times("processor"),
      steps("wall"),
      steps("processor"),
    ];
    return [`| ${cells.join(" | ")} | |`];
  });
}
