/** The modules that train the network as `fcn train` does, in one process or many. */
import type { TrainConfiguration } from "../../../learning/configuration.ts";
import { settingsOf } from "../../../learning/plan-settings.ts";
import { planVersion } from "../../../learning/plan-version.ts";
import type { Graph } from "../../../network/graph.ts";
import { nodeText } from "../../../network/print.ts";
import { torchvisionParts } from "../../../prelude/torchvision/weight-names.ts";
import type { TargetSubject } from "../../target.ts";
import { metadataOf } from "../../weights-file.ts";
import { packageName } from "../names.ts";
import { buildingText } from "./building-text.ts";
import { checkpointsText } from "./checkpoints-text.ts";
import { distributedText } from "./distributed-text.ts";
import { epochsText } from "./epochs-text.ts";
import { feedingText } from "./feeding-text.ts";
import { flatText } from "./flat-text.ts";
import { gradientsText } from "./gradients-text.ts";
import { memoryText } from "./memory-text.ts";
import { optionsText } from "./options-text.ts";
import { notFiniteText } from "./origin-text.ts";
import { recordText } from "./record-text.ts";
import { reportingText } from "./reporting-text.ts";
import { runLogText } from "./run-log-text.ts";
import { runText } from "./run-text.ts";
import { samplingText } from "./sampling-text.ts";
import { schedulesText } from "./schedules-text.ts";
import { settingsFile } from "./settings.ts";
import { startingText } from "./starting-text.ts";
import { tallyText } from "./tally-text.ts";
import { trainText } from "./train-text.ts";
import { updatesText } from "./updates-text.ts";
import { validationText } from "./validation-text.ts";

/** By name within the package; empty for a network without a `train` section. */
export function runFiles(subject: TargetSubject, className: string): ReadonlyMap<string, string> {
  const { graph, name, train } = subject.network;
  if (train === undefined) return new Map();
  return new Map([
    ["settings.py", settingsFile(graph, train)],
    ["sampling.py", samplingText],
    ["distributed.py", distributedText],
    ["schedules.py", schedulesText],
    ["updates.py", updatesText],
    ["starting.py", startingText],
    ["building.py", buildingText.replaceAll("CLASS", className)],
    ["validation.py", validationText],
    ["tally.py", tallyText],
    ["checkpoints.py", checkpointsText],
    ["flat.py", flatText],
    ["gradients.py", gradientsText],
    ["feeding.py", feedingText],
    ["epochs.py", epochsText],
    ["memory.py", memoryText],
    ["options.py", optionsText],
    ["origin.py", notFiniteText],
    ["reporting.py", reportingText],
    ["record.py", recordText],
    ["run_log.py", runLogText],
    ["run.py", runText],
    ["train.py", trainText.replaceAll("PACKAGE", packageName(name))],
    ["training.json", originText(subject, train)],
  ]);
}

/** What checkpoints say of the program (runtime/training/run-plan.ts); of which data, `fcn train` adds. */
function originText(subject: TargetSubject, train: TrainConfiguration): string {
  const { graph } = subject.network;
  const layers = Object.fromEntries(graph.nodes.map((node) => [node.name, nodeText(node, graph)]));
  const { sweep: _, ...configuration } = train;
  const plan = { version: planVersion, configuration, layers, data: {} };
  const settings = Object.fromEntries(settingsOf(configuration));
  const torchvision = train.startAs === "torchvision" ? { torchvision: partsOf(graph) } : {};
  return `${JSON.stringify({ metadata: metadataOf(subject), plan, settings, ...torchvision }, undefined, 2)}\n`;
}

/** Of each encoder and head its weights by torchvision's names, for `starting.py`. */
function partsOf(graph: Graph): readonly object[] {
  return torchvisionParts(graph).map(
    ({ kind, names, classifiers, alsoBelow, first, prefix, differences }) => ({
      kind,
      names: Object.fromEntries(names),
      classifiers: [...classifiers],
      first: kind === "encoder" ? `${first.name}.weight` : null,
      ...(alsoBelow === undefined ? {} : { alsoBelow }),
      differences: differences.map((one) => `${prefix}: ${one}`),
    }),
  );
}
