"""The waveform panel: look at, trim, weigh and play the sounds that guide an edit."""
