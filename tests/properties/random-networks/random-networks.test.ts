/** The compiler's claims about random networks against the truth found by running them (docs/verification.md). */
import { expect, test } from "vitest";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { examine } from "../../../tools/verify/random-networks/examine.ts";
import { Summary } from "../../../tools/verify/random-networks/summary.ts";

const seed = 20_261_120;

/** Networks that compile. */
const networks = 60;

test("sizes, accepted sizes, places, fields, crops and refusals of random networks are what running them shows", async () => {
  const engine = await loadEngine("cpu");
  const summary = new Summary();
  const { counts } = summary;
  for (let index = 0; counts.compiled < networks; index += 1) {
    const { subject, disagreements } = await examine(seed, index, {
      impulses: index % 5 === 0 ? engine : undefined,
    }).then((examination) => {
      summary.add(examination);
      return examination;
    });
    expect(disagreements, `network ${index} of seed ${seed}:\n${subject.source.text}`).toEqual([]);
  }
  // The networks are worth the name: they hold every operation that moves a grid, and their fields are really seen.
  const moving = [
    "add",
    "avgpool",
    "bed_of_nails",
    "concat",
    "conv",
    "crop",
    "crop_to",
    "maxpool",
    "pad",
    "resize",
    "resize_to",
    "transposed_conv",
    "unpool",
  ];
  expect(Object.keys(counts.operations)).toEqual(expect.arrayContaining(moving));
  // And what of the language makes several feature maps of one statement, or one of several sizes.
  const features = [
    "blocks",
    "blocks of std/blocks",
    "current",
    "families",
    "families of two indices",
    "joins of several named feature maps",
    "joins that repeat one channel",
    "joins that repeat one position",
    "outputs in loops",
    "two inputs of one size",
    "two inputs of proportional sizes",
  ];
  expect(Object.keys(counts.features)).toEqual(expect.arrayContaining(features));
  expect(counts.sizes).toBeGreaterThan(300_000);
  expect(counts.exactFields).toBeGreaterThan(300_000);
  expect(counts.phasesShown / counts.phases).toBeGreaterThan(0.88);
  expect(counts.engineNetworks).toBeGreaterThan(10);
  expect(counts.refused).toBeGreaterThan(50);
}, 300_000);
