"""Manifests survive the way to disk and back, and damaged ones give one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import PackError
from engine.packs.manifest import PART_KINDS, Defaults, LatentStatistics, Manifest, Part
from engine.packs.manifest_file import manifest_from_json, manifest_to_json, read_manifest, write_manifest

texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
floats = st.floats(allow_nan=False, allow_infinity=False)


def json_up_to(largest: int) -> st.SearchStrategy[object]:
    return st.recursive(
        st.none() | st.booleans() | st.integers(-largest, largest) | floats | words,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
        max_leaves=12,
    )


json_values = json_up_to(2**53)
tables = st.dictionaries(words, json_values, max_size=4)
configs = st.dictionaries(words, json_up_to(2**24), max_size=4)  # of a network: larger numbers are refused
hashes = st.just("") | st.text("0123456789abcdef", min_size=64, max_size=64)
files = st.from_regex(r"[a-z0-9_]{1,12}\.safetensors", fullmatch=True) | st.just("../other-pack/x.safetensors")


def parts_of(kind: str) -> st.SearchStrategy[Part]:
    return st.builds(
        Part,
        kind=st.just(kind),
        architecture=texts,
        config=configs,
        file=files,
        sha256=hashes,
        licence=words,
        source=words,
        tower=words,
        notes=words,
    )


manifests = st.builds(
    Manifest,
    name=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,40}", fullmatch=True),
    domain=texts,
    resolution=st.integers(4, 8192),
    version=texts,
    licence=texts,
    source=texts,
    training_data=texts,
    limits=words,
    consent=words,
    bias=words,
    parts=st.lists(st.sampled_from(PART_KINDS), unique=True, max_size=7).flatmap(
        lambda kinds: st.fixed_dictionaries({kind: parts_of(kind) for kind in kinds})
    ),
    preprocessing=st.just({}) | st.just({"picture": {"mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2], "size": 64}}),
    latent_statistics=st.none() | st.builds(LatentStatistics, file=files, sha256=hashes, mean=texts, covariance=words),
    defaults=st.builds(
        Defaults,
        lambda_reg=st.floats(0, 1e6),
        lambda_id=st.floats(0, 1e6),
        learning_rate=st.floats(1e-9, 1e3),
        steps=st.integers(0, 10_000),
        finish=st.sampled_from(["model", "detail"]),
        extra=tables,
    ),
    accepted=st.dictionaries(texts, words, max_size=3),
    extra=tables,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(manifests)
def test_a_manifest_survives_the_disk(tmp_path: Path, manifest: Manifest) -> None:
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert [p.name for p in tmp_path.iterdir()] == ["pack.json"]


@settings(max_examples=150, deadline=None)
@given(manifests, st.data())
def test_any_field_replaced_loads_or_gives_a_pack_error(manifest: Manifest, data: st.DataObject) -> None:
    broken = json.loads(json.dumps(manifest_to_json(manifest)))
    key = data.draw(st.sampled_from(sorted(broken)))
    broken[key] = data.draw(json_values)
    try:
        manifest_from_json(broken)
    except PackError as error:
        assert error.sentence.count("\n") == 0


def test_a_network_of_impossible_size_is_refused() -> None:
    with pytest.raises(PackError, match="more than any network needs"):
        Part("generator", "stylegan2", {"channels": {"4": 2**25}}, "g.safetensors")


def test_unknown_fields_of_a_same_version_manifest_are_ignored() -> None:
    data = manifest_to_json(Manifest(name="a", domain="scene", resolution=64))
    data["written_by"] = "someone"
    assert manifest_from_json(data).name == "a"


def test_a_newer_manifest_is_refused_with_its_own_sentence() -> None:
    data = manifest_to_json(Manifest(name="a", domain="scene", resolution=64))
    data["format_version"] = 99
    with pytest.raises(PackError, match="newer SGIM Studio"):
        manifest_from_json(data)


@pytest.mark.parametrize(
    "file",
    ["../../etc/x.safetensors", "/x.safetensors", "a/b.safetensors", "x.pkl", "..\\a.safetensors", ".x.safetensors"],
)
def test_files_outside_the_pack_are_refused(file: str) -> None:
    with pytest.raises(PackError, match="safetensors file in the pack's folder"):
        Part("generator", "stylegan2", {}, file)


@pytest.mark.parametrize("name", ["", "A", "../x", "a/b", "a b", "x.incomplete", "x.replaced", ".x", "a" * 65])
def test_bad_pack_names_are_refused(name: str) -> None:
    with pytest.raises(PackError, match="no name for a pack"):
        Manifest(name=name, domain="scene", resolution=64)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"format": "sgim-pack", "format_version": 1}']
)
def test_damaged_pack_json_gives_one_sentence_naming_the_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pack.json").write_bytes(content)
    with pytest.raises(PackError, match="pack.json"):
        read_manifest(tmp_path)


def test_nan_in_a_manifest_is_refused() -> None:
    with pytest.raises(PackError, match="cannot hold"):
        Manifest(name="a", domain="scene", resolution=64, extra={"x": float("nan")})
