/** Finds the places of the sources that know an operation by its name, with the type checker. */
import { relative, resolve } from "node:path";
import ts from "typescript";
import type { OutputActivation } from "../../compiler/ops/output-activation.ts";

export interface NamePlace {
  /** From the root, with the line: "compiler/network/graph.ts:20". */
  readonly place: string;
  readonly file: string;
  readonly text: string;
}

/** @param folders whose sources are searched. @param names of the operations. */
export function operationNamePlaces(
  root: string,
  folders: readonly string[],
  names: ReadonlySet<string>,
): readonly NamePlace[] {
  const { files, program } = checkedSources(root, folders);
  const finder = new Finder(program.getTypeChecker(), names);
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is not in the program`);
    const path = relative(root, file);
    return finder.find(source).map((node) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      return { place: `${path}:${line + 1}`, file: path, text: node.getText(source).slice(0, 60) };
    });
  });
}

interface CheckedSources {
  readonly files: readonly string[];
  readonly program: ts.Program;
}

/** By root and folders: reading them takes many seconds. */
const checked = new Map<string, CheckedSources>();

function checkedSources(root: string, folders: readonly string[]): CheckedSources {
  const key = [root, ...folders].join();
  const known = checked.get(key);
  if (known !== undefined) return known;
  const files = folders.flatMap((folder) => ts.sys.readDirectory(resolve(root, folder), [".ts"]));
  const { config } = ts.readConfigFile(resolve(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(files, { ...options, noEmit: true, composite: false, incremental: false });
  checked.set(key, { files, program });
  return { files, program };
}

/** How an output makes probabilities of its logits is a vocabulary of its own (compiler/ops/output-activation.ts). */
const outputActivations: readonly string[] = ["softmax", "sigmoid"] satisfies OutputActivation[];

class Finder {
  readonly #checker: ts.TypeChecker;
  readonly #names: ReadonlySet<string>;

  constructor(checker: ts.TypeChecker, names: ReadonlySet<string>) {
    this.#checker = checker;
    this.#names = names;
  }

  find(source: ts.SourceFile): readonly ts.Node[] {
    const found: ts.Node[] = [];
    const visit = (node: ts.Node): void => {
      if (this.#isTable(node) || this.#isList(node)) {
        found.push(node);
        return;
      }
      if (this.#isName(node)) found.push(node);
      else ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  }

  /** A record by three or more names of operations, and nothing else. */
  #isTable(node: ts.Node): boolean {
    if (!ts.isObjectLiteralExpression(node) || node.properties.length < 3) return false;
    return node.properties.every(
      ({ name }) =>
        name !== undefined &&
        (ts.isIdentifier(name) || ts.isStringLiteral(name)) &&
        this.#names.has(name.text),
    );
  }

  /** A list of two or more, whatever its type says. */
  #isList(node: ts.Node): boolean {
    if (!ts.isArrayLiteralExpression(node) || node.elements.length < 2) return false;
    return node.elements.every((element) => ts.isStringLiteral(element) && this.#names.has(element.text));
  }

  #isName(node: ts.Node): boolean {
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal))
      return this.#names.has(node.literal.text) && this.#namesAnOperation(node);
    if (!ts.isStringLiteral(node) || !this.#names.has(node.text)) return false;
    const type = this.#typeBeside(node);
    return type !== undefined && this.#isOfOperations(type);
  }

  /** In types: `NodeOf<"conv">`, `{ operation: "conv" }`, `"add" | "concat"`. */
  #namesAnOperation(node: ts.LiteralTypeNode): boolean {
    const { parent } = node;
    if (ts.isTypeReferenceNode(parent)) return this.#isArgumentForOperations(parent, node);
    if (ts.isIndexedAccessTypeNode(parent)) return this.#isKeyedByOperations(parent.objectType);
    if (ts.isPropertySignature(parent)) return parent.name.getText() === "operation";
    return ts.isUnionTypeNode(parent) && this.#isOfOperations(this.#checker.getTypeFromTypeNode(parent));
  }

  /** Primitives of the tensor program have names too, some of them the same. */
  #isArgumentForOperations(reference: ts.TypeReferenceNode, argument: ts.TypeNode): boolean {
    const named = this.#checker.getSymbolAtLocation(reference.typeName);
    if (named === undefined) return false;
    const symbol = named.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(named) : named;
    const place = reference.typeArguments?.indexOf(argument) ?? -1;
    const constraints = (symbol.declarations ?? []).flatMap((declaration) =>
      ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)
        ? (declaration.typeParameters?.[place]?.constraint ?? [])
        : [],
    );
    return constraints.some((constraint) =>
      this.#isOfOperations(this.#checker.getTypeFromTypeNode(constraint)),
    );
  }

  #isKeyedByOperations(object: ts.TypeNode): boolean {
    const keys = this.#checker.getTypeFromTypeNode(object).getProperties();
    return keys.length > 0 && keys.every(({ name }) => this.#names.has(name));
  }

  /** What a literal is compared with, or must be. */
  #typeBeside(node: ts.StringLiteral): ts.Type | undefined {
    const { parent } = node;
    if (ts.isBinaryExpression(parent) && isComparison(parent.operatorToken.kind)) {
      return this.#checker.getTypeAtLocation(parent.left === node ? parent.right : parent.left);
    }
    if (ts.isCaseClause(parent)) return this.#checker.getTypeAtLocation(parent.parent.parent.expression);
    const type = this.#checker.getContextualType(node);
    // A type parameter that was inferred from the literal says nothing but that.
    if (type === undefined || !type.isStringLiteral()) return type;
    if (ts.isCallExpression(parent)) return this.#declaredType(parent, parent.arguments.indexOf(node));
    return ts.isPropertyAssignment(parent) && parent.name.getText() === "operation" ? type : undefined;
  }

  /** Of an argument: the type of its parameter, or what a type parameter extends. */
  #declaredType(call: ts.CallExpression, place: number): ts.Type | undefined {
    const parameter = this.#checker.getResolvedSignature(call)?.declaration?.parameters[place];
    if (parameter === undefined) return undefined;
    const type = this.#checker.getTypeAtLocation(parameter);
    return this.#checker.getBaseConstraintOfType(type) ?? type;
  }

  /** Whether the type has strings, and all of them are names of operations. */
  #isOfOperations(type: ts.Type): boolean {
    const parts = type.isUnion() ? type.types : [type];
    const strings = parts.filter((part) => (part.flags & ts.TypeFlags.StringLike) !== 0);
    const literals = strings.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
    if (strings.length === 0 || literals.length < strings.length) return false;
    if (literals.every((value) => outputActivations.includes(value))) return false;
    return literals.every((value) => this.#names.has(value));
  }
}

function isComparison(token: ts.SyntaxKind): boolean {
  return (
    token === ts.SyntaxKind.EqualsEqualsEqualsToken || token === ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}
