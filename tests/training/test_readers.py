"""Published layouts give the clips their tables promise; what is missing is counted, what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import DataError
from engine.training.readers import Tally, read_collection


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def test_vggsound_finds_clips_by_id_and_start_and_counts_missing_ones(tmp_path: Path) -> None:
    (tmp_path / "vggsound.csv").write_text(
        'a-b_c,30,"fire crackling",train\nxyz,7,"rowboat, canoe, kayak rowing",test\ngone,1,rain,train\n')
    touch(tmp_path / "a-b_c_000030.mp4")
    touch(tmp_path / "video" / "xyz_000007.wav")
    tally = Tally()
    clips = list(read_collection(tmp_path, tally=tally))
    assert [(c.key, c.label, c.split, c.sound.name) for c in clips] == [
        ("a-b_c_000030", "fire crackling", "train", "a-b_c_000030.mp4"),
        ("xyz_000007", "rowboat, canoe, kayak rowing", "test", "xyz_000007.wav"),
    ]
    assert (tally.read, tally.missing) == (2, 1) and ("missing", "gone_000001") in tally.names
    assert tally.sentence() == "2 of 3 clips read, 1 missing (33.3 %)"


def test_audioset_labels_are_the_most_specific_of_the_ontology(tmp_path: Path) -> None:
    (tmp_path / "ontology.json").write_text(json.dumps([
        {"id": "/m/1", "name": "Sounds of things", "child_ids": ["/m/2"]},
        {"id": "/m/2", "name": "Fire", "child_ids": ["/m/3"]}, {"id": "/m/3", "name": "Crackle", "child_ids": []},
        {"id": "/m/4", "name": "Wind", "child_ids": []},
    ]))
    (tmp_path / "balanced_train_segments.csv").write_text(
        "# Segments csv created Sun Mar  5 10:54:31 2017\n# num_ytids=3\n# YTID, start_seconds, end_seconds, labels\n"
        '-abc, 30.000, 40.000, "/m/2,/m/3,/m/4"\nzzz, 0.000, 10.000, "/m/9,/m/1"\nyyy, 0.000, 10.000, "/m/9"\n')
    touch(tmp_path / "Y-abc.wav")
    touch(tmp_path / "zzz_0.flac")
    tally = Tally()
    first, second = read_collection(tmp_path, tally=tally)
    assert (first.key, first.label, first.caption) == ("-abc_30", "crackle", "crackle, wind")
    assert (second.label, second.sound.name) == ("sounds of things", "zzz_0.flac")
    assert tally.unknown_label == 2 and tally.names[0] == ("unknown_label", "zzz_0: /m/9")


def test_esc50_and_urbansound8k_keep_their_official_folds(tmp_path: Path) -> None:
    esc, urban = tmp_path / "esc", tmp_path / "urban"
    touch(esc / "meta" / "esc50.csv").write_text("filename,fold,target,category,esc10,src_file,take\n"
                                                 "1-1-A-0.wav,3,0,crying_baby,True,1,A\n")
    touch(esc / "audio" / "1-1-A-0.wav")
    touch(urban / "metadata" / "UrbanSound8K.csv").write_text(
        "slice_file_name,fsID,start,end,salience,fold,classID,class\n7-1-0-0.wav,7,0,4,1,5,3,dog_bark\n")
    touch(urban / "audio" / "fold5" / "7-1-0-0.wav")
    (one,), (two,) = list(read_collection(esc)), list(read_collection(urban))
    assert (one.label, one.caption, one.fold) == ("crying_baby", "crying baby", "3")
    assert (two.label, two.caption, two.fold) == ("dog_bark", "dog bark", "5")


def test_plain_index_maps_labels_to_canonical_classes_beside_it(tmp_path: Path) -> None:
    (tmp_path / "classes.csv").write_text("kind,label,canonical\nsound,owl,night\npicture,rain,rain\n")
    (tmp_path / "audio").mkdir()
    table = tmp_path / "audio" / "index.csv"
    table.write_text("path,label,caption\na.ogg,owl,an owl at night\nb.ogg,,\nc.ogg,dog,\n")
    for name in "abc":
        touch(tmp_path / "audio" / f"{name}.ogg")
    tally = Tally()
    clips = list(read_collection(tmp_path, tally=tally))
    assert [(c.label, c.caption) for c in clips] == [("night", "an owl at night"), ("dog", "dog")]
    assert tally.unknown_label == 1


@pytest.mark.parametrize("table, content, says", [
    ("index.csv", "file,label,caption\na,b,c\n", "has no column path"),
    ("vggsound.csv", "abc,30,rain\n", "3 columns in line 1 where 4"),
    ("vggsound.csv", "abc,soon,rain,train\n", "'soon' where a start second"),
])
def test_a_wrong_table_is_named_with_what_is_wrong(tmp_path: Path, table: str, content: str, says: str) -> None:
    (tmp_path / table).write_text(content)
    with pytest.raises(DataError, match=says) as caught:
        list(read_collection(tmp_path))
    assert table in caught.value.sentence


def test_a_folder_without_a_known_table_says_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="index.csv with the columns path,label,caption"):
        list(read_collection(tmp_path))
