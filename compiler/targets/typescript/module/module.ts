/** A network as one TypeScript module, by ts-morph. */
import type { InputNode } from "../../../network/graph.ts";
import { isInput } from "../../../ops/input.ts";
import type { BlockFunction } from "../../structure/statement.ts";
import { writeBlock, writeBody } from "../../structure/write.ts";
import type { TargetSubject } from "../../target.ts";
import { identifier, Names, upperFirst } from "../body/names.ts";
import { structureOf } from "../body/structure.ts";
import { readsPass, syntaxOf } from "../body/syntax.ts";
import { formatTypeScript } from "../format.ts";
import { type HelperName, helperTexts } from "../helpers/registry.ts";
import { writeLoss } from "../training/losses.ts";
import { writeOptimizer } from "../training/optimizer.ts";
import { trainingHelperTexts } from "../training/training-helpers.ts";
import { usualTraining } from "../training/usual-training.ts";
import { acceptedCode, acceptedText, outputGrids, shapeText } from "./sizes.ts";
import {
  betweenPositionsText,
  checkSizeText,
  chosenClassesText,
  dropoutText,
  elementText,
  fitTexts,
  fittedText,
  imageTexts,
  layoutText,
  nearestPositionText,
  periodicText,
  sizeTexts,
  weightTexts,
} from "./texts.ts";
import { writeWeights } from "./weights.ts";

export interface WrittenModule {
  readonly text: string;
  readonly className: string;
}

export async function writeModule(subject: TargetSubject): Promise<WrittenModule> {
  const { network, normalisations, version } = subject;
  const { graph } = network;
  const train = network.train ?? usualTraining(graph);
  const className = upperFirst(identifier(network.name));
  const inputs = graph.nodes.filter(isInput);
  const taken = [className, ...helperFunctions(), ...inputs.map((node) => identifier(node.attributes.name))];
  const names = new Names(graph, taken);
  const loss = writeLoss(graph, train.outputs, names);
  const fields = graph.outputs.flatMap(({ name, node, logits, activation }) => {
    const field = identifier(name);
    const withLogits = loss.logits.has(field);
    return [
      {
        field,
        node,
        doc: `${shapeText(graph, node)}${activation === undefined ? "" : `, after ${activation}`}`,
      },
      ...(withLogits
        ? [{ field: `${field}Logits`, node: logits, doc: `The same before ${activation}.` }]
        : []),
    ];
  });
  const structure = structureOf(
    graph,
    fields.map(({ node }) => node),
    names,
  );
  const given = new Map(inputs.map((node) => [node.id, identifier(node.attributes.name)] as const));
  const body = writeBody({
    ...structure,
    given,
    wanted: fields.map(({ node }) => node),
    names,
    syntax: syntaxOf(undefined),
    sections: true,
  });
  const blocks = structure.functions.map((block) => ({
    block,
    ...writeBlock(block, names, syntaxOf(block.prefix)),
  }));
  const lists = body.usesLists || blocks.some((block) => block.body.usesLists);
  const optimizer = writeOptimizer(train.optimizer);
  const weights = writeWeights(graph);
  const [first] = inputs;
  if (first === undefined) throw new Error(`${graph.name} has no input`);
  const labelled = new Set(
    graph.outputs
      .filter(
        ({ name }) => (train.outputs.find((one) => one.name === name)?.target.kind ?? "labels") === "labels",
      )
      .map(({ name }) => name),
  );
  const helpers = new Set<HelperName>([...structure.helpers, "pass"]);
  const maps = graph.outputs.some(({ name }) => !labelled.has(name));
  if (maps) helpers.add("alongAxes");
  const grids = graph.outputs.map((output) => ({ output, grids: outputGrids(graph, first, output) }));
  const inputType = inputs.length === 1 ? "tf.Tensor4D" : "Inputs";
  const imageType = inputs.length === 1 ? "Image" : "Images";
  const inputParameter = inputs.length === 1 ? identifier(first.attributes.name) : "inputs";
  const classes = subject.classes ?? graph.classes ?? network.train?.masks.classes;

  const { Project, IndentationText } = await import("ts-morph");
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  const file = project.createSourceFile(`${className}.ts`, "");
  file.addStatements(headerText(subject, inputs, className));
  file.addImportDeclaration({ namespaceImport: "tf", moduleSpecifier: "@tensorflow/tfjs" });
  file.addVariableStatement({
    isExported: true,
    docs: ["The values of the network's parameters."],
    declarations: [
      {
        name: "parameters",
        initializer: `{ ${[...network.parameters].map(([name, value]) => `${propertyName(name)}: ${valueCode(value)}`).join(", ")} } as const`,
      },
    ],
    declarationKind: "const" as never, // ts-morph's enumeration, which is loaded late
  });
  if (classes !== undefined && classes.length > 0) {
    file.addVariableStatement({
      isExported: true,
      docs: ["The names of the classes, in the order of the channels."],
      declarations: [{ name: "classNames", initializer: `${JSON.stringify(classes)} as const` }],
      declarationKind: "const" as never, // as above
    });
  }
  file.addVariableStatement({
    isExported: true,
    docs: ["The pixels that each input accepts, along height and width."],
    declarations: [
      {
        name: "acceptedSizes",
        initializer: `{ ${inputs
          .map(
            ({ attributes: { name, size } }) =>
              `${identifier(name)}: [${acceptedCode(graph, size[0])}, ${acceptedCode(graph, size[1])}]`,
          )
          .join(", ")} } satisfies Record<string, [AcceptedSizes, AcceptedSizes]>`,
      },
    ],
    declarationKind: "const" as never, // as above
  });
  if (inputs.length > 1) {
    file.addInterface({
      name: "Inputs",
      isExported: true,
      docs: ["Normalised inputs."],
      properties: inputs.map((node) => ({
        name: identifier(node.attributes.name),
        type: "tf.Tensor4D",
        isReadonly: true,
        docs: [inputDoc(subject, node)],
      })),
    });
    file.addInterface({
      name: "Images",
      isExported: true,
      docs: ["One image for each input, of one size."],
      properties: inputs.map((node) => ({
        name: identifier(node.attributes.name),
        type: "Image",
        isReadonly: true,
      })),
    });
  }
  file.addInterface({
    name: "Outputs",
    isExported: true,
    docs: [
      "Feature maps, [batch, height, width, channels]; their shapes are written [channels, height, width].",
    ],
    properties: fields.map(({ field, doc }) => ({
      name: field,
      type: "tf.Tensor4D",
      isReadonly: true,
      docs: [doc],
    })),
  });
  file.addTypeAlias({
    name: "OutputName",
    type: graph.outputs.map(({ name }) => JSON.stringify(identifier(name))).join(" | "),
  });
  file.addInterface({
    name: "Prediction",
    isExported: true,
    docs: ["Of one image, at its own size."],
    properties: graph.outputs.map(({ name }) => ({
      name: identifier(name),
      type: labelled.has(name) ? "tf.Tensor2D" : "tf.Tensor3D",
      isReadonly: true,
      docs: [
        labelled.has(name)
          ? "The class of each pixel, int32 [height, width]."
          : "Values at each pixel, [height, width, channels].",
      ],
    })),
  });
  file.addInterface({
    name: "Targets",
    isExported: true,
    docs: ["What the outputs are to be, at their own sizes."],
    properties: loss.targets.map(({ name, type, doc }) => ({ name, type, isReadonly: true, docs: [doc] })),
  });
  file.addInterface({
    name: "ApplyOptions",
    isExported: true,
    properties: [
      {
        name: "training",
        type: "boolean",
        hasQuestionToken: true,
        isReadonly: true,
        docs: ["Batch statistics and dropout, as in a training step."],
      },
      {
        name: "dropoutMask",
        type: "DropoutMask",
        hasQuestionToken: true,
        isReadonly: true,
        docs: ["The masks of dropout; random ones where left out."],
      },
    ],
  });
  file.addInterface({
    name: "Normalisation",
    isExported: true,
    docs: ["(value − mean) / deviation, one number per channel, of values 0 to 1."],
    properties: [
      { name: "mean", type: "readonly number[]", isReadonly: true },
      { name: "deviation", type: "readonly number[]", isReadonly: true },
    ],
  });
  file.addTypeAlias({ name: "WeightName", isExported: true, type: "keyof typeof weightSpecifications" });

  const trainedClass = file.addClass({
    name: className,
    isExported: true,
    docs: [classDoc(subject, inputs)],
  });
  trainedClass.addProperties([
    {
      name: "weights",
      type: "Readonly<Record<WeightName, tf.Variable>>",
      isReadonly: true,
      docs: ["By name, as in files; filters in the layout of TensorFlow.js."],
    },
    {
      name: "normalisation",
      type: `Record<${inputs.map(({ attributes: { name } }) => JSON.stringify(identifier(name))).join(" | ")}, Normalisation>`,
      initializer: `{ ${inputs
        .map(({ attributes: { name, channels } }) => {
          const known = normalisations.get(name);
          const list = (values: readonly number[]) => `[${values.join(", ")}]`;
          const ones = new Array<number>(channels).fill(1);
          return `${identifier(name)}: { mean: ${list(known?.mean ?? ones.map(() => 0))}, deviation: ${list(known?.deviation ?? ones)} }`;
        })
        .join(", ")} }`,
      docs: ["Of the training set; `load` reads it from the file of weights."],
    },
  ]);
  if (loss.lines.some((line) => line.includes("this.classWeights"))) {
    trainedClass.addProperty({
      name: "classWeights",
      type: "readonly number[] | undefined",
      docs: [
        "Of the loss, in class order, as measured on the training set; `load` reads them from the file of weights.",
      ],
    });
  }
  if (loss.lines.some((line) => line.includes("this.binWeights"))) {
    trainedClass.addProperty({
      name: "binWeights",
      type: "Readonly<Record<string, readonly number[]>> | undefined",
      docs: [
        "Of the loss, by output, as measured on the training set; `load` reads them from the file of weights.",
      ],
    });
  }
  trainedClass.addProperty({
    name: "#metadata",
    type: "Record<string, string>",
    initializer: metadataCode(subject, classes),
  });
  trainedClass.addConstructor({
    docs: ["With initial weights, which `load` replaces. Equal seeds give equal weights."],
    parameters: [{ name: "seed", initializer: String(train.seed) }],
    statements: `
      const weights = Object.entries(weightSpecifications).map(([name, specification], i) => {
        const { shape, initial, trainable = true }: WeightSpecification = specification;
        const values = tf.tidy(() => fromFile(shape, initial(shape, seed + i)));
        const variable = tf.variable(values, trainable);
        values.dispose();
        return [name, variable] as const;
      });
      this.weights = Object.fromEntries(weights) as Record<WeightName, tf.Variable>;`,
  });
  trainedClass.addMethod({
    name: "apply",
    docs: [applyDoc(subject, inputs, inputParameter, fields)],
    parameters: [
      { name: inputParameter, type: inputType },
      { name: "{ training = false, dropoutMask = randomMask }", type: "ApplyOptions", initializer: "{}" },
    ],
    returnType: "Outputs",
    statements: applyStatements(inputs, body, fields),
  });
  trainedClass.addMethod({
    name: "predict",
    docs: [
      "What `fcn predict` gives for an image of any size: normalised, mirrored at its borders up to an accepted size, and read at its own pixels.\n@throws RangeError where no accepted size covers the image.",
    ],
    parameters: [{ name: inputs.length === 1 ? inputParameter : "images", type: imageType }],
    returnType: "Prediction",
    statements: predictStatements(
      inputs,
      graph.outputs.map(({ name }) => name),
      labelled,
      grids,
    ),
  });
  trainedClass.addMethod({
    name: "loss",
    docs: [
      `The loss ${network.train === undefined ? "that is usual for these outputs" : "of the `train` section"}. At a position that is unknown nothing is compared.`,
    ],
    parameters: [
      { name: "outputs", type: "Outputs" },
      { name: "targets", type: "Targets" },
    ],
    returnType: "tf.Scalar",
    statements: `return tf.tidy(() => {
        const terms: tf.Tensor[] = [];
        ${loss.lines.join("\n")}
        return tf.addN(terms) as tf.Scalar;
      });`,
  });
  trainedClass.addMethod({
    name: "optimizer",
    docs: [
      `${network.train === undefined ? "Adam" : "The optimizer of the `train` section"}, for the weights that training changes.`,
    ],
    parameters: [{ name: "learningRate", hasQuestionToken: true, type: "number" }],
    returnType: optimizer.className,
    statements: `return new ${optimizer.className}(this.trainableVariables, learningRate);`,
  });
  trainedClass.addGetAccessor({
    name: "trainableVariables",
    returnType: "tf.Variable[]",
    statements: "return Object.values(this.weights).filter(({ trainable }) => trainable);",
  });
  trainedClass.addMethod({
    name: "load",
    docs: [
      "Takes the weights of a safetensors file, as `fcn train` and `save` write it.\n@throws RangeError where a weight is missing or has another shape; nothing is changed then.",
    ],
    parameters: [{ name: "file", type: "ArrayBuffer | Uint8Array" }],
    returnType: "void",
    statements: loadStatements(
      first,
      loss.lines.some((line) => line.includes("this.classWeights")),
      loss.lines.some((line) => line.includes("this.binWeights")),
    ),
  });
  trainedClass.addMethod({
    name: "save",
    isAsync: true,
    docs: ["The weights as a safetensors file, which `fcn predict` and `fcn train` read too."],
    returnType: "Promise<Uint8Array>",
    statements: `
      const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
      for (const [name, weight] of Object.entries(this.weights)) {
        const values = tf.tidy(() => toFile(weight).clone());
        tensors.set(name, { shape: values.shape, data: new Float32Array(await values.data()) });
        values.dispose();
      }
      return writeSafetensors(tensors, {
        ...this.#metadata,
        ${normalisationEntries(inputs)}
      });`,
  });
  trainedClass.addMethod({
    name: "dispose",
    docs: ["Frees the weights."],
    returnType: "void",
    statements: "for (const weight of Object.values(this.weights)) weight.dispose();",
  });
  trainedClass.addMethod({
    name: "#weight",
    parameters: [{ name: "name", type: "string" }],
    returnType: "tf.Variable",
    statements: `
      const weight = this.weights[name as WeightName] as tf.Variable | undefined;
      if (weight === undefined) throw new RangeError(\`${className} has no weight \${name}\`);
      return weight;`,
  });
  for (const { block, parameters, body: written } of blocks)
    file.addStatements(blockText(block, parameters, written));
  file.addStatements(optimizer.text);
  file.addStatements([...loss.functions, ...trainingHelperTexts(loss.helpers)]);
  file.addStatements([
    ...helperTexts(helpers),
    ...(lists ? [elementText] : []),
    dropoutText,
    checkSizeText,
    sizeTexts,
    fitTexts,
    fittedText,
    ...(labelled.size > 0 ? [nearestPositionText, chosenClassesText] : []),
    ...(maps ? [betweenPositionsText] : []),
    ...(grids.some(({ grids: both }) => both.some(({ positions }) => positions.startsWith("periodic")))
      ? [periodicText]
      : []),
    imageTexts,
    "interface WeightSpecification { /** In files. */ readonly shape: readonly number[]; readonly initial: Initial; /** Left out: true. */ readonly trainable?: boolean; }",
    ...weights.functions,
    `/** Every weight: its shape in files, and its initial values. */\nconst weightSpecifications = { ${weights.entries.join(", ")} } satisfies Record<string, WeightSpecification>;`,
    layoutText,
    weightTexts,
  ]);
  return { text: await formatTypeScript(blankLines(file.getFullText(), version)), className };
}

/** Functions of the module that no block may be called. */
function helperFunctions(): readonly string[] {
  const texts = [
    ...helperTexts(helperNamesOfAll()),
    elementText,
    checkSizeText,
    chosenClassesText,
    fittedText,
    dropoutText,
    sizeTexts,
    fitTexts,
    nearestPositionText,
    betweenPositionsText,
    periodicText,
    imageTexts,
    layoutText,
    weightTexts,
  ];
  const declared = texts.flatMap((text) =>
    [...text.matchAll(/^(?:export )?(?:function|const|type|interface) (\w+)/gm)].map(
      ([, name]) => name ?? "",
    ),
  );
  return [
    ...declared,
    "parameters",
    "classNames",
    "acceptedSizes",
    "weightSpecifications",
    "normal",
    "uniform",
    "constant",
    "bilinear",
    "identity",
    "zerosLike",
    "shareOf",
    "outputs",
    "targets",
    "training",
    "dropoutMask",
  ];
}

function helperNamesOfAll(): readonly HelperName[] {
  return [
    "conv",
    "groupedConv",
    "depthwiseConv",
    "transposedConv",
    "groupedTransposedConv",
    "maxPool",
    "averagePool",
    "adaptiveAveragePool",
    "adaptiveMaxPool",
    "maxUnpool",
    "dilatedMaxPool",
    "upsampleBilinear",
    "upsampleNearest",
    "bedOfNails",
    "pixelShuffle",
    "pixelUnshuffle",
    "cropTo",
    "crop",
    "padZeros",
    "padEdge",
    "padReflect",
    "batchNorm",
    "groupNorm",
    "localResponseNorm",
    "dropout",
    "prelu",
    "elu",
    "sizeOf",
  ];
}

function headerText(
  { network, version }: TargetSubject,
  inputs: readonly InputNode[],
  className: string,
): string {
  const doc = network.doc?.trim();
  const shapes = shapesText(network.graph, inputs);
  return `/**
 * ${[...(doc === undefined || doc === "" ? [`${className}.`] : doc.split("\n")), "", shapes, ...acceptedLines(network.graph, inputs), "", `Written by fcn ${version}.`].join("\n * ")}
 */
`.replaceAll(/ +\n/g, "\n");
}

function shapesText(graph: TargetSubject["network"]["graph"], inputs: readonly InputNode[]): string {
  const given = inputs.map((node) => `${node.attributes.name} ${shapeText(graph, node.id)}`).join(", ");
  const made = graph.outputs.map(({ name, node }) => `${name} ${shapeText(graph, node)}`).join(", ");
  return `${given} → ${made}`;
}

function acceptedLines(
  graph: TargetSubject["network"]["graph"],
  inputs: readonly InputNode[],
): readonly string[] {
  return inputs.map(({ attributes: { name, size } }) => {
    const [height, width] = [acceptedText(graph, size[0]), acceptedText(graph, size[1])];
    return `${name} accepts ${height === width ? `${height} along both axes` : `${height} and ${width}`}.`;
  });
}

function classDoc({ network }: TargetSubject, inputs: readonly InputNode[]): string {
  const { graph, parameters } = network;
  const given = [...parameters].map(([name, value]) => `${name} = ${value}`).join(", ");
  return [`${network.name}(${given})`, "", shapesText(graph, inputs), ...acceptedLines(graph, inputs)].join(
    "\n",
  );
}

function inputDoc({ network: { graph } }: TargetSubject, node: InputNode): string {
  return `[batch, ${shapeText(graph, node.id).slice(1, -1).split(", ").slice(1).join(", ")}, ${node.attributes.channels}]`;
}

function applyDoc(
  subject: TargetSubject,
  inputs: readonly InputNode[],
  parameter: string,
  fields: readonly { readonly field: string; readonly doc: string }[],
): string {
  const { graph } = subject.network;
  const about =
    inputs.length === 1 && inputs[0] !== undefined
      ? `@param ${parameter} normalised, ${inputDoc(subject, inputs[0])}`
      : `@param ${parameter} normalised`;
  return [
    `The network's outputs: ${fields.map(({ field }) => field).join(", ")}.`,
    about,
    `@throws RangeError for a size that is not accepted: ${acceptedLines(graph, inputs).join(" ")}`,
  ].join("\n");
}

interface Body {
  readonly lines: readonly string[];
  readonly results: readonly string[];
}

function applyStatements(
  inputs: readonly InputNode[],
  body: Body,
  fields: readonly { readonly field: string }[],
): string {
  const names = inputs.map(({ attributes: { name } }) => identifier(name));
  const unpacked = inputs.length === 1 ? "" : `const { ${names.join(", ")} } = inputs;`;
  const checks = names.map((name) => `checkSize("${name}", ${name}, acceptedSizes.${name});`);
  const lines = body.lines.some((line) => line.includes("pass"))
    ? ["const pass: Pass = { weight: (name) => this.#weight(name), training, dropoutMask };", ...body.lines]
    : body.lines;
  return `${unpacked}
    ${checks.join("\n")}
    return tf.tidy(() => {
      ${lines.join("\n")}
      return { ${fields.map(({ field }, i) => (body.results[i] === field ? field : `${field}: ${body.results[i]}`)).join(", ")} };
    });`;
}

function blockText(block: BlockFunction, parameters: readonly string[], { lines, results }: Body): string {
  const given = [
    ...(readsPass(block) ? ["pass: Pass"] : []),
    ...parameters.map((name) => `${name}: tf.Tensor4D`),
    ...(block.prefix !== undefined ? ["name: string"] : []),
  ];
  const single = results.length === 1;
  const type = single ? "tf.Tensor4D" : `[${results.map(() => "tf.Tensor4D").join(", ")}]`;
  const last = lines.at(-1);
  const direct =
    single &&
    results[0] === "x" &&
    last !== undefined &&
    /^(let )?x = .*;$/.test(last) &&
    !lines.slice(-1)[0]?.includes("\n");
  const written = direct
    ? [...lines.slice(0, -1), `return ${last.replace(/^(let )?x = /, "")}`]
    : [...lines, `return ${single ? results[0] : `[${results.join(", ")}]`};`];
  return `/** Block \`${block.block}\` of the program. */\nfunction ${block.name}(${given.join(", ")}): ${type} {\n${written.join("\n")}\n}\n`;
}

function predictStatements(
  inputs: readonly InputNode[],
  outputs: readonly string[],
  labelled: ReadonlySet<string>,
  grids: readonly {
    readonly output: { readonly name: string };
    readonly grids: readonly { positions: string; stride: string; offset: string }[];
  }[],
): string {
  const names = inputs.map(({ attributes: { name } }) => identifier(name));
  const [first = ""] = names;
  const gridsAt = (axis: 0 | 1): string =>
    `(${grids.some(({ grids: both }) => /\bsize\b/.test(JSON.stringify(both[axis]))) ? "size" : ""}) => ({ ${grids
      .map(({ output, grids: both }) => {
        const { positions = "", stride = "", offset = "" } = both[axis] ?? {};
        return `${identifier(output.name)}: { positions: ${positions}, stride: ${stride}, offset: ${offset} }`;
      })
      .join(", ")} })`;
  const square = inputs[0]?.attributes.size;
  const oneSymbol =
    square !== undefined && square[0].symbol !== undefined && square[0].symbol === square[1].symbol;
  const lengths = oneSymbol ? ["Math.max(height, width)", "Math.max(height, width)"] : ["height", "width"];
  const made = outputs.map((output) => {
    const name = identifier(output);
    return labelled.has(output)
      ? `${name}: tf.gather(tf.gather(chosenClasses(outputs.${name}), nearestPositions(height, rows.before, rows.grids.${name}), 0), nearestPositions(width, columns.before, columns.grids.${name}), 1)`
      : `${name}: tf.squeeze<tf.Tensor3D>(alongAxes(outputs.${name}, betweenPositions(height, rows.before, rows.grids.${name}), betweenPositions(width, columns.before, columns.grids.${name})), [0])`;
  });
  const image = (node: InputNode) => {
    const name = identifier(node.attributes.name);
    return `imageTensor(${inputs.length === 1 ? name : `images.${name}`}, ${node.attributes.channels})`;
  };
  const fitted = (name: string) =>
    `fitted(${name === first ? "pixels" : `${name}Pixels`}, this.normalisation.${name}, rows, columns)`;
  const others = inputs
    .slice(1)
    .map((node) => `const ${identifier(node.attributes.name)}Pixels = ${image(node)};`);
  const head = inputs[0];
  return `return tf.tidy(() => {
      const pixels = ${head === undefined ? "" : image(head)};
      ${others.join("\n")}
      const [height, width] = pixels.shape;
      const rows = fit(${lengths[0]}, acceptedSizes.${first}[0], ${gridsAt(0)});
      const columns = fit(${lengths[1]}, acceptedSizes.${first}[1], ${gridsAt(1)});
      const outputs = this.apply(${inputs.length === 1 ? fitted(first) : `{ ${names.map((name) => `${name}: ${fitted(name)}`).join(", ")} }`});
      return { ${made.join(", ")} };
    });`;
}

function loadStatements(first: InputNode, hasClassWeights: boolean, hasBinWeights: boolean): string {
  const name = identifier(first.attributes.name);
  return `
    const { tensors, metadata } = readSafetensors(file instanceof Uint8Array ? file : new Uint8Array(file));
    for (const [name, { shape }] of Object.entries(weightSpecifications)) {
      const found = tensors.get(name)?.shape;
      if (found?.join() === shape.join()) continue;
      const what = found === undefined ? "is missing" : \`has the shape [\${found.join(", ")}]\`;
      throw new RangeError(\`\${name} \${what}; the network needs [\${shape.join(", ")}]\`);
    }
    for (const [name, weight] of Object.entries(this.weights)) {
      const { shape = [], data = [] } = tensors.get(name) ?? {};
      tf.tidy(() => weight.assign(fromFile(shape, tf.tensor(data, shape, "float32"))));
    }
    this.#metadata = metadata;
    const { normalisation, other_normalisations: others = "{}"${hasClassWeights ? ", class_weights: classWeights" : ""}${hasBinWeights ? ", bin_weights: binWeights" : ""} } = metadata;
    if (normalisation !== undefined) {
      this.normalisation = { ...this.normalisation, ...JSON.parse(others), ${name}: JSON.parse(normalisation) };
    }
    ${hasClassWeights ? `if (classWeights !== undefined) this.classWeights = JSON.parse(classWeights) ?? undefined;` : ""}
    ${hasBinWeights ? `if (binWeights !== undefined) this.binWeights = JSON.parse(binWeights);` : ""}`;
}

/** What a file of the weights says of them (runtime/training/weights-metadata.ts) where they were not loaded. */
function metadataCode(
  { network: { name, parameters, train }, source, version }: TargetSubject,
  classes: readonly string[] | undefined,
): string {
  const targets = (train?.outputs ?? []).map(({ name: output, target }) => {
    const { from: _, ...settings } = target as { readonly kind: string; readonly from?: unknown }; // no file goes along
    return [output, settings];
  });
  const entries = {
    format: "fcn-weights-1",
    network: name,
    parameters: JSON.stringify(Object.fromEntries(parameters)),
    source,
    classes: JSON.stringify(classes ?? []),
    targets: JSON.stringify(Object.fromEntries(targets)),
    class_weights: "null",
    bin_weights: "{}",
    step: "0",
    epoch: "0",
    version,
  };
  return JSON.stringify(entries);
}

function normalisationEntries([first, ...others]: readonly InputNode[]): string {
  if (first === undefined) return "";
  const one = `normalisation: JSON.stringify(this.normalisation.${identifier(first.attributes.name)})`;
  if (others.length === 0) return one;
  const rest = others.map(
    ({ attributes: { name } }) => `${JSON.stringify(name)}: this.normalisation.${identifier(name)}`,
  );
  return `${one}, other_normalisations: JSON.stringify({ ${rest.join(", ")} })`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** A parameter's printed value: a number, a truth value or a list of them as it is, else as text. */
function valueCode(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

/** Declarations of statements that were added together are apart by a blank line. */
function blankLines(text: string, _version: string): string {
  return text.replaceAll(/\n(}|.*;)\n(?=\/\*\*|\S.*\{\n)/g, "\n$1\n\n");
}
