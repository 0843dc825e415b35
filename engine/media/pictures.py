"""Pictures in and out: the names other parts of the program use."""

from engine.media.load_pictures import load_picture
from engine.media.picture import Picture, picture_from_pixels
from engine.media.recipes import read_recipe
from engine.media.save_pictures import save_picture

__all__ = ["Picture", "load_picture", "picture_from_pixels", "read_recipe", "save_picture"]
