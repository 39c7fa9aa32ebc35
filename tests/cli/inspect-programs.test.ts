import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readProgram } from "../../compiler/tensors/text/read.ts";
import { verifyProgram } from "../../compiler/tensors/verify.ts";
import { fcn } from "./run-fcn.ts";

const folder = mkdtempSync(join(tmpdir(), "fcn-inspect-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, "net.fcn"),
  `network Net {
  input image [1, H, W]
  conv(2, 3x3, bias = false) batchnorm relu dropout(0.5)
  maxpool(2)
  conv(2, 1x1)
  upsample(2, bilinear)
  output labels by softmax
}
`,
);

const inspect = (...words: readonly string[]) => fcn(folder, "inspect", "net.fcn", ...words);

it("fcn inspect --ir training prints two programs, which read back and verify: gradients and their update", async () => {
  const { status, out } = await inspect("--ir", "training", "--size", "6x8", "--batch", "3");
  expect(status).toBe(0);
  const [gradients, update, ...more] = out.split("\n\n").map(readProgram);
  if (gradients === undefined || update === undefined || more.length > 0)
    throw new Error("two programs are expected");
  for (const program of [gradients, update]) expect(verifyProgram(program)).toEqual([]);
  expect(gradients.feeds.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "input image",
    "mask dropout1",
    "target labels",
    "valid labels.0",
    "scale labels.0",
  ]);
  const [image] = gradients.feeds;
  expect(gradients.values[image?.value ?? -1]?.shape).toEqual([3, 1, 6, 8]);
  expect(gradients.updates.map(({ state }) => state)).toEqual([
    "batchnorm1.running_mean",
    "batchnorm1.running_variance",
  ]);
  const learned = ["conv1.weight", "batchnorm1.scale", "batchnorm1.shift", "conv2.weight", "conv2.bias"];
  const found = gradients.outputs.filter(({ kind }) => kind === "gradient").map(({ name }) => name);
  expect(found).toEqual(learned);
  expect(update.updates.map(({ state }) => state).filter((state) => learned.includes(state))).toEqual(
    learned,
  );
});

it("fcn inspect --ir program uses running statistics, and no dropout", async () => {
  const { out } = await inspect("--ir", "program", "--size", "6x8");
  const { feeds, state, updates } = readProgram(out);
  expect(feeds.map(({ name }) => name)).toEqual(["image"]);
  expect(state.filter(({ kind }) => kind === "statistic")).toHaveLength(2);
  expect(updates).toEqual([]);
});

it("fcn inspect --ir refuses a size for the graph, a batch without a program, and a size the network does not accept", async () => {
  expect(await inspect("--ir", "--size", "6x8")).toMatchObject({
    status: 2,
    err: expect.stringContaining("the graph does not depend on a size"),
  });
  expect(await inspect("--batch", "2")).toMatchObject({
    status: 2,
    err: expect.stringContaining("--batch needs --ir program or --ir training"),
  });
  const odd = await inspect("--ir", "program", "--size", "1x1");
  expect(odd.status).toBe(1);
  expect(odd.err).toContain("Net does not accept H = 1");
});
