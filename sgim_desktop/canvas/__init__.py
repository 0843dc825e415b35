"""The canvas: the picture, large; dropping, zooming, cropping, painting a region."""
