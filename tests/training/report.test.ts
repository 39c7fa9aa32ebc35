import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "../../runtime/metrics/confusion.ts";
import type { MetricsLine } from "../../runtime/training/metrics-log.ts";
import { linePlot } from "../../runtime/training/report/line-plot.ts";
import { type ReportContent, reportPage } from "../../runtime/training/report/page.ts";
import { noSamples } from "../../runtime/training/report/samples.ts";
import { schemeColour } from "../../runtime/training/report/scheme-colour.ts";
import { smoothed } from "../../runtime/training/report/smoothed.ts";
import { confusions, confusionTable } from "../../runtime/training/report/tables.ts";

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
const red = { light: "red", dark: "pink" };
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
  samples: {
    worst: [
      {
        name: "x<1>",
        image: "data:,i",
        outputs: [
          {
            output: "labels",
            truth: "data:,l",
            prediction: "data:,p",
            error: "data:,e",
            classes: true,
            meanIoU: null,
          },
        ],
      },
    ],
    random: [],
    looked: 1,
    of: 3,
    split: "validation",
  },
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
    expect(page).toContain("x&#60;1&#62;: image, label, prediction, error</figcaption>");
    expect(page).toContain("dir/&#60;odd&#62;");
    expect(page).toContain("<tr><th>rel</th><td>0.1250</td></tr><tr><th>rms</th><td>–</td></tr>");
    expect(page).toContain("from epoch 2 (20 steps), on the validation images");
    expect(page).toContain('<div class="diagram"><svg viewBox="0 0 1 1"></svg>');
    expect(page).toContain("Worst images (of 1 of 3 validation images)");
    expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /<script src|https?:|<\?xml|<!DOCTYPE svg|@import|url\(/,
    );
    expect(page).toContain("default-src 'none'");
  });

  it("names each of several outputs over its pictures, in a row of its own", () => {
    const [sample] = content.samples.worst;
    const [labels] = sample?.outputs ?? [];
    if (sample === undefined || labels === undefined) throw new Error("a sample");
    const side = { ...labels, output: "side[1]", meanIoU: 0.25 };
    const edges = { ...labels, output: "edges", classes: false };
    const worst = [{ ...sample, outputs: [side, edges] }];
    const page = reportPage({ ...content, samples: { ...content.samples, worst } });
    const [rows = ""] = /<div class="several">.*?<\/div>/.exec(page) ?? [];
    expect(rows.match(/<img/g)).toHaveLength(7);
    expect(rows).toContain(
      '<span class="output">side[1]: mean IoU 0.250</span><img class="classes" alt="side[1] target"',
    );
    expect(rows).toContain('<span class="output">edges</span><img alt="edges target"');
    expect(page).toContain("image; target, prediction and error of each output</figcaption>");
  });

  it("leaves out what an unfinished run does not have", () => {
    const page = reportPage({ ...content, best: undefined, samples: noSamples, log: [], diagram: undefined });
    expect(page).toContain("No epoch has finished yet.");
    expect(page).not.toContain('<div class="samples">');
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
          colour: red,
          points: [
            { x: 0, y: 0 },
            { x: 2, y: 1 },
            { x: 1, y: 0.5 },
          ],
        },
      ],
    });
    // The plot's corners are (52, 212) for (0, 0) and (388, 16) for (2, 1).
    expect(svg).toContain('d="M52,212L388,16L220,114"');
  });

  it("leaves a gap where a value was not measured", () => {
    const points = [0, Number.NaN, 2, 3].map((y, x) => ({ x, y }));
    const svg = linePlot({
      title: "T",
      xLabel: "",
      yDomain: [0, 4],
      series: [{ name: "s", colour: red, points }],
    });
    expect(svg.match(/M[\d.]+,[\d.]+/g)).toHaveLength(2);
    expect(svg).not.toContain("NaN");
  });
});

describe("curves", () => {
  it("are smoothed by a mean whose beginning is not drawn to zero, with gaps left as they are", () => {
    const points = [4, 4, Number.NaN, 4, 0].map((y, x) => ({ x, y }));
    const ys = smoothed(points, 0.5).map(({ y }) => y);
    expect(ys.slice(0, 4)).toEqual([4, 4, Number.NaN, 4]);
    expect(ys[4]).toBeCloseTo((4 * (1 - 0.5 ** 3) * 0.5) / (1 - 0.5 ** 4), 12);
    expect(smoothed(points, 0)).toEqual(points);
  });

  it("of classes, learning rate and speed are drawn, and carry the values that the pointer shows", () => {
    const page = reportPage(content);
    for (const title of [
      "Loss",
      "labels: mean IoU",
      "depth: rel",
      "IoU of each class",
      "Learning rate",
      "Images per second",
    ])
      expect(page, title).toContain(`<h3>${title}</h3>`);
    const plots = [...page.matchAll(/data-plot="([^"]*)"/g)].map(([, text = ""]) =>
      JSON.parse(text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))),
    );
    const named = plots.find(({ series }) => series[0]?.name === "ground");
    expect(named?.series).toEqual([
      {
        name: "ground",
        smooth: false,
        points: [
          [1, 0.25],
          [2, 0.5],
        ],
      },
      {
        name: "a<b",
        smooth: false,
        points: [
          [1, 0.25],
          [2, 0.5],
        ],
      },
    ]);
  });

  it("have colours that are seen on a light and on a dark page", () => {
    const luminance = (css: string) => {
      const [r = 0, g = 0, b = 0] = (css.match(/\d+/g) ?? []).map(Number);
      return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
    };
    for (const colour of [
      [22, 24, 34],
      [250, 250, 240],
      [255, 0, 0],
      [0, 0, 255],
    ] as const) {
      expect(luminance(schemeColour(colour).light)).toBeLessThan(0.65);
      expect(luminance(schemeColour(colour).dark)).toBeGreaterThan(0.2);
    }
  });
});

describe("many classes", () => {
  it("are shown by the pairs that are confused most", () => {
    const names = Array.from({ length: 30 }, (_, i) => `class ${i}`);
    const counts = names.map((_, i) => names.map((_, j) => (i === 7 && j === 9 ? 50 : i === j ? 50 : 0)));
    const table = confusions(names, counts);
    expect(table).toContain(
      '<td>class 7</td><td>class 9</td><td class="number">50.0</td><td class="number">50</td>',
    );
    expect(table.match(/<tr>/g)).toHaveLength(2);
  });
});
