import fc from "fast-check";
import { expect, test } from "vitest";
import { explainMap } from "../../../compiler/analyses/explain/explain-map.ts";
import { inspectGraph } from "../../../compiler/analyses/inspect/inspect.ts";
import type {
  AcceptedSizes,
  InspectedLayer,
  Inspection,
} from "../../../compiler/analyses/inspect/inspection.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { shapeGraph } from "../../../compiler/network/shape-graph.ts";
import { formula } from "../../../compiler/sizes/formula.ts";
import { type PeriodicTable, periodicTable } from "../../../compiler/sizes/periodic-table.ts";
import { contains, existsSet } from "../../../compiler/sizes/size-set.ts";
import { Random } from "../../../runtime/random.ts";
import { randomProgram } from "../../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../../tools/verify/random-networks/subject.ts";
import { anySize, sizesTo500 } from "../../sizes/random-sizes.ts";
import { compileText } from "../../support/compile-source.ts";

/** As a program that has only the JSON computes it. */
function sizeIn({ symbol, from, period, rate, constants, exceptions }: PeriodicTable, H: number) {
  const n = symbol === null ? 0 : H;
  if (n < from) return exceptions.find(({ at }) => at === n)?.size;
  const constant = constants[n % period] ?? undefined;
  return constant === undefined ? undefined : Math.floor((rate.numerator * n) / rate.denominator) + constant;
}

function accepts({ period, residues, from, also }: AcceptedSizes | undefined = none, n: number): boolean {
  return also.includes(n) || (period !== null && n >= from && residues.includes(n % period));
}

const none: AcceptedSizes = { period: null, residues: [], from: 0, also: [] };

function printed(graph: Graph): Inspection {
  return JSON.parse(JSON.stringify(inspectGraph(graph, undefined)));
}

test("the tables of --json give the sizes of every layer that shapeGraph gives, for random networks", () => {
  let compared = 0;
  /** Collected, since so many single expectations take most of the time. */
  const wrong: string[] = [];
  for (let index = 0; index < 150; index += 1) {
    const { graph } = subjectOf(randomProgram(new Random(17, `tables ${index}`)));
    if (graph === undefined) continue;
    const json = printed(graph);
    const symbols = Object.keys(json.acceptedSizes);
    for (let n = 1; n <= 130; n += 1) {
      const shaped = shapeGraph(graph, new Map(symbols.map((symbol) => [symbol, n])));
      const accepted = symbols.every((symbol) => accepts(json.acceptedSizes[symbol], n));
      if (accepted !== (shaped.kind === "shaped"))
        wrong.push(`network ${index} at ${n}: accepted ${accepted}`);
      if (shaped.kind !== "shaped") continue;
      const maps: readonly Pick<InspectedLayer, "heightTable" | "widthTable">[] = [
        ...json.inputs,
        ...json.layers,
      ];
      const inputs = graph.nodes.filter(({ operation }) => operation === "input");
      const nodes = [...inputs, ...graph.nodes.filter(({ operation }) => operation !== "input")];
      for (const [place, { id }] of nodes.entries()) {
        const [, height, width] = shaped.shapes[id] ?? [];
        const { heightTable, widthTable } = maps[place] ?? {};
        for (const [table, cells] of [
          [heightTable, height],
          [widthTable, width],
        ] as const) {
          const found = table && sizeIn(table, n);
          if (found !== cells) wrong.push(`network ${index} at ${n}, node ${id}: ${found}, not ${cells}`);
        }
        compared += 1;
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(20_000);
});

test("a table of a random size function gives its values where it exists and none elsewhere", () => {
  fc.assert(
    fc.property(anySize, ({ size, at }) => {
      const exists = existsSet(size);
      const table: PeriodicTable = JSON.parse(JSON.stringify(periodicTable(size, exists)));
      expect(table.exceptions.every((entry) => entry.at < table.from)).toBe(true);
      const wrong = sizesTo500.filter((n) => {
        const expected = contains(exists, n) ? at(n) : undefined;
        return (expected !== undefined || n < table.from) && sizeIn(table, n) !== expected;
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("a formula with more cases than are written says how many there are, and its table has them all", () => {
  const constants = Array.from({ length: 23 }, (_, residue) => (residue * residue) % 23);
  const size = { symbol: "H", prefix: [], cycle: constants.map((value) => value + 1), rise: 23 };
  const text = formula(size, existsSet(size), { unicode: true });
  const rest = "; --json has the table of all";
  expect(formula(size, existsSet(size), { unicode: true, rest })).toMatch(
    / cases; --json has the table of all\)$/,
  );
  expect(text).toMatch(/; … \((1[3-9]|2\d) cases\)$/);
  const table = periodicTable(size, existsSet(size));
  expect(table).toMatchObject({ symbol: "H", period: 23, rate: { numerator: 1, denominator: 1 } });
  for (let n = 1; n < 200; n += 1) {
    expect(sizeIn(table, n)).toBe(((n * n) % 23) + 1 + 23 * Math.floor(n / 23));
  }
});

test("U-Net's sizes need one constant: half of H at every accepted H, however few are accepted", () => {
  const graph = graphOf(`network N {
    input image [1, H, W]
    conv(4, 3, padding = same) as fine
    maxpool(2)
    upsample(2, nearest)
    skip fine by add
    output labels
  }`);
  const pool = printed(graph).layers.find(({ op }) => op === "maxpool");
  expect(pool).toMatchObject({
    height: "H/2",
    heightTable: {
      symbol: "H",
      from: 2,
      period: 1,
      rate: { numerator: 1, denominator: 2 },
      constants: [0],
      exceptions: [],
    },
  });
  expect(printed(graph).acceptedSizes).toEqual({
    H: { period: 2, residues: [0], from: 2, also: [] },
    W: { period: 2, residues: [0], from: 2, also: [] },
  });
});

test("explain gives its steps, conditions and accepted sizes as tables beside the words", () => {
  const graph = graphOf(`network N {
    input image [1, H, W]
    conv(4, 3, padding = same) as fine
    maxpool(2)
    upsample(2, nearest)
    skip fine by add
    output labels
  }`);
  const last = graph.nodes.length - 1;
  const explanation = explainMap(graph, last, {
    shaped: undefined,
    locate: () => ({ file: "n.fcn", line: 1 }),
    unicode: false,
  });
  expect(explanation.acceptedSizes).toEqual(printed(graph).acceptedSizes);
  expect(explanation.steps[0]).toMatchObject({ height: "H", heightTable: { constants: [0], period: 1 } });
  const conditions = explanation.steps.flatMap((step) => step.conditions);
  expect(conditions).toMatchObject([
    {
      needs: "H mod 2 = 0",
      needsSizes: { period: 2, residues: [0] },
      acceptedSizes: { period: 2, residues: [0], from: 2, also: [] },
      because: {
        kind: "equal",
        first: "2*floor(H/2)",
        second: "H",
        tables: [
          { symbol: "H", period: 2, rate: { numerator: 1, denominator: 1 }, constants: [0, -1] },
          { symbol: "H", period: 1, constants: [0] },
        ],
      },
    },
    {
      needs: "every H >= 2",
      needsSizes: { period: 1, residues: [0], from: 2, also: [] },
      because: { kind: "exists", size: "H", sizeTable: { symbol: "H", constants: [0] } },
    },
  ]);
});

function graphOf(source: string): Graph {
  const { networks, diagnostics } = compileText(source);
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return network.graph;
}
