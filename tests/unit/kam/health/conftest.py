"""The figures' factories serve the verdicts too."""

from tests.unit.kam.kpis.conftest import figures

__all__ = ["figures"]
