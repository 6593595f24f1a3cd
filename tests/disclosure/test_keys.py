"""The key of protection: made once, closed to others, and never another without a reason."""

import json
import re
import stat
from pathlib import Path

import pytest

from workforce.disclosure.keys import KEY_BYTES, read_key, sample_key
from workforce.disclosure.tree import place_key
from workforce.errors import MissingDataError, ParameterError, SourceError


def test_a_key_is_made_at_first_use_closed_to_others_and_read_ever_after(tmp_path):
    place = tmp_path / "secret" / "workforce.key"
    key = read_key(place)
    assert len(key) == KEY_BYTES
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert read_key(place) == key
    assert read_key(tmp_path / "other.key") != key


def test_the_record_tells_which_key_was_used_and_nothing_of_it(tmp_path):
    place = tmp_path / "workforce.key"
    key = read_key(place)
    text = (tmp_path / "workforce.key.json").read_text()
    assert key.hex() not in text
    assert [set(use) for use in json.loads(text)] == [
        {"fingerprint", "base", "tree", "since", "reason"}
    ]


def test_a_lost_key_is_told_and_needs_a_reason_to_go_on(tmp_path):
    place = tmp_path / "workforce.key"
    key = read_key(place)
    place.unlink()
    with pytest.raises(MissingDataError, match=re.escape("workforce.key is lost")):
        read_key(place)
    assert not place.exists()
    assert read_key(place, reason="The disk burnt.") != key
    assert json.loads((tmp_path / "workforce.key.json").read_text())[-1]["reason"]
    read_key(place)


def test_another_key_base_or_tree_is_refused_without_a_reason(tmp_path, monkeypatch):
    place = tmp_path / "workforce.key"
    read_key(place)
    with pytest.raises(ParameterError, match="another base"):
        read_key(place, base=10)
    monkeypatch.setattr("workforce.disclosure.keys.TREE", 99)
    with pytest.raises(ParameterError, match="another tree"):
        read_key(place)
    monkeypatch.undo()
    place.write_bytes(bytes(KEY_BYTES))
    with pytest.raises(ParameterError, match="another key") as error:
        read_key(place)
    assert bytes(KEY_BYTES).hex() not in str(error.value)
    read_key(place, base=10, reason="The county took over.")
    read_key(place, base=10)


def test_a_key_that_others_can_read_or_that_is_no_key_is_refused(tmp_path):
    place = tmp_path / "workforce.key"
    read_key(place)
    place.chmod(0o640)
    with pytest.raises(SourceError, match="others than its owner"):
        read_key(place)
    place.chmod(0o600)
    place.write_bytes(b"too short")
    with pytest.raises(SourceError, match="no key"):
        read_key(place, reason="why")
    (tmp_path / "workforce.key.json").write_text("{")
    with pytest.raises(SourceError, match="no record"):
        read_key(place)


def test_a_reason_counts_once(tmp_path):
    """A params file keeps it, and the next loss must not pass unseen."""
    place = tmp_path / "workforce.key"
    read_key(place)
    place.unlink()
    key = read_key(place, reason="The disk burnt.")
    assert read_key(place, reason="The disk burnt.") == key
    place.unlink()
    with pytest.raises(MissingDataError, match="not given before"):
        read_key(place, reason="The disk burnt.")
    assert not place.exists()
    read_key(place, reason="It burnt again.")


def test_a_key_that_cannot_be_read_made_or_recorded_is_told_in_a_sentence(tmp_path, monkeypatch):
    def denied(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    place = tmp_path / "workforce.key"
    (tmp_path / "file").touch()
    with pytest.raises(SourceError, match="could not be made"):
        read_key(tmp_path / "file" / "workforce.key")
    (tmp_path / "away.key").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="could not be made"):
        read_key(tmp_path / "away.key")
    with monkeypatch.context() as closed:
        closed.setattr(Path, "write_text", denied)
        with pytest.raises(SourceError, match="could not be written"):
            read_key(place)
    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        read_key(place)


def test_two_runs_that_start_at_once_use_one_key(tmp_path, monkeypatch):
    place = tmp_path / "workforce.key"
    looked: list[Path] = []
    is_file = Path.is_file

    def before_the_other_run(path):
        looked.append(path)
        if path == place and looked.count(place) == 1:
            place.write_bytes(b"k" * KEY_BYTES)
            place.chmod(0o600)
            return False
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", before_the_other_run)
    assert read_key(place) == b"k" * KEY_BYTES


def test_places_have_keys_of_their_own_and_the_sample_the_same_everywhere():
    assert place_key(sample_key(), "9001") != place_key(sample_key(), "9002")
    assert sample_key().hex()[:8] == "3efe540b"


def test_a_link_to_a_key_uses_the_record_of_that_key(tmp_path):
    place, link = tmp_path / "safe" / "public.key", tmp_path / "public.key"
    key = read_key(place)
    link.symlink_to(place)
    assert read_key(link) == key
    assert sorted(one.name for one in tmp_path.iterdir()) == ["public.key", "safe"]
    place.unlink()
    with pytest.raises(SourceError, match="could not be made"):
        read_key(link)
