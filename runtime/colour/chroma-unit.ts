/** Units of CIELAB are divided by this, so that chroma is of order one. */
export const chromaUnit = 100;
