"""The critic of lower faces tells real from drawn, and its loss teaches it to."""

from __future__ import annotations

import torch

from engine.networks.discriminator import Discriminator
from engine.training.starter.portrait_sharpen import CRITIC_CHANNELS, SIDE, critic_loss, lower_faces


def test_a_few_steps_teach_the_critic_to_tell_sharp_from_flat() -> None:
    torch.manual_seed(0)
    critic = Discriminator(SIDE, CRITIC_CHANNELS)
    adam = torch.optim.Adam(critic.parameters(), 1.2e-3, (0.0, 0.99))
    real = torch.randn(4, 3, SIDE, SIDE) * 0.5
    flat = torch.randn(4, 3, 1, 1).expand(4, 3, SIDE, SIDE) * 0.5
    first = critic_loss(critic, real, flat, regularised=True)
    assert first.requires_grad and torch.isfinite(first)
    for _ in range(12):
        adam.zero_grad()
        critic_loss(critic, real, flat, regularised=False).backward()
        adam.step()
    with torch.no_grad():
        assert critic(real).mean() > critic(flat).mean() + 0.5


def test_the_lower_face_is_a_square_below_the_eyes() -> None:
    frame = torch.arange(128.0)[None, None, :, None].expand(1, 3, 128, 128)
    assert lower_faces(frame).shape == (1, 3, SIDE, SIDE)
    assert float(lower_faces(frame).min()) > 128 * 0.47  # FFHQ's eyes lie at 0.47 of the frame
