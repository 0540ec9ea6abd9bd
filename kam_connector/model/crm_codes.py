"""The stable codes that every adapter uses for what a CRM answers, with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["CRM_CODES", "CodeText"]


class CodeText(NamedTuple):
    """What a code means and what to do about it."""

    title: str
    fix: str


_C = CodeText
CRM_CODES: Mapping[str, CodeText] = {
    # -- configuration of a connection ---------------------------------------------------
    "KAM-1041": _C("The address is no host of this CRM", "name the CRM's own host"),
    "KAM-1042": _C("The endpoint is no loopback address", "remove `endpoint`: sandbox only"),
    "KAM-1043": _C("The API version is unknown or retired", "use the version in the message"),
    "KAM-1044": _C("The sign-in settings do not fit together", "give one way to sign in"),
    "KAM-1045": _C("A setting is missing", "add the key named in the message"),
    "KAM-1046": _C("A setting is unknown", "correct the key; the hint has the nearest one"),
    "KAM-1047": _C("A setting has a wrong type or range", "correct the value"),
    "KAM-1048": _C("The token belongs to another host", "check `endpoint` and the sign-in"),
    "KAM-1049": _C(
        "The private key cannot be used", "name the PEM file of an RSA key without a passphrase"
    ),
    "KAM-1050": _C(
        "A mapped field does not exist",
        "correct the mapping, grant the field, or say `optional = true`",
    ),
    "KAM-1064": _C(
        "The connection is not signed in to with a browser", "nothing, if it works as it is"
    ),
    # -- sign-in and permissions ---------------------------------------------------------
    "KAM-3001": _C(
        "The CRM refused the sign-in",
        "check client id, secret or token, and that the app is allowed",
    ),
    "KAM-3002": _C("The session ended and could not be renewed", "check the sign-in: `kam doctor`"),
    "KAM-3003": _C(
        "A permission is missing", "grant what the message names to the integration user or key"
    ),
    "KAM-3004": _C(
        "The API is switched off for this org", "ask the CRM's administrator to enable API access"
    ),
    "KAM-3005": _C("Nobody has signed in to the connection", "see `kam connection login`"),
    "KAM-3006": _C(
        "The sign-in expired or was withdrawn", "sign in again: see `kam connection login`"
    ),
    "KAM-3007": _C("The login with the browser was not finished", "start it again"),
    "KAM-3008": _C(
        "Another org answers than before",
        "a sandbox that was refreshed is a new org: give it a connection of its own, or name "
        "the right org",
    ),
    # -- no proper answer ----------------------------------------------------------------
    "KAM-3100": _C("The CRM is unavailable", "nothing: the next run resumes"),
    "KAM-3101": _C(
        "The CRM cannot be reached", "check network, proxy and DNS; the next run resumes"
    ),
    "KAM-3102": _C("The CRM did not answer in time", "nothing: the next run resumes"),
    "KAM-3103": _C(
        "The answer is not the CRM's", "look for a proxy or a maintenance page in between"
    ),
    "KAM-3104": _C("The CRM reports an internal error", "nothing: the next run resumes"),
    "KAM-3105": _C(
        "The answer is larger than allowed", "lower the page size or map fewer long texts"
    ),
    "KAM-3106": _C("The CRM redirects to another host", "name the host the CRM really uses"),
    "KAM-3107": _C(
        "The certificate cannot be verified", "set REQUESTS_CA_BUNDLE to your proxy's root"
    ),
    "KAM-3108": _C("The CRM lost the place of a long query", "nothing: the next run resumes"),
    "KAM-3109": _C("A query took too long for the CRM", "narrow the source, or ask its support"),
    "KAM-3110": _C("The CRM asks for patience", "nothing: the next run resumes"),
    "KAM-3111": _C("The allowed calls are used up", "nothing: the rest comes in the next window"),
    "KAM-3112": _C(
        "The CRM failed so often in a row that it is left alone for a minute",
        "look at the code in the message; the next run tries again",
    ),
    # -- records -------------------------------------------------------------------------
    "KAM-3200": _C("The CRM refused a record", "see the message"),
    "KAM-3201": _C("A required field is missing", "map the field, or give it a default in the CRM"),
    "KAM-3202": _C("A value is too long", "use `truncate`, or a longer field"),
    "KAM-3203": _C("A picklist lacks the value", "add the value in the CRM, or map it to another"),
    "KAM-3204": _C("A value has the wrong form", "correct type or transform in the mapping"),
    "KAM-3205": _C("A field may not be written", "grant edit rights, or remove the write rule"),
    "KAM-3206": _C("The record is gone", "nothing: the next pull takes note"),
    "KAM-3207": _C(
        "Another record has this unique value", "find and merge the duplicates in the CRM"
    ),
    "KAM-3208": _C(
        "A rule of the CRM refuses the record", "satisfy the rule, or exempt the integration user"
    ),
    "KAM-3209": _C("The owner is inactive", "give the record an active owner in the CRM"),
    "KAM-3210": _C(
        "The org has no such object", "correct `object` in the mapping, or grant access to it"
    ),
    "KAM-3211": _C("The record may not be touched", "share the record with the integration user"),
    "KAM-3212": _C("The record is locked", "nothing: it is tried again"),
    "KAM-3213": _C("A reference points nowhere", "correct the referenced record"),
    "KAM-3214": _C("This is no record id", "check where the id comes from"),
    "KAM-3215": _C(
        "A field is unknown to the CRM", "create the field in the CRM: `kam doctor` names all"
    ),
    "KAM-3217": _C("Several records carry one key", "delete the surplus ones in the CRM"),
    # -- our fields ----------------------------------------------------------------------
    "KAM-3240": _C(
        "A field of ours exists in another form", "see its line; the field itself is left alone"
    ),
    "KAM-3241": _C(
        "The CRM refused to create a field",
        "see the message; create it by hand, or deploy what lies in `crm/`",
    ),
    "KAM-3242": _C(
        "A field exists and our user may not use it",
        "grant our user the right to read and edit it, then run `kam doctor`",
    ),
    # -- what our promises rest on (kam doctor --live) -------------------------------------
    "KAM-3250": _C(
        "The CRM takes writes that were made stale",
        "switch writing off and ask its support: a person's edit could be overwritten",
    ),
    "KAM-3251": _C(
        "Records cannot be found by our key",
        "create the field as `kam crm provision` does: by the key a repeated task is known",
    ),
    "KAM-3252": _C(
        "The history of values cannot be read",
        "grant the token the right to read the object: the history shows what lay under our value",
    ),
    "KAM-3253": _C(
        "A search does not find a record that a listing has",
        "wait and try again; if it stays so, raise `settle` of the source in the mapping",
    ),
    # -- what a CRM sends by itself ------------------------------------------------------
    "KAM-4001": _C(
        "An event was not signed with the app's secret",
        "check webhook_secret and webhook_url against what the app states; else it is forged",
    ),
    "KAM-4002": _C(
        "An event is older than five minutes, or from the future",
        "set this computer's clock; if it is right, somebody sends recordings",
    ),
    "KAM-4005": _C("A request holds no events that can be read", "nothing: it was refused"),
    "KAM-5109": _C(
        "A field that is never written, whatever a mapping says: ids, owners, names, stages, "
        "amounts, close dates",
        "write to a field of your own",
    ),
}
