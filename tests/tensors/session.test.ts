import { describe, expect, it } from "vitest";
import {
  optimizers as catalogue,
  type OptimizerConfiguration,
} from "../../compiler/learning/optimizers/registry.ts";
import { type Engine, NotFinite, WeightMismatch } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { Executor } from "../../runtime/engines/executor.ts";
import { ProgramSession } from "../../runtime/engines/program-session.ts";
import type { DrawWeights } from "../../runtime/engines/program-state.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { ReferenceExecutor, referenceSession } from "../../tools/verify/reference-executor.ts";
import { randomLabels, randomMaps } from "../engines/batches.ts";
import { adam, dataOf, distance, rmsprop, sgd } from "../engines/sessions.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** Dropout and batch normalisation; a bias before it would have a gradient of rounding errors alone. */
const { graph } = compileNetwork(`network Small {
  input image [2, H, W]
  conv(4, 3x3, bias = false) batchnorm relu dropout(0.3)
  conv(4, 3x3, stride = 2) tanh
  transposed_conv(3, 2x2, stride = 2)
  output labels by softmax
}`);

const inputs = new Map([["image", randomMaps(1, [2, 6, 8, 2])]]);
const targets = new Map([["labels", { kind: "labels" as const, ...randomLabels(2, [2, 6, 8], 3, 5) }]]);

function options(optimizer: OptimizerConfiguration) {
  const term = { kind: "cross_entropy", weights: [1, 2, 0.5], labelSmoothing: 0, reduction: "mean" } as const;
  const output = { loss: [{ factor: 1, term }], predicts: "classes" } as const;
  return { seed: 4, training: { outputs: new Map([["labels", output]]), optimizer } };
}

const optimizers: readonly (readonly [string, OptimizerConfiguration])[] = [
  ["sgd without momentum", sgd({ momentum: 0 })],
  ["sgd with momentum", sgd()],
  ["sgd with Nesterov momentum and weight decay", sgd({ nesterov: true, weightDecay: 0.01 })],
  ["adam", adam()],
  ["adam with weight decay", adam({ weightDecay: 0.1 })],
  ["rmsprop", rmsprop({ alpha: 0.99 })],
  [
    "rmsprop, centred, with momentum and weight decay",
    rmsprop({ centered: true, momentum: 0.9, weightDecay: 0.01, epsilon: 1e-3 }),
  ],
  ["adamw", { ...adam({ weightDecay: 0.01 }), kind: "adamw" }],
];

it("every optimizer is among them", () => {
  const tried = new Set(optimizers.map(([, { kind }]) => kind));
  expect([...tried].sort()).toEqual(catalogue.map(({ name }) => name).sort());
});

/** Those of this machine. */
const engines: Engine[] = [];
for (const name of ["cpu", "wasm", "native"] as const) {
  const engine = await loadEngine(name);
  const report = await engine.probe();
  if (report.works) engines.push(engine);
  else it.skip(`${name} is not here: ${report.reason}`);
}

describe.each(engines.map((engine) => [engine.name, engine] as const))("the %s engine", (_name, from) => {
  it.each(optimizers)("follows the programs in float64 step by step with %s", async (_, optimizer) => {
    const reference = referenceSession(graph, options(optimizer));
    const engine = await from.open(graph, options(optimizer));
    for (let step = 0; step < 5; step++) {
      const expected = await reference.step(inputs, targets, 0.05);
      const found = await engine.step(inputs, targets, 0.05);
      expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5);
      expect(found.terms).toEqual(
        new Map(
          [...expected.terms].map(([name, parts]) => [
            name,
            parts.map(({ value, counted }) => ({ value: expect.closeTo(value, 5), counted })),
          ]),
        ),
      );
      expect(found.predictions).toEqual(expected.predictions);
    }
    for (const [found, expected] of [
      [await engine.readWeights(), await reference.readWeights()],
      [await engine.readState(), await reference.readState()],
    ] as const) {
      expect([...found.keys()]).toEqual([...expected.keys()]);
      for (const name of expected.keys()) {
        expect(distance(dataOf(found, name), dataOf(expected, name)), name).toBeLessThan(2e-5);
      }
    }
    engine.close();
  });

  it("writes weights and state from which another continues, and continues from those of another", async () => {
    const engine = await from.open(graph, options(adam()));
    for (let step = 0; step < 3; step++) await engine.step(inputs, targets, 0.05);
    const reference = referenceSession(graph, { ...options(adam()) });
    await reference.writeWeights(await engine.readWeights());
    await reference.writeState(await engine.readState());
    const expected = await engine.step(inputs, targets, 0.05);
    const found = await reference.step(inputs, targets, 0.05);
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5);
    const next = await from.open(graph, options(adam()));
    await next.writeWeights(await reference.readWeights());
    await next.writeState(await reference.readState());
    const [there, here] = [
      await next.step(inputs, targets, 0.05),
      await reference.step(inputs, targets, 0.05),
    ];
    expect(Math.abs(there.loss - here.loss)).toBeLessThan(1e-5);
    next.close();
    engine.close();
  });

  it("gives the gradients by the inputs that the programs have", async () => {
    const engine = await from.open(graph, { seed: 4 });
    const reference = referenceSession(graph, { seed: 4 });
    const node = graph.outputs[0]?.logits ?? -1;
    const weights = randomMaps(7, [2, 6, 8, 3]);
    const found = await engine.inputGradients(inputs, node, weights);
    const expected = await reference.inputGradients(inputs, node, weights);
    const data = (maps: typeof found) => [...(maps.get("image")?.data ?? [])];
    expect(data(expected).some((value) => value !== 0)).toBe(true);
    expect(distance(data(found), data(expected))).toBeLessThan(1e-5);
    engine.close();
  });
});

/** The methods of an executor as values. */
function bound(executor: ReferenceExecutor): Executor {
  return {
    prepare: (program) => executor.prepare(program),
    writeState: (name, data) => executor.writeState(name, data),
    readState: (name) => executor.readState(name),
    allocations: () => executor.allocations(),
    close: () => executor.close(),
  };
}

describe("a session of programs", () => {
  it("prepares a program once for each purpose and shape", async () => {
    const executor = new ReferenceExecutor();
    const session = new ProgramSession(executor, graph, options(sgd()));
    for (let step = 0; step < 2; step++) {
      await session.step(inputs, targets, 0.1);
      await session.evaluate(inputs, targets);
      await session.predict(inputs);
    }
    expect(executor.prepared).toHaveLength(4); // gradients, update, evaluation, prediction
    await session.predict(new Map([["image", randomMaps(1, [1, 6, 8, 2])]]));
    expect(executor.prepared).toHaveLength(5);
  });

  it("draws no weight that it is given, and the others once, when something reads them", async () => {
    const drawn: (readonly string[])[] = [];
    const draw: DrawWeights = (...given) => {
      drawn.push([...given[2]]);
      return initialiseWeights(...given);
    };
    const opened = (training = false) => {
      const { seed, ...rest } = options(sgd());
      const given = training ? { seed, ...rest } : { seed };
      return new ProgramSession(new ReferenceExecutor(), graph, given, undefined, draw);
    };
    const all = initialiseWeights(graph, 4);
    const one = "conv2.weight";
    const given = opened();
    await given.writeWeights(all);
    await given.predict(inputs);
    expect(drawn).toEqual([]);
    const partly = opened(true);
    const ones = (all.get(one)?.data ?? []).map(() => 1);
    await partly.writeWeights(
      new Map([[one, { shape: all.get(one)?.shape ?? [], data: Float32Array.from(ones) }]]),
    );
    const weights = await partly.readWeights();
    await partly.step(inputs, targets, 0.1);
    expect(drawn).toEqual([[...all.keys()].filter((name) => name !== one)]);
    for (const [name, { data }] of weights)
      expect([...data]).toEqual([...(name === one ? ones : dataOf(all, name))]);
  });

  it("makes the programs of a step while its weights are drawn, and runs none before they are there", async () => {
    const happened: string[] = [];
    let release = () => {};
    const draw: DrawWeights = async (...given) => {
      happened.push("begins to draw");
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      happened.push("has drawn");
      return initialiseWeights(...given);
    };
    const executor = new ReferenceExecutor();
    const watched: Executor = {
      ...bound(executor),
      prepare: async (program) => {
        const prepared = await executor.prepare(program);
        happened.push("prepares");
        release();
        return {
          ...prepared,
          run: (feeds) => {
            happened.push("runs");
            return prepared.run(feeds);
          },
        };
      },
    };
    const session = new ProgramSession(watched, graph, options(sgd()), undefined, draw);
    await session.step(inputs, targets, 0.1);
    expect(happened).toEqual(["begins to draw", "prepares", "prepares", "has drawn", "runs", "runs"]);
  });

  it("draws again where that failed, and never over weights that were given since", async () => {
    let fails = true;
    const draw: DrawWeights = async (...given) => {
      if (fails) throw new Error("the thread that draws has ended");
      return initialiseWeights(...given);
    };
    const session = new ProgramSession(new ReferenceExecutor(), graph, options(sgd()), undefined, draw);
    await expect(session.step(inputs, targets, 0.1)).rejects.toThrow("the thread that draws has ended");
    fails = false;
    const bias = { shape: [3], data: Float32Array.of(1, 2, 3) };
    await session.writeWeights(new Map([["transposed_conv1.bias", bias]]));
    const expected = new Map([...initialiseWeights(graph, 4), ["transposed_conv1.bias", bias] as const]);
    expect(await session.readWeights()).toEqual(expected);
  });

  it("says that a program cannot be prepared, and prepares it when it is asked for again", async () => {
    const executor = new ReferenceExecutor();
    let refuses = true;
    const refusing: Executor = {
      ...bound(executor),
      prepare: async (program) => {
        const updates = program.state.some(({ name }) => program.updates.some(({ state }) => state === name));
        if (!updates || !refuses) return executor.prepare(program);
        throw new Error("there is no memory for the update");
      },
    };
    const session = new ProgramSession(refusing, graph, options(sgd()));
    await expect(session.step(inputs, targets, 0.1)).rejects.toThrow("there is no memory for the update");
    refuses = false;
    const other = referenceSession(graph, options(sgd()));
    expect(await session.step(inputs, targets, 0.1)).toEqual(await other.step(inputs, targets, 0.1));
    expect(await session.readWeights()).toEqual(await other.readWeights());
    session.close();
  });

  it("leaves weights, statistics and steps as they were where a gradient is not finite", async () => {
    const session = referenceSession(graph, options(adam()));
    const before = await session.readWeights();
    const infinite = new Map(
      [...before].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((x) => (name === "transposed_conv1.bias" ? Number.NaN : x)) },
      ]),
    );
    await session.writeWeights(infinite);
    await expect(session.step(inputs, targets, 0.1)).rejects.toThrow(NotFinite);
    expect(await session.readWeights()).toEqual(infinite);
    expect(dataOf(await session.readState(), "step")).toEqual([0, 0]);
  });

  it("refuses weights and state of other names and shapes, and changes nothing then", async () => {
    const session = referenceSession(graph, options(adam()));
    const before = await session.readWeights();
    const wrong = { shape: [1], data: Float32Array.of(1) };
    const first = before.get("conv2.bias") ?? wrong;
    const changed = new Map([["conv2.bias", { ...first, data: first.data.map(() => 5) }]]);
    await expect(session.writeWeights(new Map([...changed, ["conv9.bias", wrong]]))).rejects.toThrow(
      WeightMismatch,
    );
    await expect(session.writeWeights(new Map([...changed, ["conv1.weight", wrong]]))).rejects.toThrow(
      WeightMismatch,
    );
    await expect(session.writeState(new Map())).rejects.toThrow(WeightMismatch);
    expect(await session.readWeights()).toEqual(before);
  });
});
