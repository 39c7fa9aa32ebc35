/** The door of the views: what the compiler found, as text, SARIF, annotations and figures. Pure. */
export { type DiagramOptions, drawNetwork } from "./diagram/draw-network.ts";
export { figureDot } from "./diagram/formats/dot.ts";
export { figureSvg } from "./diagram/formats/svg.ts";
export { figureTikz } from "./diagram/formats/tikz.ts";
export type { Scene } from "./diagram/scene/scene.ts";
export { type LayerFormat, layerFile } from "./documents/layer-file.ts";
export { type FieldFigure, fieldSvg } from "./field/field-svg.ts";
export { githubAnnotation } from "./github/github.ts";
export { type CheckedFile, type SarifTool, sarifLog } from "./sarif/sarif.ts";
export { renderCost } from "./terminal/cost/render-cost.ts";
export { renderDiagnostic } from "./terminal/diagnostics/render.ts";
export { renderDiff } from "./terminal/diff/render-diff.ts";
export { comparisonText } from "./terminal/explanation/comparison-text.ts";
export { explanationText } from "./terminal/explanation/explanation-text.ts";
export { nearText } from "./terminal/inspection/near-text.ts";
export { type RenderOptions, renderInspection } from "./terminal/inspection/render-inspection.ts";
