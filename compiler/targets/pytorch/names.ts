/** Names in Python. */
import { type NamingStyle, upperFirst } from "../structure/names.ts";

/** Words that no variable, function or class may be called. */
const reserved = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if import in is
  lambda nonlocal not or pass raise return try while with yield match case type print len range list dict set int float str bool
  tuple zip map sum min max abs super object self torch nn F x Tensor Outputs Tuple List Dict Optional NamedTuple Sequence
  AcceptedSizes check_sizes init math`.split(/\s+/),
);

/** Attributes of nn.Module that a layer must not hide. */
const attributes = new Set(
  `training forward train eval type float double half bfloat16 cpu cuda xpu ipu hpu to to_empty apply children modules parameters
  buffers named_children named_modules named_parameters named_buffers state_dict load_state_dict zero_grad requires_grad_ extra_repr
  share_memory register_buffer register_parameter register_module add_module get_submodule get_parameter get_buffer compile
  file_names reset_parameters call_super_init dump_patches`.split(/\s+/),
);

/** `ResNet stage` → `res_net_stage` */
export function identifier(text: string): string {
  const joined = text
    .replaceAll(/([a-z0-9])([A-Z][a-z])/g, "$1_$2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .join("_")
    .toLowerCase();
  return /^[a-z]/.test(joined) ? joined : `map_${joined}`;
}

/** `conv_bn` → `ConvBn` */
export function className(text: string): string {
  const joined = text
    .split(/[^A-Za-z0-9]+/)
    .map(upperFirst)
    .join("");
  // such as F, by which modules call torch.nn.functional
  if (reserved.has(joined)) return `${joined}Module`;
  return /^[A-Za-z]/.test(joined) ? joined : `Block${joined}`;
}

/** `DeepLabV3Plus` → `deeplabv3plus`, as packages are called. */
export function packageName(network: string): string {
  const name = network.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
  return /^[a-z]/.test(name) && !reserved.has(name) && !known.has(name) ? name : `network_${name}`;
}

/** Modules of Python that a package must not hide. */
const known = new Set(["torch", "numpy", "test", "site", "code", "data"]);

export const style: NamingStyle = { identifier, callable: className, reserved };

export function isFreeAttribute(name: string): boolean {
  return !attributes.has(name) && !reserved.has(name);
}
