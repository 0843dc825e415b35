"""The guides panel: text prompt, presets and everything else an edit is asked with."""
