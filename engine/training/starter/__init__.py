"""The starter pack's own training: stages that together make ``resources/packs/starter-scenes``."""
