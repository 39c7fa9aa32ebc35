/** Initial weights in Python, as \`fcn train\` draws them: He's for every convolution, and what a layer says for itself. */
import type { Graph, GraphNode } from "../../../network/graph.ts";
import { isRectified } from "../../../network/rectified.ts";
import type { WeightSpecification } from "../../../ops/weights.ts";

export interface InitialWeights {
  /** Statements of `reset_parameters`. */
  readonly lines: readonly string[];
  readonly functions: readonly string[];
}

/** @param stateName the name of a weight in `state_dict` */
export function initialWeights(
  graph: Graph,
  stateName: (node: GraphNode, weight: WeightSpecification) => string,
): InitialWeights {
  const lines: string[] = [];
  const functions = new Set<keyof typeof texts>();
  for (const node of graph.nodes) {
    for (const weight of node.weights) {
      const code = initialCode(graph, node, weight);
      if (code === undefined) continue;
      const given = `self.get_parameter("${stateName(node, weight)}")`;
      lines.push(code.replace("⟨weight⟩", given));
      for (const name of Object.keys(texts) as (keyof typeof texts)[])
        if (code.startsWith(`${name}(`)) functions.add(name);
    }
  }
  return { lines, functions: [...functions].map((name) => texts[name]) };
}

const number = (value: number): string => String(Number(value.toPrecision(6)));

/** `undefined` where the rule for every convolution, or the module itself, gives it. */
function initialCode(
  graph: Graph,
  node: GraphNode,
  { initialisation, kernel, name, shape }: WeightSpecification,
): string | undefined {
  if (kernel === undefined) return undefined;
  const { fan, transposed, groups, outputs } = kernel;
  switch (initialisation.kind) {
    case "he":
      if (!transposed) return undefined;
      return `nn.init.normal_(⟨weight⟩, std=${number(Math.sqrt((isRectified(graph, node.id) ? 2 : 1) / fan.in))})`;
    case "normal":
      return `nn.init.normal_(⟨weight⟩, std=${initialisation.deviation})`;
    case "xavier": {
      const bound = number(Math.sqrt(6 / (fan.in + fan.out)));
      return `nn.init.uniform_(⟨weight⟩, -${bound}, ${bound})`;
    }
    case "constant":
      return `nn.init.constant_(⟨weight⟩, ${initialisation.value})`;
    case "bilinear":
      return `bilinear_(⟨weight⟩, groups=${groups})`;
    case "identity": {
      const [first = 1] = shape;
      const maps = initialisation.maps === undefined ? first / groups : initialisation.maps / groups;
      return `identity_(⟨weight⟩, groups=${groups}, maps=${maps}, share=${number(maps / outputs)}, std=${initialisation.deviation})`;
    }
    case "potts":
      throw new Error(`${node.name}.${name} has initial values that no emitted operation has`);
  }
}

const texts = {
  bilinear_: `@torch.no_grad()
def bilinear_(weight: Tensor, groups: int) -> None:
    """The kernel of bilinear interpolation, channel by channel.

    Long, Shelhamer & Darrell 2015, section 3.3.
    """
    first, _, height, width = weight.shape

    def share(size: int) -> Tensor:
        places = torch.arange(size, dtype=weight.dtype, device=weight.device)
        return 1 - (places - (size - 1) / 2).abs() / ((size + 1) // 2)

    kernel = share(height)[:, None] * share(width)
    weight.zero_()
    for channel in range(first):
        weight[channel, channel % (first // groups)] = kernel
`,
  identity_: `@torch.no_grad()
def identity_(weight: Tensor, groups: int, maps: int, share: float, std: float) -> None:
    """A share at the kernel's centre from each feature map to itself, noise elsewhere.

    Yu & Koltun 2016, equations 4 and 5.
    """
    first, second, height, width = weight.shape
    nn.init.normal_(weight, std=std) if std > 0 else weight.zero_()
    channels = first // groups
    for a in range(first):
        for b in range(second):
            if (a % channels) * maps // channels == b * maps // second:
                weight[a, b, (height - 1) // 2, (width - 1) // 2] = share
`,
} as const;
