"""The packs panel: which models are installed, under which licence, and how to get more."""
