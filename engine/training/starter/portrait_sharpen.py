"""Stage ``portraits-sharpen``: a critic of lower faces makes the portrait generator and mapper draw teeth, not a smear.

L1 alone draws the mean of all smiles that fit a face. The critic (StyleGAN2's discriminator, non-saturating loss, lazy
R1, as in Karras et al. 2020) sees real lower faces, reconstructions and edits; reconstruction holds everything else.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.networks.discriminator import Discriminator
from engine.training.instant_mapping import mapper_loss
from engine.training.joint_embedding import cosine_rate
from engine.training.starter.portrait_stage import (
    BATCH,
    SHARPENED,
    crops_of,
    expression_batches,
    mapper_of,
    mapper_recipe,
    picture_tower,
    trained_portraits,
)
from engine.training.starter.run_folder import RunFolder
from engine.training.structure_generator import pyramid_loss, to_tensor

SIDE, TOP, LEFT = 64, 62, 32
"""The lower face, eyes left out, in an FFHQ frame of 128 pixels."""
CRITIC_CHANNELS = {64: 24, 32: 48, 16: 64, 8: 96, 4: 96}
MAPPER_RATE, GENERATOR_RATE, CRITIC_RATE = 4e-4, 3e-4, 1.2e-3
REALNESS, REBUILT_REALNESS = 0.07, 0.04
"""More of it, or twice the steps, drew shadows under noses."""
KEPT = 0.985
GAMMA, LAZY_R1 = 0.2, 8


def lower_faces(pictures: Tensor) -> Tensor:
    """(N, 3, 128, 128) → (N, 3, 64, 64) around the mouth."""
    return pictures[..., TOP : TOP + SIDE, LEFT : LEFT + SIDE]


def critic_loss(critic: Discriminator, real: Tensor, fake: Tensor, *, regularised: bool) -> Tensor:
    """Non-saturating loss, with R1 (times ``LAZY_R1``) where ``regularised``; inputs (N, 3, 64, 64)."""
    real = real.detach().requires_grad_(regularised)
    realness = critic(real)
    loss = F.softplus(-realness).mean() + F.softplus(critic(fake.detach())).mean()
    if regularised:
        (slope,) = torch.autograd.grad(realness.sum(), real, create_graph=True)
        loss = loss + 0.5 * GAMMA * LAZY_R1 * slope.square().sum((1, 2, 3)).mean()
    return loss


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Continue mapper and generator under the critic; the encoder stays."""
    torch.manual_seed(0)
    generator, encoder = trained_portraits(run)
    mapper, tower, recipe = mapper_of(run), picture_tower(run), mapper_recipe(steps)
    train, held_out = crops_of(run)
    sampler = expression_batches(run, train, tower)
    critic = Discriminator(SIDE, CRITIC_CHANNELS)
    drawing = list(generator.synthesis.requires_grad_(True).parameters())
    for network in (mapper, critic):
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    adam = torch.optim.Adam(
        [{"params": list(mapper.parameters()), "first": MAPPER_RATE}, {"params": drawing, "first": GENERATOR_RATE}],
        lr=MAPPER_RATE, betas=(0.5, 0.98),
    )  # fmt: skip
    critic_adam = torch.optim.Adam(critic.parameters(), lr=CRITIC_RATE, betas=(0.0, 0.99))
    ema = get_ema_multi_avg_fn(KEPT)
    kept = [AveragedModel(network, multi_avg_fn=ema, use_buffers=False) for network in (generator, mapper)]
    started = time.time()
    for step in range(steps):
        rng = np.random.default_rng((37, step))
        for group in adam.param_groups:
            group["lr"] = group["first"] * cosine_rate(step, steps)
        batch = sampler(rng)
        critic.requires_grad_(False)
        loss, parts, drawn = mapper_loss(mapper, generator, encoder, tower.visual, batch, recipe)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            w, structure = encoder(batch.before)
        with torch.autocast("cpu", torch.bfloat16):
            rebuilt = generator.synthesis(w, structure).float()
        edits, rebuilds = lower_faces(drawn), lower_faces(rebuilt)
        with torch.autocast("cpu", torch.bfloat16):
            edits_real = F.softplus(-critic(edits)).mean()
            rebuilds_real = F.softplus(-critic(rebuilds)).mean()
        loss = loss + pyramid_loss(rebuilt, batch.before) + REALNESS * edits_real + REBUILT_REALNESS * rebuilds_real
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(mapper.parameters(), 1.0)
        torch.nn.utils.clip_grad_norm_(drawing, 1.0)
        adam.step()
        for average, network in zip(kept, (generator, mapper), strict=True):
            average.update_parameters(network)

        critic.requires_grad_(True)
        faces = train.pixels[rng.choice(len(train.pixels), BATCH, replace=False)]
        faces = np.where(rng.random(BATCH)[:, None, None, None] < 0.5, faces[:, :, ::-1], faces)
        real = lower_faces(to_tensor(faces))
        half = BATCH // 2
        fake = torch.cat([edits[half:], rebuilds[:half]])
        judged = critic_loss(critic, real, fake, regularised=step % LAZY_R1 == 0)
        critic_adam.zero_grad(set_to_none=True)
        judged.backward()
        critic_adam.step()
        if (step + 1) % 50 == 0:
            parts |= {"edits": float(edits_real.detach()), "critic": float(judged.detach())}
            said = " ".join(f"{name} {value:.3f}" for name, value in parts.items())
            report(f"sharpen {step + 1}/{steps} {said} {time.time() - started:.0f} s")
    run.save(SHARPENED, kept[0].module.state_dict())
    run.save("portrait_mapper.safetensors", kept[1].module.state_dict())
