"""Out of the studio: pictures, layers, latents, masks, films."""
