"""The microphone panel: choose a device, watch its level, record a clip."""
