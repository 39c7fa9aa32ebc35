/** The classes of blocks: their layers as attributes, and as parameters what differs between calls. */
import { Refusal } from "../../../diagnostics/problem.ts";
import type { Graph, GraphNode } from "../../../network/graph.ts";
import { inputAt } from "../../../ops/rules.ts";
import { freeName } from "../../structure/names.ts";
import type { BlockFunction, Call, Loop, MapId, Statement } from "../../structure/statement.ts";
import { identifier, isFreeAttribute } from "../names.ts";
import { type Argument, type Layer, newHole } from "../row.ts";
import { layerOf } from "../rows.ts";

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly isPositional: boolean;
  /** Where its value is in any call: the argument of a layer, by the layer's place in the class. */
  readonly place: number;
  readonly argument: number;
}

export interface Attribute {
  readonly name: string;
  /** What is assigned to it, in the class. */
  readonly code: string;
  /** What the names of its weights begin with in files, where that is not the attribute's name; `{1}`: an index from 1, `{1:2}`: every second one. */
  readonly fileName: string | undefined;
  readonly isFrozen: boolean;
}

export interface ClassLayout {
  readonly parameters: readonly Parameter[];
  readonly attributes: readonly Attribute[];
  /** The module of a call, as an expression: "self.conv1", "self.levels[i]"; `undefined` where it needs none. */
  readonly moduleOf: (call: Call) => string | undefined;
}

export interface ClassSubject {
  readonly graph: Graph;
  readonly statements: readonly Statement[];
  /** The nodes of every call. */
  readonly instances: readonly (readonly MapId[])[];
  readonly prefix: string | undefined;
  readonly classes: ReadonlyMap<BlockFunction, ClassLayout>;
}

export function layoutOf(subject: ClassSubject): ClassLayout {
  return new Layout(subject).run();
}

/** @throws Error for a node that cannot be written */
export function writtenLayer(node: GraphNode, graph: Graph): Layer {
  const layer = layerOf(node, graph);
  if (layer instanceof Refusal) throw new Error(`${node.name} cannot be written`);
  return layer;
}

class Layout {
  readonly #subject: ClassSubject;
  readonly #places: ReadonlyMap<MapId, number>;
  readonly #parameters: (Parameter & { readonly values: readonly string[] })[] = [];
  readonly #attributes: Attribute[] = [];
  /** By what is filed under one name, or by the block without weights. */
  readonly #known = new Map<string, string>();
  /** The attribute that has the weights filed under a name. */
  readonly #owners = new Map<string, string>();
  readonly #modules = new Map<Call, string>();

  constructor(subject: ClassSubject) {
    this.#subject = subject;
    this.#places = new Map(subject.instances[0]?.map((id, place) => [id, place]));
  }

  run(): ClassLayout {
    for (const statement of this.#subject.statements) {
      if (statement.kind === "call") this.#call(statement);
      else this.#loop(statement);
    }
    return {
      parameters: this.#parameters,
      attributes: this.#attributes,
      moduleOf: (call) => this.#modules.get(call),
    };
  }

  #call(call: Call): void {
    if (!this.#hasModule(call)) return;
    const filed = this.#filed(call.name);
    const code = this.#constructed(call);
    const key = `${filed ?? ""} ${code}`;
    const known = this.#known.get(key);
    const owner = filed === undefined ? undefined : this.#owners.get(filed);
    const name =
      known ??
      this.#attribute(
        attributeName(filed, call),
        owner === undefined ? code : this.#tied(call, owner),
        filed,
        this.#isFrozen(call),
      );
    if (filed !== undefined && owner === undefined) this.#owners.set(filed, name);
    this.#known.set(key, name);
    this.#modules.set(call, `self.${name}`);
  }

  #loop({ body, turns, variable }: Loop): void {
    for (const [place, call] of body.entries()) {
      if (!this.#hasModule(call)) continue;
      const filed = this.#filed(call.name);
      const made = turns.map((turn) => {
        const each = turn[place];
        if (each === undefined) throw new Error(`${call.node.name} is not in every iteration`);
        return this.#constructed(each);
      });
      const [first = ""] = made;
      if (!filed?.includes("${")) {
        if (made.some((each) => each !== first))
          throw new Error(`${call.node.name} has the same weights in iterations that differ`);
        this.#call(call);
        continue;
      }
      const code =
        made.length > 2 && made.every((each) => each === first)
          ? `nn.ModuleList(${first} for _ in range(${made.length}))`
          : `nn.ModuleList([${made.join(", ")}])`;
      const name = this.#attribute(attributeName(filed, call), code, counted(filed), this.#isFrozen(call));
      this.#modules.set(call, `self.${name}[${variable}]`);
    }
  }

  #hasModule({ callee, node }: Call): boolean {
    return "block" in callee || writtenLayer(node, this.#subject.graph).module !== undefined;
  }

  /** Another kind of layer with the same weights, as with another stride. Statistics cannot be shared so: a module copies its own. */
  #tied(call: Call, owner: string): string {
    const { nodes } = this.#subject.graph;
    const hasStatistics = call.nodes.some((id) => {
      const node = inputAt(nodes, id);
      const { weights } = node.sharesWith === undefined ? node : inputAt(nodes, node.sharesWith);
      return weights.some(({ counted }) => !counted);
    });
    if (hasStatistics)
      throw new Error(`${call.node.name} shares running statistics with another kind of layer`);
    return `tied(${this.#constructed(call)}, self.${owner})`;
  }

  /** A layer by itself; a block freezes its own. */
  #isFrozen({ callee, node }: Call): boolean {
    return !("block" in callee) && writtenLayer(node, this.#subject.graph).module?.isFrozen === true;
  }

  /** What its weights are filed under, after the prefix of the class. */
  #filed(name: string | undefined): string | undefined {
    const { prefix } = this.#subject;
    if (name === undefined || prefix === undefined) return name;
    return name.slice(prefix.length).replace(/^\./, "");
  }

  #attribute(wanted: string, code: string, filed: string | undefined, isFrozen: boolean): string {
    const taken = new Set(this.#attributes.map(({ name }) => name));
    const allowed = isFreeAttribute(wanted) ? wanted : `${wanted}_`;
    const name = freeName(allowed, (one) => taken.has(one));
    this.#attributes.push({ name, code, fileName: filed === name ? undefined : filed, isFrozen });
    return name;
  }

  #constructed(call: Call): string {
    const { callee, nodes, node } = call;
    const { graph, classes } = this.#subject;
    if ("block" in callee) {
      const given = classes.get(callee.block)?.parameters.map((parameter) => {
        const at = inputAt(graph.nodes, nodes[parameter.place] ?? -1);
        const code = this.#argument(at, parameter.argument);
        return parameter.isPositional ? code : `${parameter.name}=${code}`;
      });
      return `${callee.block.name}(${given?.join(", ") ?? ""})`;
    }
    const { module } = writtenLayer(node, graph);
    if (module === undefined) throw new Error(`${node.name} has no module`);
    // A padding that is the dilation in every call is a parameter called after the dilation.
    const dilation = module.arguments.findIndex(({ name }) => name === "dilation");
    if (dilation >= 0) this.#argument(node, dilation);
    const given = module.arguments.flatMap(({ name, usual, isPositional }, at) => {
      const code = this.#argument(node, at);
      return code === usual ? [] : [isPositional ? code : `${name}=${code}`];
    });
    const made = `${module.type}(${given.join(", ")})`;
    return module.wrapped === undefined ? made : module.wrapped.replace(newHole, made);
  }

  /** A number, or the parameter in which calls differ. */
  #argument(node: GraphNode, at: number): string {
    const { graph, instances } = this.#subject;
    const place = this.#places.get(node.id);
    if (place === undefined) throw new Error(`${node.name} is not in the class`);
    const found = instances.map((nodes): Argument => {
      const other = inputAt(graph.nodes, nodes[place] ?? -1);
      const argument = writtenLayer(other, graph).module?.arguments[at];
      if (argument === undefined) throw new Error(`${other.name} has no argument ${at}`);
      return argument;
    });
    const [first] = found;
    const values = found.map(({ code }) => code);
    if (first === undefined || values.every((code) => code === first.code)) return first?.code ?? "";
    const types = [...new Set(found.map(({ type }) => type))].sort();
    const type = types.length === 1 ? (types[0] ?? "int") : `Union[${types.join(", ")}]`;
    return this.#same(values, type) ?? this.#parameter(first, values, type, place, at);
  }

  /** A parameter with the same values, or a whole multiple of one. */
  #same(values: readonly string[], type: string): string | undefined {
    for (const known of this.#parameters) {
      if (known.type !== type) continue;
      if (known.values.every((value, i) => value === values[i])) return known.name;
    }
    if (type !== "int") return undefined;
    for (const known of this.#parameters) {
      if (known.type !== type) continue;
      const factor = Number(values[0]) / Number(known.values[0]);
      const isMultiple = known.values.every((value, i) => Number(values[i]) === factor * Number(value));
      if (factor >= 2 && Number.isInteger(factor) && isMultiple) return `${factor} * ${known.name}`;
    }
    return undefined;
  }

  #parameter(
    { name: usual, parameter = usual, isPositional }: Argument,
    values: readonly string[],
    type: string,
    place: number,
    argument: number,
  ): string {
    const name = freeName(parameter, (one) => this.#parameters.some((known) => known.name === one));
    const isFirst = isPositional === true && this.#parameters.every((known) => known.isPositional);
    this.#parameters.push({ name, type, isPositional: isFirst, place, argument, values });
    return name;
  }
}

/** `encoder.level[${i}]` → `encoder_level`, `decoder.double${i + 1}` → `decoder_doubles`, `fork1.path2.conv_bn1` → `path2_conv_bn1` */
function attributeName(filed: string | undefined, { callee }: Call): string {
  if (filed === undefined || filed === "")
    return "block" in callee ? identifier(callee.block.block) : "layer";
  const segments = filed.split(".").filter((part) => !/^fork\d+$/.test(part));
  const block = "block" in callee ? callee.block.block : undefined;
  const ofBlock =
    block === undefined ? -1 : segments.findIndex((part) => part.replace(/\d+$|\$\{.*$/, "") === block);
  const listed = segments.findIndex((part) => part.includes("${"));
  const end = ofBlock >= 0 ? ofBlock + 1 : segments.length;
  const last = segments.slice(0, Math.max(end, listed + 1));
  const text = last.join("_");
  const single = text.replace(/\[\$\{[^}]*\}\]/, "");
  return identifier(
    single.replace(/\$\{[^}]*\}(?=_|$)/, single.includes("${") && !/s\$/.test(single) ? "s" : ""),
  );
}

/** `decoder.double${i + 1}` → `decoder.double{1}`, `conv${2 * i + 1}` → `conv{1:2}` */
function counted(filed: string): string {
  return filed.replace(/\$\{([^}]*)\}/g, (_, index: string) => {
    const [, factor = "1", plus = "0"] = /^(?:(\d+) \* )?[a-z_]\w*(?: \+ (\d+))?$/.exec(index) ?? [];
    const [, minus] = /^(\d+) - [a-z_]\w*$/.exec(index) ?? [];
    if (minus !== undefined) return `{${minus}:-1}`;
    return factor === "1" ? `{${plus}}` : `{${plus}:${factor}}`;
  });
}
