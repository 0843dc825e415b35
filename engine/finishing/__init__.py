"""Latent to final picture: render, full-resolution delta, region, paste-back."""
