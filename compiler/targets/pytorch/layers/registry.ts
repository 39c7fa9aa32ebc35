/** Every function and class of `layers.py`, in the order in which the file shows them: what the network calls first. */
import { attentionHelpers } from "./attention.ts";
import type { Helper } from "./helper.ts";
import { normalisationHelpers } from "./normalisation.ts";
import { poolingHelpers } from "./pooling.ts";
import { randomFieldHelpers } from "./random-field.ts";
import { resamplingHelpers } from "./resampling.ts";

const all = {
  ...normalisationHelpers,
  ...poolingHelpers,
  ...resamplingHelpers,
  ...attentionHelpers,
  ...randomFieldHelpers,
};

export type HelperName = keyof typeof all;

const helpers: { readonly [N in HelperName]: Helper<HelperName> } = all;

/** `layers.py` with these and all that they need. */
export function layersFile(wanted: Iterable<HelperName>): string {
  const needed = new Set<HelperName>();
  const need = (name: HelperName): void => {
    if (needed.has(name)) return;
    needed.add(name);
    helpers[name].needs.forEach(need);
  };
  for (const name of wanted) need(name);
  const texts = (Object.keys(helpers) as HelperName[])
    .filter((name) => needed.has(name) && name !== "M")
    .map((name) => helpers[name].text);
  const body = texts.join("\n\n");
  const uses = (word: string) => new RegExp(`\\b${word}\\b`).test(body);
  const typing = ["List", "Optional", "Sequence", "Tuple", "TypeVar", "Union"].filter(
    (name) =>
      uses(name) ||
      (name === "Tuple" && (uses("Pair") || uses("Sides"))) ||
      (name === "TypeVar" && needed.has("M")),
  );
  const aliases = [
    ...(uses("Pair") ? ["Pair = Tuple[int, int]"] : []),
    ...(uses("Sides") ? ["Sides = Tuple[int, int, int, int]"] : []),
    ...(needed.has("M") ? [helpers.M.text.trimEnd()] : []),
  ];
  const torch = [
    ...(uses("torch") ? ["import torch"] : []),
    ...(/\bF\./.test(body) ? ["import torch.nn.functional as F"] : []),
  ];
  const names = [
    ...(uses("Tensor") ? ["Tensor"] : []),
    ...(/\bnn\./.test(body) || needed.has("M") ? ["nn"] : []),
  ];
  const head = [
    `"""Layers that PyTorch has not, or computes differently."""`,
    "",
    "from __future__ import annotations",
    "",
    ...(typing.length > 0 ? [`from typing import ${typing.join(", ")}`, ""] : []),
    ...torch,
    `from torch import ${names.join(", ")}`,
    ...(aliases.length > 0 ? ["", ...aliases] : []),
  ];
  return `${head.join("\n")}\n\n\n${body}`;
}
