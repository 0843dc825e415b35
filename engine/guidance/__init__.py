"""Losses, layer mask, the optimisation loop, schedules, instant mapper, mixing."""
