/** Normalisations that PyTorch has not for feature maps, and modules whose weights are frozen, fixed, or those of another. */
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
  LayerNorm2d: {
    needs: [],
    text: `class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of each position."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
`,
  },
  LayerScale: {
    needs: [],
    text: `class LayerScale(nn.Module):
    """A learned factor for each channel, or one for all."""

    def __init__(self, channels: int, init: float = 1e-06) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.full((channels,), init))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor[:, None, None]
`,
  },
  StochasticDepth: {
    needs: [],
    text: `class StochasticDepth(nn.Dropout):
    """Dropout of all of an image in a residual branch."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = torch.full((x.shape[0], 1, 1, 1), 1 - self.p, dtype=x.dtype, device=x.device)
        return x * torch.bernoulli(kept) / (1 - self.p)
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
