"""Architectures only: nn.Module, no files, no training, no I/O."""
