"""Stable codes of runs, safety rails and previews, with what to do."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-2030": (
        "A mapping writes an object that no section of the same kind reads, so nothing is known "
        "of its present values. Add the reading section that the hint names."
    ),
    "KAM-2032": (
        "A mapped field disappeared or changed its type since the last run. Correct the mapping "
        "or put the field back; on_drift of [defaults] says what a run does then."
    ),
    "KAM-3220": "The record was deleted in the CRM before we wrote: nothing was written.",
    "KAM-3230": (
        "A record was refused or unanswered as often as [rails] max_attempts allows. See "
        "kam errors list; kam errors retry tries again."
    ),
    "KAM-5000": "A safety rail, or a first write that waits for approval, held the run.",
    "KAM-5001": "Writing is off for this connection: kam connection enable-writes NAME.",
    "KAM-5002": "The connection is paused: kam connection resume NAME lets its runs go on.",
    "KAM-5003": (
        "Somebody stopped all writing: with kam stop, a file KAM_STOP beside config.toml, or the "
        "environment variable KAM_STOP. kam doctor says which; kam resume lifts the first."
    ),
    "KAM-5006": (
        "A preview that a safety rail holds takes two people: the first yes is noted, another "
        "person's kam sync apply writes. [rails] four_eyes = false lets one person do it."
    ),
    "KAM-5010": "This preview was applied, replaced or expired: make a new one.",
    "KAM-5011": "This preview is older than [rails] preview_hours: make a new one.",
    "KAM-5030": (
        "This computer's clock and the CRM's are more than five minutes apart: nothing is "
        "written. Set the clock; time synchronisation keeps it right. Reading goes on."
    ),
    "KAM-5101": (
        "Fields shared with people would change on too many records. If the preview is right, "
        "approve it with kam sync apply; [rails] max_percent and max_records are the limits."
    ),
    "KAM-5102": (
        "A field would become empty on too many records, as when its source broke. Look at the "
        "mapping and the source; [rails] max_empty_percent is the limit."
    ),
    "KAM-5103": (
        "A field that differs between records would hold one value on all of them, as when a "
        "rule lost its input. Look at the mapping before you approve."
    ),
    "KAM-5104": (
        "Far more would change than in the last runs that wrote. If there is a reason, approve "
        "the preview; [rails] median_factor is the limit."
    ),
    "KAM-5105": (
        "The first records of a run, read back, do not hold what was written, or fields of people "
        "changed with them: the rest was not sent. Look at the field that is named; then kam "
        "writes undo RUN takes the first ones back, or kam connection resume NAME sends the rest."
    ),
    "KAM-5106": (
        "A field went back and forth between two values: another program, or our own rule, "
        "argues. It is left alone on that record until another value is wanted, or kam writes "
        "resume FIELD."
    ),
    "KAM-5107": (
        "The same value was written to this field today, and something took it away again: it "
        "is not written twice a day. Tomorrow's run tries once more."
    ),
    "KAM-5108": "A person paused this field: kam writes resume FIELD lets it be written again.",
    "KAM-7003": "The connection has no preview of this number; the last ones may be replaced.",
    "KAM-7020": "The run is unknown or wrote nothing: there is nothing to undo.",
    "KAM-7021": (
        "The run wrote so long ago that the values from before it are not kept any more. kam "
        "audit list --run ID shows what it wrote; [retention] journal_days is how long it lasts."
    ),
    "KAM-7030": (
        "Another org answers than the one this connection was set up with. Nothing is read or "
        "written: give the other org a connection name, or a database, of its own."
    ),
    "KAM-7092": "This conflict was settled already: there is nothing left to decide.",
    "KAM-7093": (
        "The value given for a conflict cannot stand in the CRM's field and in the layer alike. "
        "Take one of the two sides, or correct the value."
    ),
    "KAM-7131": "A run's process ended without a word; the next run went on from there.",
    "KAM-7132": (
        "A night ran longer than max_hours under [schedule]. What was done is kept; the night is "
        "still owed, and the next attempt, within the hour, goes on from there."
    ),
}
