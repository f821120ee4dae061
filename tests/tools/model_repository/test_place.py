"""Exchanging folders of models: all of them or none."""

import fcntl
import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.model_repository.place import LOCK, Change, Exchange, changing


class Trouble(Exception):
    """What a test raises itself."""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models with a network and the model that serves it; a third thing is nobody's business."""
    for name in ("indictrans2/net", "triton/translator", "triton/yolo"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "file").write_text("old")
    return tmp_path / "models"


OLD = {"indictrans2/net/file": "old", "triton/translator/file": "old", "triton/yolo/file": "old"}
NEW = OLD | {"indictrans2/net/file": "new", "triton/translator/file": "new"}


def files(models: Path) -> dict[str, str]:
    """Every file below the models folder but for the lock; a folder without any counts as one."""
    found = (path for path in models.rglob("*") if path.name != LOCK)
    leaves = (path for path in found if path.is_file() or not any(path.iterdir()))
    return {str(path.relative_to(models)): path.read_text() if path.is_file() else "" for path in leaves}


def write(change: Change, target: Path, beside: Path) -> Exchange:
    """A new folder, ready to be put in its place."""
    exchange = change.room(target, beside)
    exchange.new.mkdir()
    (exchange.new / "file").write_text("new")
    return exchange


def replace_both(models: Path, change: Change) -> None:
    """The network and the model that serves it."""
    change.make(write(change, models / "indictrans2/net", models / "indictrans2"))
    change.make(write(change, models / "triton/translator", models))


def test_all_are_exchanged(models: Path) -> None:
    """And nothing else is left."""
    with changing(models) as change:
        replace_both(models, change)

    assert NEW == files(models)


def test_new_ones_come_and_old_ones_go(models: Path) -> None:
    """A place may be empty before, or after; the folder that it is in need not be there."""
    with changing(models) as change:
        change.make(write(change, models / "other/first", models))
        change.make(change.room(models / "indictrans2/net", models / "indictrans2"))

    assert {"indictrans2": "", "other/first/file": "new"} == {
        name: text for name, text in files(models).items() if not name.startswith("triton")
    }


def _come_to_grief(models: Path) -> None:
    with changing(models) as change:
        replace_both(models, change)
        change.make(write(change, models / "triton/fresh", models))
        change.make(change.room(models / "triton/yolo", models))
        raise Trouble


def test_trouble_brings_all_back(models: Path) -> None:
    """Also those that were taken out, and those that were put where nothing was."""
    with pytest.raises(Trouble):
        _come_to_grief(models)

    assert OLD == files(models)


def _write_half(models: Path) -> None:
    with changing(models) as change:
        write(change, models / "indictrans2/net", models / "indictrans2")
        raise Trouble


def test_half_a_model_is_never_seen(models: Path) -> None:
    """What fails while it is written touches nothing."""
    with pytest.raises(Trouble):
        _write_half(models)

    assert OLD == files(models)


def _be_killed(models: Path) -> None:
    with changing(models) as change:
        replace_both(models, change)
        signal.raise_signal(signal.SIGKILL)


def test_the_next_one_takes_back_what_a_killed_one_did(models: Path) -> None:
    """The kernel gave the lock back; both folders had been exchanged."""
    process = multiprocessing.get_context("spawn").Process(target=_be_killed, args=(models,))
    process.start()
    process.join(30)
    left = files(models)
    with changing(models):
        pass

    assert NEW.items() <= left.items() and len(left) > len(NEW)
    assert OLD == files(models)


def _nothing_moved(exchange: Exchange) -> None:
    """Killed after the journal was written."""


def _old_moved(exchange: Exchange) -> None:
    exchange.target.rename(exchange.old)


def _new_moved_back(exchange: Exchange) -> None:
    """Killed on the way back."""
    exchange.make()
    exchange.target.rename(exchange.new)


@pytest.mark.parametrize("reach", [_nothing_moved, _old_moved, Exchange.make, _new_moved_back])
def test_a_kill_between_any_two_steps(models: Path, reach: Callable[[Exchange], None]) -> None:
    """What lies where tells what is to be undone."""
    room = models / "indictrans2" / ".installing-x" / "0"
    (room / "new").mkdir(parents=True)
    (room / "new" / "file").write_text("new")
    (models / ".installing-x").mkdir()
    journal = json.dumps([["indictrans2/net", str(room.relative_to(models)), True]])
    (models / ".installing-x" / "journal.json").write_text(journal)
    reach(Exchange(models / "indictrans2/net", room))

    with changing(models):
        pass

    assert OLD == files(models)


def test_a_change_that_held_is_only_tidied(models: Path) -> None:
    """Killed after the renaming that makes it hold."""
    with changing(models) as change:
        replace_both(models, change)
    (models / ".installed-x").mkdir()
    (models / ".installed-x" / "journal.json").write_text(json.dumps([["indictrans2/net", "nowhere", True]]))
    (models / "indictrans2" / ".installing-x" / "0" / "old").mkdir(parents=True)

    with changing(models):
        pass

    assert NEW == files(models)


def test_others_are_kept_out_meanwhile(models: Path) -> None:
    """By the lock, which whoever inherits its file holds too."""
    with changing(models) as change, (models / LOCK).open() as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        inherited = os.dup(change.lock.fileno())
    with (models / LOCK).open() as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(inherited)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
