/** A project around a module: programs that train and predict on folders of images with Node. */
import type { TrainConfiguration } from "../../../learning/configuration.ts";
import type { ScheduleConfiguration } from "../../../learning/schedules/registry.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import type { TargetSubject } from "../../target.ts";
import { utf8 } from "../../utf8.ts";
import { metadataOf, weightsFile } from "../../weights-file.ts";
import { identifier } from "../body/names.ts";
import { formatTypeScript } from "../format.ts";
import { outputGrids } from "../module/sizes.ts";
import { augmentText } from "./augment-text.ts";
import { augmentationCode, cropCode } from "./augmentations.ts";
import { imagesText } from "./images-text.ts";
import { learningRateBody } from "./learning-rate.ts";
import { predictText } from "./predict-text.ts";
import { trainText } from "./train-text.ts";

/** By path, beside the module: the programs, and the weights where the subject has some. */
export async function runnableFiles(
  subject: TargetSubject,
  className: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [path, text] of await programTexts(subject, className)) files.set(path, utf8(text));
  const { network, weights } = subject;
  if (weights !== undefined)
    files.set("weights.safetensors", weightsFile(network.graph, weights, metadataOf(subject)));
  return files;
}

async function programTexts(
  { network, version }: TargetSubject,
  className: string,
): Promise<ReadonlyMap<string, string>> {
  const { graph } = network;
  const train = network.train ?? { ...usualTraining(graph), schedule: [], epochs: 40, batch: 4, augment: [] };
  const schedules: readonly ScheduleConfiguration[] = train.schedule;
  const [input] = graph.nodes.filter(isInput);
  const [output] = graph.outputs;
  if (input === undefined || output === undefined) throw new Error(`${graph.name} has no input or no output`);
  const grids = outputGrids(graph, input, output);
  const grid = (axis: 0 | 1): string =>
    `(${/\bsize\b/.test(JSON.stringify(grids[axis])) ? "size" : ""}) => ({ positions: ${grids[axis].positions}, stride: ${grids[axis].stride}, offset: ${grids[axis].offset} })`;
  const field = identifier(output.name);
  const facts = {
    className,
    input: identifier(input.attributes.name),
    field,
    channels: input.attributes.channels,
    classes: Math.max(2, inputAt(graph.nodes, output.node).map.channels),
    epochs: train.epochs,
    batch: train.batch,
    grids: [grid(0), grid(1)] as const,
    labels: labelValues(network.train),
    learningRate: learningRateBody(train.optimizer.learningRate, train.schedule),
    plateau: schedules.find((schedule) => schedule.kind === "plateau"),
    crop: cropCode(train.augment),
    seed: train.seed,
  };
  const augment = augmentationCode(train.augment, facts.channels);
  return new Map([
    ["package.json", packageText(className, version)],
    ["tsconfig.json", tsconfigText],
    ["images.ts", await formatTypeScript(imagesText(facts))],
    ["augment.ts", await formatTypeScript(augmentText(facts.channels, augment))],
    ["train.ts", await formatTypeScript(trainText(facts))],
    ["predict.ts", await formatTypeScript(predictText(facts))],
  ]);
}

/** Entries of a table from the value of a label image to the class, -1 where it is ignored. */
function labelValues(train: TrainConfiguration | undefined): string | undefined {
  if (train?.masks.values === undefined && (train?.masks.ignore.length ?? 0) === 0) return undefined;
  const entry = (value: number | string, label: number) => `[${JSON.stringify(value)}, ${label}]`;
  const { values, ignore = [], classes = [] } = train?.masks ?? {};
  const known =
    values?.map(({ className, value }) => entry(value, classes.indexOf(className))) ??
    classes.map((_, i) => entry(i, i));
  return [...known, ...ignore.map((value) => entry(value, -1))].join(", ");
}

const tsconfigText = `${JSON.stringify(
  {
    compilerOptions: {
      target: "ES2022",
      module: "NodeNext",
      moduleResolution: "NodeNext",
      lib: ["ES2022", "DOM"],
      types: ["node"],
      strict: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
    },
  },
  undefined,
  2,
)}\n`;

function packageText(className: string, version: string): string {
  const about = {
    name: className.toLowerCase(),
    version: "0.0.0",
    private: true,
    type: "module",
    description: `${className} for TensorFlow.js, written by fcn ${version}`,
    scripts: { train: "tsx train.ts", predict: "tsx predict.ts", check: "tsc" },
    dependencies: {
      "@tensorflow/tfjs": "4.22.0",
      "@tensorflow/tfjs-backend-wasm": "4.22.0",
      "fast-png": "^8.0.0",
      sharp: "^0.35.5",
    },
    devDependencies: { "@types/node": "^20.19.0", tsx: "^4.20.0", typescript: "~5.9.0" },
  };
  return `${JSON.stringify(about, undefined, 2)}\n`;
}
