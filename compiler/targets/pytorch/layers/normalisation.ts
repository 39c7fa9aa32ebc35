/** Batch normalisation that is frozen, and normalisations with a scale or a shift alone. */
export const normalisationHelpers = {
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
    needs: [],
    text: `M = TypeVar("M", bound=nn.Module)


def fixed(module: M, name: str) -> M:
    """The module with a parameter fixed at its initial value, which is not saved."""
    value = getattr(module, name).detach().clone()
    delattr(module, name)
    module.register_buffer(name, value, persistent=False)
    return module
`,
  },
} as const;
