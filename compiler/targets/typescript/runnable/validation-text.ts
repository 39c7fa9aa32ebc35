/** What the training program of a runnable project does where its schedule waits for validations. */
import type { RunnableFacts } from "./facts.ts";

export const validationSplit = `
// The schedule waits for the mean IoU on a fifth of the images, which are not trained on.
const [first, ...others] = shuffled(samples);
if (first === undefined || others.length === 0) fail("there is only one image, and validation needs another");
const held = Math.floor(samples.length / 5);
const validation = [first, ...others.slice(0, Math.max(0, held - 1))];
const training = others.slice(Math.max(0, held - 1));
let best: number | undefined;
let waited = 0;
let drops = 0;
`;

/** After every epoch. */
export function plateauCount(patience: number): string {
  return `const measure = await meanIoU();
  if (best === undefined || measure > best) [best, waited] = [measure, 0];
  else waited += 1;
  if (waited >= ${patience}) [waited, drops] = [0, drops + 1];
  console.log(\`  mean IoU \${measure.toFixed(4)} of \${validation.length} images\`);`;
}

export function meanIouText({ field, classes }: Pick<RunnableFacts, "field" | "classes">): string {
  return `
/** Intersection over union on the validation images, the mean over the classes that occur. */
async function meanIoU(): Promise<number> {
  const both = new Array<number>(${classes}).fill(0);
  const either = new Array<number>(${classes}).fill(0);
  const count = (counts: number[], label: number): void => {
    counts[label] = (counts[label] ?? 0) + 1;
  };
  for (const { image, labels } of validation) {
    const { ${field}: predicted } = network.predict(image);
    const found = await predicted.data();
    predicted.dispose();
    for (const [i, label] of labels.data.entries()) {
      if (label < 0) continue;
      const guess = found[i] ?? 0;
      count(either, label);
      if (guess === label) count(both, label);
      else count(either, guess);
    }
  }
  const shares = both.flatMap((shared, label) => {
    const all = either[label] ?? 0;
    return all === 0 ? [] : [shared / all];
  });
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}
`;
}
