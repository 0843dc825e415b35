"""Faces: find, align, warp back."""
