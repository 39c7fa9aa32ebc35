import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { discs, feed, target } from "./batches.ts";
import { smallSegNet, smallUNet } from "./graphs.ts";
import { dataOf, distance, openSession } from "./sessions.ts";

/** SwiftShader comes with Debian's chromium; it is a GPU in software, right and slow. */
const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";
const named = process.env.VK_ICD_FILENAMES ?? driver;
process.env.VK_ICD_FILENAMES = named;

const smallField = () =>
  compileNetwork(`network Field(classes = 2) {
    input image [1, H, W]
    conv(4, 3x3) relu conv(classes, 1x1)
    crf(image, iterations = 2, appearance_position = 6, appearance_colour = 40)
    output labels by softmax
  }`).graph;

describe.skipIf(!existsSync(named))(`webgpu by ${named} (skipped where that driver is not installed)`, () => {
  it("works, is seen to be software, and is not chosen by itself", async () => {
    const report = await (await loadEngine("webgpu")).probe();
    expect(report).toMatchObject({ engine: "webgpu", works: true });
    if (named === driver) {
      expect(report).toMatchObject({ software: true, device: expect.stringContaining("SwiftShader") });
      expect((await chooseEngine("auto")).engine.name).not.toBe("webgpu");
    }
  });

  it("refuses a map above its storage buffers before it computes anything, and takes one below", async () => {
    const report = await (await loadEngine("webgpu")).probe();
    if (!report.works || report.largestArray === undefined) throw new Error("no limit is known");
    const { bytes, source } = report.largestArray;
    expect(bytes).toBeGreaterThanOrEqual(128 * 2 ** 20); // the least that the standard guarantees (section 3.6.2)
    expect(source).toMatch(/^its max(StorageBufferBindingSize|BufferSize)$/);
    const graph = smallUNet();
    const size = [1024, 1024] as const;
    const expecting = (images: number) =>
      openSession("webgpu", graph, { expects: [{ images, sizes: new Map([["image", size]]) }] });
    const widest = Math.max(...graph.nodes.map(({ map }) => map.channels));
    const imagesOfWidest = Math.ceil(bytes / (4 * widest * size[0] * size[1]));
    // Coarser maps are wider: at full size the widest would have at most as many cells as the input's sixteenth, so 64 times
    // as many images are above the limit whatever the network's largest map is.
    await expect(expecting(64 * imagesOfWidest)).rejects.toThrow(/webgpu on .* holds at most .* \(its max/);
    await expecting(1);
  });

  it.each([
    ["U-Net", smallUNet()],
    ["SegNet", smallSegNet()],
    ["network with a conditional random field", smallField()],
  ])("trains a small %s as the cpu engine does, without keeping tensors", async (_, graph) => {
    const gpu = await openSession("webgpu", graph);
    const cpu = await openSession("cpu", graph);
    let held: number | undefined;
    for (let i = 0; i < 3; i++) {
      const { images, labels } = discs(i, 1, 8);
      const onGpu = await gpu.step(feed(images), target(labels), 0.1);
      const onCpu = await cpu.step(feed(images), target(labels), 0.1);
      // Float32 sums in different order, grown by three steps.
      expect(Math.abs(onGpu.loss - onCpu.loss)).toBeLessThan(1e-4);
      held ??= gpu.allocations();
      expect(gpu.allocations()).toBe(held);
    }
    const [a, b] = [await gpu.readWeights(), await cpu.readWeights()];
    for (const name of a.keys()) expect(distance(dataOf(a, name), dataOf(b, name)), name).toBeLessThan(2e-4);
  });
});
