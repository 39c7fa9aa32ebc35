/** What a report does when it is looked at: values under the pointer, smoothing, and, of a run in progress, new figures. */
import { usualSmoothing } from "./smoothed.ts";

/** Plain JavaScript of the page; it reads the points that every plot carries (line-plot.ts). Without it the page is the same picture. */
export const script = `
"use strict";
let share = ${usualSmoothing};
const ns = "http://www.w3.org/2000/svg";
const shown = (value) => Math.abs(value) !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5) ? value.toExponential(3) : String(Number(value.toPrecision(4)));
function smooth(points) {
  let mean = 0, weight = 0;
  return points.map(([x, y]) => {
    mean = share * mean + (1 - share) * y;
    weight = share * weight + (1 - share);
    return [x, mean / weight];
  });
}
function prepare(figure) {
  const plot = JSON.parse(figure.dataset.plot);
  const svg = figure.querySelector("svg");
  const scale = (value, [a, b], [from, to]) => from + ((value - a) / (b - a || 1)) * (to - from);
  const at = ([x, y]) => [scale(x, plot.x, plot.left), scale(y, plot.y, plot.top)];
  const groups = [...figure.querySelectorAll("g.series")];
  let curves = [];
  const draw = () => {
    curves = plot.series.map(({ points, smooth: asked }) => (asked ? smooth(points) : points));
    plot.series.forEach(({ smooth: asked }, i) => {
      if (!asked) return;
      const d = curves[i].map((point, k) => (k ? "L" : "M") + at(point).map((v) => v.toFixed(1)).join(",")).join("");
      groups[i].querySelector(".curve").setAttribute("d", d);
    });
  };
  draw();
  figure.redraw = draw;
  const tip = figure.appendChild(document.createElement("output"));
  tip.hidden = true;
  const rule = svg.appendChild(document.createElementNS(ns, "line"));
  rule.setAttribute("class", "rule");
  rule.setAttribute("y1", plot.top[1]);
  rule.setAttribute("y2", plot.top[0]);
  rule.setAttribute("visibility", "hidden");
  const leave = () => { tip.hidden = true; rule.setAttribute("visibility", "hidden"); };
  const move = (event) => {
    const box = svg.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const near = (points) => points.reduce((best, point) => (best === undefined || Math.abs(at(point)[0] - px) < Math.abs(at(best)[0] - px) ? point : best), undefined);
    const found = curves.map(near);
    const nearest = near(found.filter((point) => point !== undefined));
    if (nearest === undefined) return leave();
    const x = at(nearest)[0];
    rule.setAttribute("x1", x);
    rule.setAttribute("x2", x);
    rule.setAttribute("visibility", "visible");
    tip.replaceChildren(
      Object.assign(document.createElement("b"), { textContent: plot.xLabel + " " + shown(nearest[0]) }),
      ...plot.series.flatMap(({ name, points, smooth: asked }, i) => {
        const point = found[i];
        if (point === undefined) return [];
        const row = document.createElement("span");
        row.className = "entry";
        row.style.cssText = groups[i].style.cssText;
        row.append(document.createElement("i"), name + " " + shown(point[1]) + (asked ? " (" + shown(near(points)[1]) + ")" : ""));
        return [row];
      }),
    );
    tip.hidden = false;
    const left = (x / svg.viewBox.baseVal.width) * box.width;
    const room = figure.clientWidth - tip.offsetWidth - 4;
    tip.style.left = Math.max(0, Math.min(room, left + (left > box.width / 2 ? -tip.offsetWidth - 12 : 12))) + "px";
  };
  svg.addEventListener("pointermove", move);
  svg.addEventListener("pointerdown", move);
  svg.addEventListener("pointerleave", leave);
}
function start() {
  const figures = [...document.querySelectorAll("figure.plot")];
  figures.forEach(prepare);
  const slider = document.getElementById("smoothing");
  if (slider === null) return;
  slider.value = share;
  slider.addEventListener("input", () => {
    share = Number(slider.value);
    figures.forEach((figure) => figure.redraw());
  });
}
start();
if (document.documentElement.dataset.live !== undefined) {
  const state = (words) => { const line = document.getElementById("state"); if (line !== null) line.textContent = words; };
  const events = new EventSource("events");
  events.onmessage = async () => {
    const page = new DOMParser().parseFromString(await (await fetch("")).text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    start();
  };
  events.addEventListener("end", () => { events.close(); state("the run has ended"); });
  events.onerror = () => state("no connection: the run has ended, or was interrupted");
}
`;
