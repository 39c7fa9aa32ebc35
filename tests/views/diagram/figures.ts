/** The figures the tests look at: the examples, programs of odd shapes, and graphs that no source says anything about. */
import { readdirSync } from "node:fs";
import { type CompiledNetwork, compile } from "../../../compiler/compile.ts";
import type { LoadedNetwork } from "../../../tools/cli/program/load-network.ts";
import { createFileHost } from "../../../tools/host/file-sources.ts";
import { readSourceFile } from "../../../tools/host/read-source-file.ts";
import { networks } from "./networks.ts";
import { programs } from "./programs.ts";

/** @throws Error with the diagnostics of a program that has errors. */
export function compileText(text: string, path = "test.fcn"): CompiledNetwork {
  return only(compile({ path, text }, createFileHost()), path);
}

export function compileExample(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): CompiledNetwork {
  return loadExample(name, settings).network;
}

const loaded = new Map<string, LoadedNetwork>();

/** Compiled once: many tests draw it, and none changes it. */
export function loadExample(name: string, settings: Readonly<Record<string, string>> = {}): LoadedNetwork {
  const path = `examples/${name}.fcn`;
  const key = JSON.stringify([name, settings]);
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const compilation = compile(readSourceFile(path), createFileHost(), {
    settings: new Map(Object.entries(settings)),
  });
  const example = { network: only(compilation, path), compilation };
  loaded.set(key, example);
  return example;
}

function only(
  { networks: [network], diagnostics }: ReturnType<typeof compile>,
  path: string,
): CompiledNetwork {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  if (network === undefined) throw new Error(`${path}: ${errors.join("; ")}`);
  return network;
}

export interface Subject {
  readonly name: string;
  readonly network: CompiledNetwork;
  readonly size: readonly [height: number, width: number];
}

export function subjects(): readonly Subject[] {
  const valid = { padding: "valid", crop: "centred" };
  return [
    { name: "u-net", network: compileExample("u-net"), size: [256, 256] },
    { name: "u-net, valid", network: compileExample("u-net", valid), size: [572, 572] },
    { name: "fcn-32s", network: compileExample("fcn-32s"), size: [500, 500] },
    { name: "fcn-16s", network: compileExample("fcn-16s"), size: [500, 500] },
    { name: "fcn-8s", network: compileExample("fcn-8s"), size: [500, 500] },
    { name: "hypercolumns", network: compileExample("hypercolumns"), size: [500, 375] },
    { name: "pspnet", network: compileExample("pspnet"), size: [473, 473] },
    { name: "eigen-multitask", network: compileExample("eigen-multitask"), size: [240, 320] },
    { name: "hed", network: compileExample("hed"), size: [320, 480] },
    { name: "deeplab-v3-plus", network: compileExample("deeplab-v3-plus"), size: [512, 512] },
    { name: "segnet", network: compileExample("segnet"), size: [352, 480] },
    ...Object.entries(programs).map(([name, text]) => ({
      name,
      network: compileText(text),
      size: [64, 64] as const,
    })),
    ...Object.entries(networks).map(([name, make]) => ({
      name: `${name}, built by hand`,
      network: make(),
      size: name === "u-net-valid" ? ([572, 572] as const) : ([512, 512] as const),
    })),
  ];
}

/** The names of all examples. */
export const examples: readonly string[] = readdirSync("examples")
  .filter((file) => file.endsWith(".fcn"))
  .map((file) => file.slice(0, -".fcn".length))
  .sort();
