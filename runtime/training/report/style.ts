/** The look of a report: light or dark as the reader's system is, from 360 px of width on. */
const colours = `
:root { color-scheme: light dark; --page: #fff; --text: #1d232b; --soft: #55606e; --box: #f2f5f9; --rule: #d9dee5; --grid: #e6eaef; --axis: #9aa5b1; --bar: #228b54; --right: 34,139,84; --wrong: 201,64,48; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --text: #e3e8ef; --soft: #9aa6b5; --box: #1f252d; --rule: #343c47; --grid: #262d36; --axis: #5d6976; --bar: #3fae74; --right: 46,160,100; --wrong: 214,82,64; } }
`;

const curves = `
.plot text { font: 12px system-ui, sans-serif; fill: var(--soft); paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
.plot .grid { stroke: var(--grid); }
.plot .axis { stroke: var(--axis); }
.plot .rule { stroke: var(--axis); stroke-dasharray: 2 3; }
.plot .mark { fill: none; stroke: var(--text); stroke-width: 1.5; }
.series, .entry { --colour: var(--light); }
@media (prefers-color-scheme: dark) { .series, .entry { --colour: var(--dark); } }
.series path { fill: none; stroke: var(--colour); stroke-width: 2; }
.series .raw { stroke-width: 1; opacity: .4; }
.series circle { fill: var(--colour); }
`;

/** Of an SVG document of plots. */
export const plotStyle = `${colours}${curves}
.page { fill: var(--page); }
.plot .title { font-size: 15px; font-weight: 600; fill: var(--text); }
`;

export const style = `${colours}
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 1220px; margin: 20px auto; padding: 0 16px; }
h1 { font-size: 26px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 34px 0 10px; border-bottom: 1px solid var(--rule); padding-bottom: 4px; }
h3 { font-size: 15px; margin: 0 0 4px; }
.figures { display: flex; flex-wrap: wrap; gap: 10px; }
.figures div { background: var(--box); border-radius: 6px; padding: 8px 16px; color: var(--soft); font-size: 13px; }
.figures b { display: block; font-size: 24px; color: var(--text); font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 22px 18px; }
.smoothing { display: flex; align-items: center; gap: 8px; color: var(--soft); font-size: 13px; margin: 0 0 10px; }
figure { margin: 0; min-width: 0; }
.plot { position: relative; }
.plot svg { display: block; width: 100%; height: auto; touch-action: pan-y; }
${curves}.entry { display: inline-block; margin-right: 14px; }
.entry i { display: inline-block; width: 18px; border-top: 2px solid var(--colour); margin-right: 6px; vertical-align: middle; }
.entry i.dashed { border-top-style: dashed; }
output { position: absolute; top: 34px; pointer-events: none; background: var(--page); border: 1px solid var(--rule); border-radius: 5px; padding: 5px 9px; font-size: 12px; font-variant-numeric: tabular-nums; box-shadow: 0 2px 8px rgba(0,0,0,.18); white-space: nowrap; z-index: 1; }
output .entry, output b { display: block; margin: 0; }
table { border-collapse: collapse; font-size: 14px; }
th, td { padding: 3px 9px; text-align: left; border-bottom: 1px solid var(--grid); font-weight: normal; }
thead th { color: var(--soft); }
.wide { overflow-x: auto; max-width: 100%; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.confusion td { min-width: 44px; border: 1px solid var(--page); }
.confusion .right { background: rgba(var(--right), var(--share)); }
.confusion .wrong { background: rgba(var(--wrong), var(--share)); }
.facts { width: 100%; table-layout: fixed; }
.facts th { color: var(--soft); vertical-align: top; width: 130px; }
.facts td { overflow-wrap: anywhere; }
.side { display: flex; flex-wrap: wrap; gap: 26px 36px; align-items: flex-start; }
.side > * { min-width: 0; max-width: 100%; }
.side .facts { width: auto; table-layout: auto; }
.side .facts th { width: auto; }
.bar { display: inline-block; height: 9px; background: var(--bar); border-radius: 2px; }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; border: 1px solid var(--axis); }
.legend span { margin-right: 14px; white-space: nowrap; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(540px, 100%), 1fr)); gap: 18px 24px; }
.samples figure div { display: grid; grid-template-columns: repeat(4, 1fr); gap: 5px; }
.samples img { width: 100%; border: 1px solid var(--rule); }
.samples .output { grid-column: 2 / -1; font-size: 12px; color: var(--soft); overflow-wrap: anywhere; }
.samples .several img:first-child { grid-row: span 2; align-self: end; }
.samples .output + img { grid-column: 2; }
.samples img.classes { image-rendering: pixelated; }
figcaption { font-size: 13px; color: var(--soft); margin-top: 3px; overflow-wrap: anywhere; }
.diagram { overflow-x: auto; background: #fff; border-radius: 6px; padding: 8px; }
.diagram svg { max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) { .diagram { background: var(--box); } .diagram svg { filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; } }
#state { color: var(--soft); }
@media (max-width: 600px) { .samples figure .one { grid-template-columns: 1fr 1fr; } .samples figure .several { grid-template-columns: repeat(3, 1fr); } .samples .output { grid-column: 1 / -1; } .samples .output + img { grid-column: 1; } .samples .several img:first-child { grid-row: auto; } .hide-narrow { display: none; } .facts th { width: 92px; } th, td { padding: 3px 6px; } .diagram svg { max-width: none; } }
`;
