"""Stable codes of everything that can be wrong with the database."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-6000": "The database answered with an error that has no code of its own.",
    "KAM-6001": "The database cannot be opened: the path is a directory, lies in a folder that "
    "does not exist, or file or folder may not be read and written.",
    "KAM-6002": "The database is from an older release: back it up, then run `kam db upgrade`.",
    "KAM-6003": "The database is from a newer release than this program: install that release.",
    "KAM-6004": "Another program holds the database longer than five seconds: try again later.",
    "KAM-6005": "The disk, or the database's size limit, is full: free space, then run again.",
    "KAM-6006": "The database may be read but not written: check the rights of file and folder.",
    "KAM-6007": "The database file is damaged or no database at all: restore the last backup.",
    "KAM-6008": "The database server cannot be reached, or it closed the connection.",
    "KAM-6009": "The database URL is not understood: sqlite:///PATH or postgresql+psycopg://...",
    "KAM-6010": "The database server refused the sign-in or a permission is missing.",
    "KAM-6011": "The database holds tables, but not ours: name an empty one.",
    "KAM-6012": "The database refused a row that breaks one of its rules: please report it.",
    "KAM-6013": "The disk did not read or write as asked: check it, then run again.",
    "KAM-6014": "A kept sign-in cannot be opened: it was sealed with another key, or for another "
    "connection. Name the old key under [secrets] old_keys, or sign in again.",
    "KAM-6015": "A file of that name exists already: name another, or say --replace.",
    "KAM-6016": "The backup cannot be written there: check the folder, its rights and its disk.",
    "KAM-6017": "The file is no backup of ours, or it is damaged: take an older one.",
    "KAM-6018": "The database holds nothing yet: there is nothing to keep.",
    "KAM-6019": "The backup remembers people who were erased, by a key that is not here: nobody "
    "could tell who must not come back. Put the file that was written with it (its name and "
    ".erased) beside it again. If it is lost for good, --without-marks restores without: then "
    "erase again whoever was erased there.",
    "KAM-6030": "People were erased here, and the file with the key of their marks is not beside "
    "the database any more: nobody could tell who must not come back. Put kam.db.erased back from "
    "where the database came from. If it is lost for good, kam privacy allow --everybody drops "
    "the marks; then erase again whoever is still in the CRM.",
    "KAM-6031": "The file beside the database that remembers who was erased cannot be read or "
    "written: check its rights and those of its folder, or put it back from a copy.",
    "KAM-6032": "A record of the CRM bears the address of a person who was erased: it is not taken "
    "over. If it is a leftover, delete it in the CRM. If the person may be known again, "
    "kam privacy allow ADDRESS.",
}
"""Code to one sentence; ``kam explain`` prints it."""
