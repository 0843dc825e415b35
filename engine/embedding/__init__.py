"""The joint space: picture, text, sound to unit vectors."""
