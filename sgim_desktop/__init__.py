"""The Qt application: one folder per panel."""
