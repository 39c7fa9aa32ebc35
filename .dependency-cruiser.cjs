/** Arrows between the rooms: grammar → compiler → views → tools, and compiler → runtime → tools. See ARCHITECTURE.md. */
const forbid = (name, from, to, comment) => ({
  name,
  severity: "error",
  comment,
  from: { path: from },
  to: { path: to },
});
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    forbid(
      "grammar-is-lowest",
      "^grammar/",
      "^(compiler|views|runtime|tools)/",
      "the grammar knows strings only",
    ),
    forbid("compiler-below-runtime", "^compiler/", "^(views|runtime|tools)/", "the compiler is pure"),
    forbid("views-show-facts", "^views/", "^(runtime|tools)/", "a view shows what the compiler found"),
    forbid(
      "runtime-below-tools",
      "^runtime/",
      "^(views|tools)/",
      "the runtime is used by tools, not the reverse",
    ),
    forbid(
      "ops-do-not-know-ir",
      "^compiler/ops/",
      "^compiler/(network|language|analyses|targets)/",
      "an operation is its own meaning",
    ),
    forbid(
      "targets-apart",
      "^compiler/targets/([^/]+)/",
      "^compiler/targets/(?!$1|structure/)[^/]+/",
      "no target knows another; what they share is in structure/",
    ),
    {
      name: "compiler-has-no-io",
      severity: "error",
      comment: "text in, graph and diagnostics out",
      from: { path: "^(grammar|compiler|views)/" },
      to: { dependencyTypes: ["core"] },
    },
    forbid(
      "compiler-takes-pure-packages",
      "^(grammar|compiler|views)/",
      "node_modules/(?!@?chevrotain|string-width|protobufjs|long|ts-morph|prettier)",
      "the compiler runs wherever JavaScript does",
    ),
    forbid(
      "tfjs-only-in-its-engine",
      "^(grammar|compiler|views|tools|runtime/(?!engines/tfjs/))",
      "@tensorflow",
      "the next engine is not TensorFlow.js",
    ),
    forbid(
      "onnx-runtime-only-in-its-engine",
      "^(grammar|compiler|views|runtime/(?!engines/native/))",
      "onnxruntime-node",
      "the engines differ behind one interface",
    ),
    {
      name: "engines-by-their-border",
      severity: "error",
      comment: "what judges engines must be able to judge the next one",
      from: {
        path: "^(runtime/(?!engines/)|views|tools|tests)/",
        pathNot: ["^tests/engines/", "^tools/verify/memory/tfjs-meters\\.ts$"],
      },
      to: { path: "^runtime/engines/[^/]+/", pathNot: "^runtime/engines/feeds/" },
    },
    {
      name: "not-to-test",
      severity: "error",
      from: { path: "^(grammar|compiler|views|runtime|tools)/" },
      to: { path: "^tests/" },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      // tfjs-node: where a user added it. sarif: types only, from @types/sarif.
      to: { couldNotResolve: true, pathNot: ["^@tensorflow/tfjs-node", "^sarif$"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js"],
    },
  },
};
