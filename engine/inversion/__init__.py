"""Picture to latent: encoder, projection, pivotal tuning."""
