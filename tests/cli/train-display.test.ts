import { describe, expect, it } from "vitest";
import type { StepProgress, TrainingPlan } from "../../runtime/training/observer.ts";
import { TrainDisplay } from "../../tools/cli/commands/train/train-display.ts";
import { duration } from "../../tools/cli/console/numbers.ts";
import type { Terminal } from "../../tools/cli/console/terminal.ts";

const plan: TrainingPlan = {
  trainingImages: 8,
  validationImages: 2,
  stepsPerEpoch: 4,
  epochs: 12,
  step: 0,
  classWeights: undefined,
};
const step: StepProgress = {
  epoch: 1,
  step: 1,
  stepInEpoch: 1,
  loss: 0.5,
  training: { labels: { mean_iou: 0.25 } },
  imagesPerSecond: 3.21,
  secondsLeft: 75,
};

describe("the display of a training run", () => {
  it("writes a plain line for each epoch where no one watches", () => {
    const lines: string[] = [];
    const terminal: Terminal = {
      print: () => {},
      note: (text) => void lines.push(text),
      printColour: false,
      noteColour: false,
      interactive: false,
    };
    const display = new TrainDisplay(terminal);
    display.observe({ kind: "begins", plan });
    display.observe({ kind: "step", progress: step });
    display.observe({
      kind: "epoch",
      line: {
        kind: "epoch",
        epoch: 1,
        step: 4,
        loss: 0.4,
        rate: 0.1,
        class_iou: { labels: [0.5, null] },
        validation_loss: 0.3,
        training: { labels: { mean_iou: 0.4 }, depth: { rel: 0.2 } },
        outputs: { labels: { mean_iou: 0.5, pixel_accuracy: 0.75 }, depth: { rel: 0.125, rms: 2 } },
        losses: { labels: 0.2, depth: 0.1 },
        best: true,
        images_per_second: 3.21,
        seconds: 65,
      },
    });
    display.close();
    expect(lines).toEqual([
      "epoch  1/12  loss 0.4000, validation 0.3000  labels mean IoU 0.500  depth rel 0.125  3.2 images/s  1 min 05 s  best",
    ]);
  });
});

describe("a duration", () => {
  it("is said in the units that fit it", () => {
    expect([0.4, 59.6, 185, 7620].map(duration)).toEqual(["0 s", "1 min 00 s", "3 min 05 s", "2 h 07 min"]);
  });
});
