import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "../../runtime/metrics/confusion.ts";
import type { MetricsLine } from "../../runtime/training/metrics-log.ts";
import { linePlot } from "../../runtime/training/report/line-plot.ts";
import { type ReportContent, reportPage } from "../../runtime/training/report/page.ts";
import { confusionTable } from "../../runtime/training/report/tables.ts";

const epoch = (number: number, loss: number, iou: number | null): MetricsLine => ({
  kind: "epoch",
  epoch: number,
  step: 10 * number,
  loss,
  rate: 0.1,
  class_iou: { labels: [iou, iou] },
  validation_loss: loss,
  training: { labels: { mean_iou: iou }, depth: { rel: 0.5 } },
  outputs: { labels: { mean_iou: iou }, depth: { rel: 0.25 } },
  losses: { labels: loss },
  best: true,
  images_per_second: 3,
  seconds: number,
});
const confusion = ConfusionMatrix.of(
  ["ground", "a<b"],
  [
    [30, 10],
    [0, 0],
  ],
);
const content: ReportContent = {
  network: "U & Net",
  log: [epoch(1, 0.9, 0.25), epoch(2, 0.4, 0.5)],
  best: {
    network: "U & Net",
    epoch: 2,
    step: 20,
    loss: 0.4,
    measured_on: "validation",
    classes: { labels: confusion.report() },
    outputs: { labels: { mean_iou: 0.5 }, depth: { rel: 0.125, rms: null } },
    losses: { labels: 0.3, depth: 0.1 },
  },
  samples: [
    {
      name: "x<1>",
      image: "data:,i",
      outputs: [{ output: "labels", truth: "data:,l", prediction: "data:,p", classes: true, meanIoU: null }],
    },
  ],
  palette: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  classes: ["ground", "a<b"],
  diagram: '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg viewBox="0 0 1 1"></svg>\n',
  environment: [["data", "dir/<odd>"]],
};

describe("the report", () => {
  it("shows what the run says, with every name escaped and nothing loaded from elsewhere", () => {
    const page = reportPage(content);
    expect(page).toContain("<h1>U &#38; Net</h1>");
    expect(page).toContain("a&#60;b");
    expect(page).toContain("x&#60;1&#62;: image, label, prediction</figcaption>");
    expect(page).toContain("dir/&#60;odd&#62;");
    expect(page).toContain("<tr><th>rel</th><td>0.1250</td></tr><tr><th>rms</th><td>–</td></tr>");
    expect(page).toContain("from epoch 2 (20 steps), on the validation images");
    expect(page).toContain('<div class="diagram"><svg viewBox="0 0 1 1"></svg>');
    expect(page).not.toMatch(/<script|https?:|<\?xml|<!DOCTYPE svg/);
  });

  it("leaves out what an unfinished run does not have", () => {
    const page = reportPage({ ...content, best: undefined, samples: [], log: [], diagram: undefined });
    expect(page).toContain("No epoch has finished yet.");
    expect(page).not.toContain("<h2>Samples</h2>");
    expect(page).not.toContain("NaN");
  });

  it("shows a class without pixels as a dash, neither zero nor NaN", () => {
    expect(confusionTable(["ground", "a"], confusion.counts())).toContain(">–</td>");
    expect(reportPage(content)).toContain('<td class="number">–</td>');
  });
});

describe("a plot", () => {
  it("puts each point where its axes say", () => {
    const svg = linePlot({
      title: "T",
      xLabel: "epoch",
      yDomain: [0, 1],
      series: [
        {
          name: "s",
          colour: "red",
          points: [
            { x: 0, y: 0 },
            { x: 2, y: 1 },
            { x: 1, y: 0.5 },
          ],
        },
      ],
    });
    // The plot's corners are (56, 258) for (0, 0) and (542, 40) for (2, 1).
    expect(svg).toContain('d="M56,258L542,40L299,149"');
  });

  it("leaves a gap where a value was not measured", () => {
    const points = [0, Number.NaN, 2, 3].map((y, x) => ({ x, y }));
    const svg = linePlot({
      title: "T",
      xLabel: "",
      yDomain: [0, 4],
      series: [{ name: "s", colour: "red", points }],
    });
    expect(svg.match(/M[\d.]+,[\d.]+/g)).toHaveLength(2);
    expect(svg).not.toContain("NaN");
  });
});
