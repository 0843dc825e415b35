"""The layer-mask inspector: the learned weights g of every generator layer (paper eq. 17)."""
