/** The look of a report. */
export const style = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1d232b; background: #fff; max-width: 1180px; margin: 24px auto; padding: 0 20px; }
h1 { font-size: 26px; margin: 0 0 12px; }
h2 { font-size: 18px; margin: 34px 0 10px; border-bottom: 1px solid #d9dee5; padding-bottom: 4px; }
.figures { display: flex; flex-wrap: wrap; gap: 12px; }
.figures div { background: #f2f5f9; border-radius: 6px; padding: 10px 18px; color: #55606e; font-size: 13px; }
.figures b { display: block; font-size: 24px; color: #1d232b; font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 18px; }
.plot { width: 100%; height: auto; }
.plot text { font: 12px system-ui, sans-serif; fill: #55606e; }
.plot .title { font-size: 15px; font-weight: 600; fill: #1d232b; }
.plot .grid { stroke: #e6eaef; }
.plot .axis { stroke: #9aa5b1; }
.plot .mark { fill: none; stroke: #1d232b; stroke-width: 1.5; }
table { border-collapse: collapse; font-size: 14px; }
th, td { padding: 3px 10px; text-align: left; border-bottom: 1px solid #eceff3; font-weight: normal; }
thead th { color: #55606e; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.confusion td { min-width: 44px; border: 1px solid #fff; }
.facts th { color: #55606e; vertical-align: top; }
.facts td { overflow-wrap: anywhere; }
.side { display: flex; flex-wrap: wrap; gap: 36px; align-items: flex-start; }
.bar { display: inline-block; height: 9px; background: #228b54; border-radius: 2px; }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; border: 1px solid rgba(0,0,0,.25); }
.legend span { margin-right: 14px; white-space: nowrap; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(540px, 1fr)); gap: 18px 24px; }
figure { margin: 0; }
figure div { display: flex; gap: 5px; }
figure img { width: 33%; border: 1px solid #d9dee5; box-sizing: border-box; }
figure img.classes { image-rendering: pixelated; }
figcaption { font-size: 13px; color: #55606e; margin-top: 3px; }
.diagram { overflow-x: auto; }
.diagram svg { max-width: 100%; height: auto; }
`;
