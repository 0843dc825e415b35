"""The published weights an artist can fetch: a data table, and nothing that fetches.

Facts come from KNOWLEDGE §4 and from the pages the authors publish; where no digest was published the field
is empty and the content check alone decides. We never ship any of these files.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import PackError

NVIDIA_LICENCE = "NVIDIA Source Code License (research and evaluation only, non-commercial)"
NVIDIA_LICENCE_URL = "https://nvlabs.github.io/stylegan2-ada-pytorch/license.html"
CC_BY_NC_SA = "CC BY-NC-SA 4.0 (non-commercial, share alike, name the authors)"
CC_BY_NC_SA_URL = "https://creativecommons.org/licenses/by-nc-sa/4.0/"
FACES = (
    "Trained on faces of people who put their photographs on the web under free licences but were not asked about "
    "this use. Do not present edits of a person as real, and ask the person first."
)
NO_PEOPLE = "Trained on pictures without people."


@dataclass(frozen=True)
class CatalogueEntry:
    """One published file.

    ``name`` the pack's name once added; ``kind`` the part it brings; ``domain`` "portrait", "scene", …;
    ``purpose`` one sentence for the artist; ``urls`` the address and its mirrors, tried in order; ``file``
    its usual file name; ``size`` in bytes where published (None unknown); ``sha256`` or ``sha256_prefix``
    where published; ``consent`` what the artist should know about the people in the training data.
    """

    name: str
    kind: str
    domain: str
    purpose: str
    urls: tuple[str, ...]
    file: str
    licence: str
    licence_url: str
    consent: str = NO_PEOPLE
    size: int | None = None
    sha256: str = ""
    sha256_prefix: str = ""
    training_data: str = "unknown"
    notes: str = ""

    @property
    def source(self) -> str:
        """The first address, as the manifest records it."""
        return self.urls[0]


def _ada(name: str, domain: str, data: str, consent: str, **known: object) -> CatalogueEntry:
    return CatalogueEntry(
        name=f"stylegan2-ada-{name}",
        kind="generator",
        domain=domain,
        purpose=f"StyleGAN2-ADA generator for {data}.",
        urls=(
            f"https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/{name}.pkl",
            *([f"https://huggingface.co/aaronb/StyleGAN2-pkl/resolve/main/ada/{name}.pkl"] if name != "ffhq" else []),
        ),
        file=f"{name}.pkl",
        licence=NVIDIA_LICENCE,
        licence_url=NVIDIA_LICENCE_URL,
        consent=consent,
        training_data=data,
        **known,  # type: ignore[arg-type]
    )


def _sg3(file: str, domain: str, data: str, consent: str, **known: object) -> CatalogueEntry:
    return CatalogueEntry(
        name=file.rsplit("-", 1)[0],
        kind="generator",
        domain=domain,
        purpose=f"StyleGAN3 generator for {data}.",
        urls=(f"https://api.ngc.nvidia.com/v2/models/nvidia/research/stylegan3/versions/1/files/{file}.pkl",),
        file=f"{file}.pkl",
        licence=NVIDIA_LICENCE,
        licence_url="https://github.com/NVlabs/stylegan3/blob/main/LICENSE.txt",
        consent=consent,
        training_data=data,
        **known,  # type: ignore[arg-type]
    )


def _rosinality(name: str, domain: str, data: str, consent: str) -> CatalogueEntry:
    return CatalogueEntry(
        name=f"stylegan2-{name}",
        kind="generator",
        domain=domain,
        purpose=f"StyleGAN2 (config F) generator for {data}, the one StyleCLIP and Lee 2022 edit.",
        urls=(f"https://huggingface.co/aaronb/StyleGAN2/resolve/main/stylegan2-{name}-config-f.pt",),
        file=f"stylegan2-{name}-config-f.pt",
        licence=NVIDIA_LICENCE,
        licence_url="https://nvlabs.github.io/stylegan2/license.html",
        consent=consent,
        training_data=data,
        notes="121 to 133 MB; converted from NVIDIA's weights to the rosinality format, whose digest is not published.",
    )


_FFHQ = "FFHQ: 70,000 aligned faces from Flickr"
_AFHQ = "AFHQ: animal faces"
CATALOGUE: tuple[CatalogueEntry, ...] = (
    _ada(
        "ffhq",
        "portrait",
        _FFHQ,
        FACES,
        size=381_624_121,
        sha256="a205a346e86a9ddaae702e118097d014b7b8bd719491396a162cca438f2f524c",
    ),
    _ada("metfaces", "portrait", "MetFaces: faces in works of the Metropolitan Museum", "Painted faces, long dead."),
    _ada("afhqcat", "animal", f"{_AFHQ}, cats", NO_PEOPLE),
    _ada("afhqdog", "animal", f"{_AFHQ}, dogs", NO_PEOPLE),
    _ada("afhqwild", "animal", f"{_AFHQ}, wild animals", NO_PEOPLE),
    _sg3(
        "stylegan3-t-ffhq-1024x1024",
        "portrait",
        _FFHQ,
        FACES,
        size=294_775_112,
        sha256="efd9fa1f967a11b5390399a8ed512dc32e341c245fa2d4dafa6d94e96222085b",
    ),
    _sg3("stylegan3-t-afhqv2-512x512", "animal", "AFHQ v2: animal faces", NO_PEOPLE),
    _sg3("stylegan3-r-afhqv2-512x512", "animal", "AFHQ v2: animal faces", NO_PEOPLE),
    _rosinality("ffhq", "portrait", _FFHQ, FACES),
    _rosinality("church", "scene", "LSUN churches", NO_PEOPLE),
    _rosinality("cat", "animal", "LSUN cats", NO_PEOPLE),
    _rosinality("horse", "animal", "LSUN horses", NO_PEOPLE),
    _rosinality("car", "object", "LSUN cars", NO_PEOPLE),
    CatalogueEntry(
        name="stylegan2-church-mmgen",
        kind="generator",
        domain="scene",
        purpose="StyleGAN2 (config F) generator for LSUN churches, as OpenMMLab publishes it.",
        urls=(
            "https://download.openmmlab.com/mmgen/stylegan2/official_weights/"
            "stylegan2-church-config-f-official_20210327_172657-1d42b7d1.pth",
        ),
        file="stylegan2-church-config-f-official_20210327_172657-1d42b7d1.pth",
        licence=NVIDIA_LICENCE,
        licence_url="https://nvlabs.github.io/stylegan2/license.html",
        sha256_prefix="1d42b7d1",
        training_data="LSUN churches",
    ),
    CatalogueEntry(
        name="wikiart-conditional",
        kind="generator",
        domain="painting",
        purpose="StyleGAN2 generator for paintings of WikiArt, chosen by style and genre.",
        urls=("https://archive.org/download/wikiart-stylegan2-conditional-model/network-snapshot-012052.pkl",),
        file="network-snapshot-012052.pkl",
        licence="unknown; its author names none",
        licence_url="https://archive.org/details/wikiart-stylegan2-conditional-model",
        consent="Trained on reproductions of paintings, some by living artists who were not asked.",
        training_data="WikiArt",
        notes="Snapshots on that page were partly made with TensorFlow; those are refused with a sentence when added.",
    ),
    CatalogueEntry(
        name="e4e-ffhq",
        kind="inversion_encoder",
        domain="portrait",
        purpose="e4e: finds the latent of a portrait, together with the StyleGAN2 FFHQ generator it belongs to.",
        urls=(
            "https://huggingface.co/camenduru/PTI/resolve/main/e4e_ffhq_encode.pt",
            "https://huggingface.co/AIRI-Institute/HairFastGAN/resolve/main/pretrained_models/encoder4editing/"
            "e4e_ffhq_encode.pt",
        ),
        file="e4e_ffhq_encode.pt",
        licence="MIT (encoder4editing); its decoder: " + NVIDIA_LICENCE,
        licence_url="https://github.com/omertov/encoder4editing/blob/main/LICENSE",
        consent=FACES,
        sha256="748f4cb01604d2db53f141fa10542d91c44f7b98b713c2b49c375ddfac3f4efd",
        training_data=_FFHQ,
    ),
    CatalogueEntry(
        name="lee2022-landscape",
        kind="generator",
        domain="scene",
        purpose="The landscape generator of Lee et al. 2022.",
        urls=("https://kr.object.ncloudstorage.com/cvpr2022/landscape.pt",),
        file="landscape.pt",
        licence=CC_BY_NC_SA,
        licence_url=CC_BY_NC_SA_URL,
        training_data="landscape photographs (LHQ)",
    ),
    CatalogueEntry(
        name="lee2022-sound",
        kind="sound_encoder",
        domain="sound",
        purpose="The sound encoder of Lee et al. 2022; works with CLIP ViT-B/32.",
        urls=("https://kr.object.ncloudstorage.com/cvpr2022/resnet18_57.pth",),
        file="resnet18_57.pth",
        licence=CC_BY_NC_SA,
        licence_url=CC_BY_NC_SA_URL,
        training_data="VGG-Sound",
        consent="Trained on sounds of public videos whose makers were not asked.",
    ),
    CatalogueEntry(
        name="wav2clip",
        kind="sound_encoder",
        domain="sound",
        purpose="Wav2CLIP sound encoder; works with CLIP ViT-B/32.",
        urls=("https://github.com/descriptinc/lyrebird-wav2clip/releases/download/v0.1.0-alpha/Wav2CLIP.pt",),
        file="Wav2CLIP.pt",
        licence="MIT",
        licence_url="https://github.com/descriptinc/lyrebird-wav2clip/blob/master/LICENSE",
        training_data="VGG-Sound",
        consent="Trained on sounds of public videos whose makers were not asked.",
    ),
    CatalogueEntry(
        name="audioclip-partial",
        kind="sound_encoder",
        domain="sound",
        purpose="AudioCLIP sound encoder whose picture and text towers equal CLIP RN50.",
        urls=("https://github.com/AndreyGuzhov/AudioCLIP/releases/download/v0.1/AudioCLIP-Partial-Training.pt",),
        file="AudioCLIP-Partial-Training.pt",
        licence="MIT",
        licence_url="https://github.com/AndreyGuzhov/AudioCLIP/blob/master/LICENSE",
        training_data="AudioSet",
        consent="Trained on sounds of public videos whose makers were not asked.",
    ),
    CatalogueEntry(
        name="audioclip-full",
        kind="sound_encoder",
        domain="sound",
        purpose="AudioCLIP sound encoder with picture and text towers of its own (not those of CLIP RN50).",
        urls=("https://github.com/AndreyGuzhov/AudioCLIP/releases/download/v0.1/AudioCLIP-Full-Training.pt",),
        file="AudioCLIP-Full-Training.pt",
        licence="MIT",
        licence_url="https://github.com/AndreyGuzhov/AudioCLIP/blob/master/LICENSE",
        training_data="AudioSet",
        consent="Trained on sounds of public videos whose makers were not asked.",
    ),
    CatalogueEntry(
        name="imagebind",
        kind="sound_encoder",
        domain="sound",
        purpose="ImageBind sound encoder; works with OpenCLIP ViT-H/14.",
        urls=("https://dl.fbaipublicfiles.com/imagebind/imagebind_huge.pth",),
        file="imagebind_huge.pth",
        licence="CC BY-NC-SA 4.0 (non-commercial)",
        licence_url="https://github.com/facebookresearch/ImageBind/blob/main/LICENSE",
        training_data="AudioSet and others",
        consent="Trained on pictures and sounds of the public web whose makers were not asked.",
        notes="4.5 GB to fetch; only the sound branch is kept.",
    ),
    CatalogueEntry(
        name="clip-vit-b-32",
        kind="joint_embedder",
        domain="joint",
        purpose="CLIP ViT-B/32: compares pictures and texts; the space of Wav2CLIP and of Lee 2022.",
        urls=("https://huggingface.co/timm/vit_base_patch32_clip_224.openai/resolve/main/open_clip_model.safetensors",),
        file="ViT-B-32-quickgelu.openai.safetensors",
        licence="MIT",
        licence_url="https://github.com/openai/CLIP/blob/main/LICENSE",
        training_data="400 million picture-text pairs of the web (OpenAI, not published)",
        consent="Trained on pictures of the public web whose makers were not asked; repeats biases of the web.",
        notes="About 350 to 600 MB, depending on how its numbers are stored.",
    ),
    CatalogueEntry(
        name="clip-rn50",
        kind="joint_embedder",
        domain="joint",
        purpose="CLIP RN50: compares pictures and texts; the space of AudioCLIP (partial training).",
        urls=("https://huggingface.co/timm/resnet50_clip.openai/resolve/main/open_clip_model.safetensors",),
        file="RN50-quickgelu.openai.safetensors",
        licence="MIT",
        licence_url="https://github.com/openai/CLIP/blob/main/LICENSE",
        training_data="400 million picture-text pairs of the web (OpenAI, not published)",
        consent="Trained on pictures of the public web whose makers were not asked; repeats biases of the web.",
    ),
    CatalogueEntry(
        name="clip-vit-h-14",
        kind="joint_embedder",
        domain="joint",
        purpose="OpenCLIP ViT-H/14: compares pictures and texts; the space of ImageBind.",
        urls=("https://huggingface.co/laion/CLIP-ViT-H-14-laion2B-s32B-b79K/resolve/main/open_clip_model.safetensors",),
        file="ViT-H-14.laion2b_s32b_b79k.safetensors",
        licence="MIT",
        licence_url="https://huggingface.co/laion/CLIP-ViT-H-14-laion2B-s32B-b79K",
        training_data="LAION-2B: two thousand million picture-text pairs of the web",
        consent="Trained on pictures of the public web whose makers were not asked; repeats biases of the web.",
        notes="About 4 GB.",
    ),
    CatalogueEntry(
        name="arcface-ir-se50",
        kind="identity",
        domain="portrait",
        purpose="ArcFace IR-SE50: keeps a portrait's identity while it is edited.",
        urls=("https://huggingface.co/lithiumice/insightface/resolve/main/InsightFace_Pytorch%2Bmodel_ir_se50.pth",),
        file="model_ir_se50.pth",
        licence="MIT (InsightFace_Pytorch); the training data is for non-commercial research",
        licence_url="https://github.com/TreB1eN/InsightFace_Pytorch/blob/master/LICENSE",
        training_data="MS1M: photographs of public persons, withdrawn by its makers",
        consent="Trained on faces of people who were not asked; MS1M was withdrawn for that reason.",
    ),
)


def entry_named(name: str) -> CatalogueEntry:
    """The entry of this name. Raises ``PackError`` listing the names there are."""
    for entry in CATALOGUE:
        if entry.name == name:
            return entry
    raise PackError(f"The catalogue has no pack named {name}; choose one of: {', '.join(e.name for e in CATALOGUE)}.")


def entry_of_file(sha256: str = "", file: str = "") -> CatalogueEntry | None:
    """The entry a file on disk most likely is: by sha256 where known, else by its full usual name, else None."""
    for entry in CATALOGUE:
        if sha256 and entry.sha256 == sha256:
            return entry
    for entry in CATALOGUE:
        if file and entry.file == file and not entry.sha256:
            prefix = entry.sha256_prefix
            return entry if not (prefix and sha256) or sha256.startswith(prefix) else None
    return None
