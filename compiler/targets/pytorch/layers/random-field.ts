/** The conditional random field over windows. */
export const randomFieldHelpers = {
  WindowCRF: {
    needs: [],
    text: `class WindowCRF(nn.Module):
    """A conditional random field: class scores after mean-field iterations over windows.

    Zheng et al. 2015, algorithm 1. A position receives messages from those in its
    window: from near ones of similar colour, and from near ones of any. Deviations of
    distances are in positions, that of colours in grey levels of 255, for which
    \`weights.set_normalisations\` sets mean and deviation of the input.
    """

    def __init__(
        self,
        channels: int,
        colours: int,
        window: Union[int, Pair],
        iterations: int = 5,
        appearance_weight: float = 4.0,
        appearance_position: float = 67.0,
        appearance_colour: float = 3.0,
        smoothness_weight: float = 3.0,
        smoothness_position: float = 1.0,
        guide_input: str = "",
    ) -> None:
        super().__init__()
        self.window = (window, window) if isinstance(window, int) else window
        self.iterations = iterations
        self.appearance_position = appearance_position
        self.appearance_colour = appearance_colour
        self.smoothness_position = smoothness_position
        self.guide_input = guide_input
        self.appearance = nn.Parameter(torch.full((channels,), appearance_weight))
        self.smoothness = nn.Parameter(torch.full((channels,), smoothness_weight))
        self.compatibility = nn.Parameter(1 - torch.eye(channels))
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.zeros(colours), persistent=False)
        self.register_buffer("deviation", torch.ones(colours), persistent=False)

    def forward(self, scores: Tensor, guide: Tensor) -> Tensor:
        with torch.no_grad():
            levels = guide * self.deviation[:, None, None] + self.mean[:, None, None]
            colours = levels * (255 / self.appearance_colour)
            similar = self.shares(colours, self.appearance_position)
            near = self.shares(torch.zeros_like(colours[:1]), self.smoothness_position)
        logits = scores
        for _ in range(self.iterations):
            around = self.around(F.softmax(logits, dim=1))
            from_similar = (around * similar).sum(2)
            from_near = (around * near).sum(2)
            received = self.appearance[:, None, None] * from_similar
            received = received + self.smoothness[:, None, None] * from_near
            logits = scores - F.conv2d(received, self.compatibility[:, :, None, None])
        return logits

    def around(self, x: Tensor) -> Tensor:
        """The values in the window of each position, along a third axis; 0 outside."""
        rows, columns = self.window
        values = F.unfold(x, self.window, padding=(rows // 2, columns // 2))
        values = values.unflatten(1, (x.shape[1], rows * columns))
        return values.unflatten(3, (x.shape[2], x.shape[3]))

    def shares(self, colours: Tensor, position: float) -> Tensor:
        """Gaussian of distance and colour, normalised symmetrically by its sums."""

        def distances(size: int) -> Tensor:
            places = torch.arange(size, dtype=colours.dtype, device=colours.device)
            return ((places - size // 2) / position).square()

        rows, columns = (distances(size) for size in self.window)
        distance = (rows[:, None] + columns).flatten()
        apart = (self.around(colours) - colours.unsqueeze(2)).square()
        squared = apart.sum(1, keepdim=True) + distance[:, None, None]
        inside = self.around(torch.ones_like(colours[:, :1]))
        kernel = torch.exp(-0.5 * squared) * inside
        inverse = kernel.sum(2).rsqrt()
        return kernel * inverse.unsqueeze(2) * self.around(inverse)
`,
  },
} as const;
