"""The gallery: every result of every picture, by what guided it."""
