"""What any store must keep, as tests: subclass it and give it the two fixtures.

    class TestSqlite(StoreContract):
        @pytest.fixture
        def store(self, tmp_path, clock): ...

``clock`` is a ``SteppedClock`` that the store was built with; the store starts empty.
"""

from __future__ import annotations

from kam_connector.testing.store_access import AccessContract
from kam_connector.testing.store_audit import AuditContract
from kam_connector.testing.store_commerce import CommerceContract
from kam_connector.testing.store_conflicts import ConflictContract
from kam_connector.testing.store_erasure import ErasureContract
from kam_connector.testing.store_guards import GuardContract
from kam_connector.testing.store_hints import HintContract
from kam_connector.testing.store_image import ImageContract
from kam_connector.testing.store_kept import KeptContract
from kam_connector.testing.store_knowledge import KnowledgeContract
from kam_connector.testing.store_ledger import LedgerContract
from kam_connector.testing.store_merge import MergeContract
from kam_connector.testing.store_plans import PlansContract
from kam_connector.testing.store_sweeps import SweepContract
from kam_connector.testing.store_writing import WritingContract

__all__ = ["StoreContract"]


class StoreContract(
    AccessContract,
    LedgerContract,
    ImageContract,
    SweepContract,
    HintContract,
    ErasureContract,
    ConflictContract,
    GuardContract,
    MergeContract,
    KnowledgeContract,
    PlansContract,
    KeptContract,
    CommerceContract,
    WritingContract,
    AuditContract,
):
    """Every promise of ``ports.Store``."""
