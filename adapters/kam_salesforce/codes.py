"""The stable codes that only this adapter uses, with what to do."""

from __future__ import annotations

from collections.abc import Mapping

from kam_connector.model.crm_codes import CRM_CODES, CodeText

__all__ = ["CODES"]

CODES: Mapping[str, CodeText] = {
    **CRM_CODES,
    "KAM-3020": CodeText(
        "A transaction security policy meters the integration user",
        'grant "Exempt from Transaction Security" to the integration user',
    ),
    "KAM-3021": CodeText(
        "Salesforce does not let this computer's address in",
        "add it to the login IP ranges of the integration user's profile, or relax the IP "
        "restriction in the External Client App's policies",
    ),
    "KAM-3022": CodeText(
        "The External Client App does not admit this user or this way to sign in",
        "in the app's policies assign its permission set to the user, and switch on the flow",
    ),
    "KAM-3023": CodeText(
        "The private key does not belong to the app's certificate",
        "upload the certificate that was made with this key to the External Client App",
    ),
    "KAM-3024": CodeText(
        "The sign-in is addressed to the wrong kind of org",
        'audience = "test" for a sandbox, "login" for production',
    ),
    "KAM-3025": CodeText(
        "The user cannot sign in at all", "activate or unlock the user, and check its login hours"
    ),
    "KAM-3026": CodeText(
        "Salesforce refuses this sign-in as out of date",
        "set this computer's clock: time synchronisation keeps it right",
    ),
    "KAM-3027": CodeText(
        "The External Client App gave no refresh token",
        'add the scope "Perform requests at any time (refresh_token, offline_access)" to it',
    ),
    "KAM-3218": CodeText(
        "Salesforce's log of deletions does not answer for this time",
        "nothing: the window is asked for in parts, and every id is compared instead",
    ),
    "KAM-3028": CodeText(
        "The browser may not be sent back here",
        "register http://localhost:PORT/callback as the app's callback URL, with the PORT of "
        "`login_port`",
    ),
    "KAM-3243": CodeText(
        "No active user has the name for whom rights were asked",
        "give the user name of Setup, Users: it looks like an address, and a sandbox adds to it",
    ),
    "KAM-3244": CodeText(
        "A rule of the org refuses the tasks we would make",
        "let the validation rule or required field that the message names pass our user",
    ),
}
