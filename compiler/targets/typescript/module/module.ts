/** A network as one TypeScript module, by ts-morph: what it contains, from top to bottom. */

import type { InterfaceDeclarationStructure, VariableStatementStructure } from "ts-morph";
import { writeBlock, writeBody } from "../../structure/write.ts";
import type { TargetSubject } from "../../target.ts";
import { identifier } from "../body/names.ts";
import { layoutOf } from "../body/parameters.ts";
import { syntaxOf } from "../body/syntax.ts";
import { formatTypeScript } from "../format.ts";
import { type HelperName, helperTexts } from "../helpers/registry.ts";
import { trainingHelperTexts } from "../training/training-helpers.ts";
import { blockText, usesPass } from "./apply.ts";
import { classOf } from "./class.ts";
import { constantsOf } from "./constants.ts";
import { headerText } from "./docs.ts";
import { type ModuleFacts, moduleFacts } from "./facts.ts";
import { moduleTexts } from "./texts.ts";
import { interfacesOf } from "./types.ts";
import { writeWeights } from "./weights.ts";

export interface WrittenModule {
  readonly text: string;
  readonly className: string;
}

/** Wrapped and spaced for people. */
export async function writeModule(subject: TargetSubject): Promise<WrittenModule> {
  const { text, className } = await moduleText(subject);
  return { text: await formatTypeScript(text), className };
}

/** The same module with lines as they come. */
export async function moduleText(subject: TargetSubject): Promise<WrittenModule> {
  const { Project, IndentationText, StructureKind, VariableDeclarationKind } = await import("ts-morph");
  const facts = moduleFacts(subject);
  const { className, graph, names, structure, loss, optimizer } = facts;
  const body = bodyOf(facts);
  const { layouts } = structure;
  const blocks = structure.functions.map((block) => {
    const { parameters: settings } = layoutOf(layouts, block);
    const reserved = settings.map((parameter) => parameter.name);
    return { block, settings, ...writeBlock(block, names, syntaxOf(structure, block), reserved) };
  });
  const usesLists = body.usesLists || blocks.some((block) => block.body.usesLists);
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  // At once: ts-morph parses the whole file again after every addition.
  const file = project.createSourceFile(`${className}.ts`, {
    statements: [
      headerText(facts),
      { kind: StructureKind.ImportDeclaration, namespaceImport: "tf", moduleSpecifier: "@tensorflow/tfjs" },
      ...constantsOf(facts).map(
        ({ name, doc, code }): VariableStatementStructure => ({
          kind: StructureKind.VariableStatement,
          isExported: true,
          docs: [doc],
          declarations: [{ name, initializer: code }],
          declarationKind: VariableDeclarationKind.Const,
        }),
      ),
      ...interfacesOf(facts).map(
        (one): InterfaceDeclarationStructure => ({ ...one, kind: StructureKind.Interface }),
      ),
      {
        kind: StructureKind.TypeAlias,
        name: "OutputName",
        type: graph.outputs.map(({ name }) => JSON.stringify(identifier(name))).join(" | "),
      },
      {
        kind: StructureKind.TypeAlias,
        name: "WeightName",
        isExported: true,
        type: "keyof typeof weightSpecifications",
      },
      { ...classOf(facts, body), kind: StructureKind.Class },
      ...blocks.map(({ block, parameters, settings, body: written }) =>
        blockText(block, parameters, settings, written),
      ),
      optimizer.text,
      ...loss.functions,
      ...trainingHelperTexts(loss.helpers),
      ...sharedTexts(facts, { usesLists, passes: usesPass(body) }),
    ],
  });
  return { text: blankLines(file.getFullText()), className };
}

function bodyOf({ structure, inputs, fields, names }: ModuleFacts) {
  return writeBody({
    ...structure,
    given: new Map(inputs.map((node) => [node.id, identifier(node.attributes.name)] as const)),
    wanted: fields.map(({ node }) => node),
    called: new Map(fields.map(({ field, node }) => [node, field] as const)),
    names,
    syntax: syntaxOf(structure),
    sections: true,
  });
}

/** What the network needs of the functions that are the same in every module. */
function sharedTexts(
  { graph, structure, labelled, grids }: ModuleFacts,
  { usesLists, passes }: { readonly usesLists: boolean; readonly passes: boolean },
): readonly string[] {
  const hasValues = graph.outputs.some(({ name }) => !labelled.has(name));
  const isPeriodic = grids.some(({ grids: both }) =>
    both.some(({ positions }) => positions.startsWith("periodic")),
  );
  const helpers = new Set<HelperName>([...structure.helpers, ...(passes ? ["pass" as const] : [])]);
  if (hasValues) helpers.add("alongAxes");
  const weights = writeWeights(graph);
  return [
    ...helperTexts(helpers),
    ...(usesLists ? [moduleTexts.element] : []),
    moduleTexts.dropoutMask,
    ...(passes ? [moduleTexts.randomMask] : []),
    moduleTexts.checkSize,
    moduleTexts.acceptedSizes,
    moduleTexts.fit,
    moduleTexts.fitted,
    ...(labelled.size > 0 ? [moduleTexts.nearestPositions, moduleTexts.chosenClasses] : []),
    ...(hasValues ? [moduleTexts.betweenPositions] : []),
    ...(isPeriodic ? [moduleTexts.periodic] : []),
    moduleTexts.image,
    moduleTexts.weightSpecification,
    ...weights.functions,
    `/** Every weight: its shape in files, and its initial values. */\n${weightSpecifications(weights.entries)}`,
    moduleTexts.layout,
    moduleTexts.safetensors,
  ];
}

/** Declarations of statements that were added together are apart by a blank line. */
function blankLines(text: string): string {
  return text.replaceAll(/\n(}|.*;)\n(?=\/\*\*|(?:export )?(?:function|class|interface|type) )/g, "\n$1\n\n");
}

/** Of no entries the compiler would infer values of type unknown. */
function weightSpecifications(entries: readonly string[]): string {
  if (entries.length === 0) return "const weightSpecifications: Record<string, WeightSpecification> = {};";
  return `const weightSpecifications = { ${entries.join(", ")} } satisfies Record<string, WeightSpecification>;`;
}
