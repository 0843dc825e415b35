"""Running edits: the conductor between document and engine, and the panel that shows it."""
