/** Emitted modules leave no tensor over: not by predictions of images of other sizes, not from one training step to the next. */
import { beforeAll, describe, expect, it } from "vitest";
import { refusals } from "../../compiler/targets/typescript/refusals.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { narrowNetwork } from "../../tools/verify/engines/narrow-examples.ts";
import { fittingSize } from "../../tools/verify/targets/compare-onnx.ts";
import {
  batchAt,
  maskOf,
  plain,
  plainModule,
  plainTargets,
  withDriver,
} from "../../tools/verify/targets/compare-typescript.ts";
import { exampleSubjects } from "../../tools/verify/targets/examples.ts";

describe("every example keeps as many tensors after a prediction and a step as before", () => {
  beforeAll(async () => {
    await (await loadEngine("wasm")).probe(); // registers its backend
  });

  for (const subject of exampleSubjects) {
    it(subject.example, async () => {
      const { network } = await narrowNetwork(subject);
      if (refusals(network).length > 0) {
        expect(subject.example).toBe("crf-rnn.fcn");
        return;
      }
      const size = fittingSize(network, [1, 1]);
      const { inputs, targets } = batchAt(network, size, 1);
      const images = Object.fromEntries(
        Object.entries(plain(inputs)).map(([name, { data, shape }]) => [
          name,
          { data, shape: shape.slice(1) },
        ]),
      );
      await withDriver(network, await plainModule(network), "wasm", async (driver) => {
        const counts: number[] = [];
        for (let i = 0; i < 3; i += 1) {
          await driver.predict(images);
          await driver.apply(plain(inputs));
          counts.push(driver.tensors());
        }
        expect(counts).toEqual([counts[0], counts[0], counts[0]]);
        const stepped: number[] = [];
        for (let i = 0; i < 3; i += 1) {
          await driver.step(plain(inputs), plainTargets(targets), 1e-4, maskOf(i));
          stepped.push(driver.tensors());
        }
        // the first makes the optimizer's moments
        expect(stepped).toEqual([stepped[0], stepped[0], stepped[0]]);
        const alive = driver.tensors();
        driver.dispose();
        expect(driver.tensors()).toBeLessThan(alive);
      });
    }, 120_000);
  }
});

it("a module that keeps what it computes is noticed", async () => {
  const subject = exampleSubjects.find(({ example }) => example === "super-resolution.fcn");
  if (subject === undefined) throw new Error("there is no super-resolution.fcn");
  const { network } = await narrowNetwork(subject);
  const { name, text } = await plainModule(network);
  const untidy = text.replaceAll("tf.tidy(", "((compute: () => unknown) => compute() as never)(");
  const { inputs } = batchAt(network, fittingSize(network, [1, 1]), 1);
  await withDriver(network, { name, text: untidy }, "cpu", async (driver) => {
    const before = driver.tensors();
    await driver.apply(plain(inputs));
    expect(driver.tensors()).toBeGreaterThan(before);
  });
});
