"""Progress is for people at a terminal, and for nobody else."""

from __future__ import annotations

import pytest

from kam_connector.cli.progress import progress_bars


@pytest.mark.parametrize("wanted", [True, False])
def test_no_bar_without_a_terminal(wanted: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """A log file is not filled with bars."""
    with progress_bars(wanted=wanted) as tell:
        tell("pull", 1000)
    assert capsys.readouterr() == ("", "")


def test_no_bar_in_ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """CI systems may offer a terminal that nobody watches."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress_bars(wanted=True) as tell:
        tell("pull", 1000)
    assert capsys.readouterr() == ("", "")
