"""French and English: every text, number and date that a person reads.

Texts stand in the code, in English, where they are said: ``say("No exchange with {person}")``.
A text kept in a table for later is marked ``phrase("...")``. French is in ``fr/*.po``, one
file a room; a test finds what is missing.
"""

from kam_connector.language.catalogue import phrase
from kam_connector.language.voice import Language, Voice, voice

__all__ = ["Language", "Voice", "phrase", "voice"]
