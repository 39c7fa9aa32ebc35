/** Modules whose weights are frozen, fixed, or those of another. */
export const normalisationHelpers = {
  tied: {
    needs: ["M"],
    text: `def tied(module: M, owner: nn.Module) -> M:
    """The module with the parameters of another of the same shapes."""
    for one, other in zip(module.modules(), owner.modules()):
        for name, parameter in other.named_parameters(recurse=False):
            one.register_parameter(name, parameter)
    return module
`,
  },
  M: { needs: [], text: `M = TypeVar("M", bound=nn.Module)\n` },
  FrozenBatchNorm2d: {
    needs: [],
    text: `class FrozenBatchNorm2d(nn.BatchNorm2d):
    """Batch normalisation that uses its running statistics in training, too."""

    def train(self, mode: bool = True) -> FrozenBatchNorm2d:
        super().train(False)
        return self
`,
  },
  fixed: {
    needs: ["M"],
    text: `def fixed(module: M, name: str) -> M:
    """The module with a parameter fixed at its initial value, which is not saved."""
    value = getattr(module, name).detach().clone()
    delattr(module, name)
    module.register_buffer(name, value, persistent=False)
    return module
`,
  },
} as const;
