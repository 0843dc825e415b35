"""Pack manifest, store, download, verification, licence."""
