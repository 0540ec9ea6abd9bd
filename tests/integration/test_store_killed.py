"""A process that dies at any moment leaves whole transactions behind (INV2)."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kam_connector.model.pull import Cursor
from kam_connector.store import open_store
from kam_connector.testing.store_samples import make_entry, make_row, make_source

SOURCE = make_source()
STAGE_FOREVER = """
import itertools, sys
from kam_connector.model.pull import Cursor
from kam_connector.store import open_store
from kam_connector.testing.store_samples import make_row, make_source

store = open_store(sys.argv[1])
for page in itertools.count(1):
    rows = [make_row(f"{page:06d}-{number:03d}") for number in range(200)]
    store.stage("sf", make_source(), "changes", rows, Cursor(ref=f"{page:06d}"))
    print(page, flush=True)
"""
CONFIRM_AND_DIE = """
import os, signal, sys
from kam_connector.store import open_store
from kam_connector.testing.store_samples import make_entry

store = open_store(sys.argv[1])
store.confirm([], agreed=[], journal=[make_entry()])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.guarantee("G10", "INV2")
def test_a_kill_while_staging_leaves_rows_and_cursor_in_step(tmp_path: Path) -> None:
    """However far it came: every page before the cursor is there, and nothing behind it."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", STAGE_FOREVER, url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(5)]
        process.send_signal(signal.SIGKILL)
    store = open_store(url)
    cursor = store.cursor("sf", SOURCE.name, "changes")
    rows = store.dirty("sf", SOURCE.name, limit=1_000_000)
    store.close()
    assert cursor is not None
    assert int(cursor.ref) >= told[-1]
    assert len(rows) == int(cursor.ref) * 200


@pytest.mark.guarantee("G10", "G23")
def test_the_journal_survives_a_kill_right_after_the_commit(tmp_path: Path) -> None:
    """What was written to a CRM can be undone, whatever happens next."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    done = subprocess.run([sys.executable, "-c", CONFIRM_AND_DIE, url], check=False)
    assert done.returncode == -signal.SIGKILL
    store = open_store(url)
    assert store.journal("run-1") == [make_entry()]
    store.close()


@pytest.mark.guarantee("G20")
def test_threads_write_side_by_side(tmp_path: Path) -> None:
    """Two pulls of two connections wait for each other instead of failing."""
    store = open_store(f"sqlite:///{tmp_path / 'kam.db'}")

    def pull(name: str) -> None:
        rows = [make_row(f"{number:04d}") for number in range(200)]
        for page in range(10):
            later = [row._replace(values={"page": page}) for row in rows]
            store.stage(name, SOURCE, "changes", later, Cursor(ref=str(page)))

    threads = [threading.Thread(target=pull, args=(name,)) for name in ("sf", "hs")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    staged = [store.staged(name, SOURCE.name, ["0007"])["0007"].values for name in ("sf", "hs")]
    store.close()
    assert staged == [{"page": 9}, {"page": 9}]
