"""The mix panel: how much of the sound-guided and of the text-guided edit the mixed one takes."""
