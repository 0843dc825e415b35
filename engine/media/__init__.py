"""Real files in and out: pictures, sounds, videos."""
