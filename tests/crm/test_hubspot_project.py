"""The project an administrator uploads to HubSpot: whole, of least privilege, calling nobody."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.kind import Kind
from kam_connector.model.our_fields import OUR_FIELDS
from kam_hubspot.grants import OPTIONAL_SCOPES, SCOPES
from kam_hubspot.provision import OBJECTS, field_name

PROJECT = Path(__file__).parents[2] / "crm" / "hubspot"
APP = PROJECT / "src" / "app"
CARDS = APP / "cards"
EVENTS = PROJECT / "webhooks" / "webhooks-hsmeta.json"
META = sorted([*APP.rglob("*-hsmeta.json"), EVENTS])
ALL_CARDS = sorted(CARDS.glob("*-hsmeta.json"))
KINDS = {Kind.ACCOUNT: "company", Kind.CONTACT: "contact", Kind.OPPORTUNITY: "deal"}
UNHEARD = {
    "createdate",  # never changes
    "salesforceaccountid",  # only where HubSpot's own Salesforce integration runs
    "salesforcecontactid",
    "hs_salesforceopportunityid",
    "hs_v2_date_entered_current_stage",  # computed: the stage itself is heard
}
"""What is read and not subscribed to."""
STAGES = {"dealstage", "pipeline"}
"""What ``@stage`` is computed from."""


def document(path: Path) -> dict[str, Any]:
    """Return a JSON file of the project."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def sources() -> str:
    """Return all that the cards are made of, as one text."""
    files = sorted([*CARDS.rglob("*.ts"), *CARDS.rglob("*.tsx")])
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def asked(kind: str) -> set[str]:
    """Return the properties that a card asks for."""
    text = (CARDS / "logic/properties.ts").read_text(encoding="utf-8")
    found = re.search(rf"{kind}_PROPERTIES = \[(.*?)\]", text, re.DOTALL)
    assert found is not None
    return set(re.findall(r"'(\w+)'", found[1]))


def test_every_component_has_a_name_of_its_own() -> None:
    """HubSpot knows components by their uid: a second one would replace the first."""
    uids = [document(path)["uid"] for path in META]
    assert len(set(uids)) == len(uids) == 5
    assert all(re.fullmatch(r"[\w.-]{1,64}", uid) for uid in uids)


def test_the_project_states_a_platform_that_is_supported() -> None:
    """2026.03: what the vendor's own tools call the latest supported one."""
    assert document(PROJECT / "hsproject.json") == {
        "name": "kam-connector",
        "srcDir": "src",
        "platformVersion": "2026.03",
    }


def test_the_app_asks_for_what_the_connector_asks_for() -> None:
    """One list of scopes; ``oauth`` belongs to a login, and an app with a token has none."""
    auth = document(APP / "app-hsmeta.json")["config"]["auth"]
    assert auth["type"] == "static"
    assert auth["requiredScopes"] == [scope for scope in SCOPES if scope != "oauth"]
    assert auth["optionalScopes"] == list(OPTIONAL_SCOPES)


def test_the_app_may_call_nobody() -> None:
    """No address is permitted, so that HubSpot itself would refuse a call."""
    permitted = document(APP / "app-hsmeta.json")["config"]["permittedUrls"]
    assert permitted == {"fetch": [], "iframe": [], "img": []}


def test_the_cards_call_nobody() -> None:
    """No fetch, no serverless function, no markup from data: they read through HubSpot's page."""
    forbidden = (
        "hubspot.fetch", "fetch(", "serverless", "XMLHttpRequest", "experimental", "Iframe",
        "openIframeModal", "eval(", "http://",
    )  # fmt: skip
    text = sources()
    assert [word for word in forbidden if word in text] == []


@pytest.mark.parametrize("path", ALL_CARDS, ids=lambda path: path.stem)
def test_a_card_names_a_file_that_is_there(path: Path) -> None:
    """An entry point that is missing fails only after the upload."""
    config = document(path)["config"]
    entry = PROJECT / "src" / config["entrypoint"].lstrip("/")
    text = entry.read_text(encoding="utf-8")
    assert f"hubspot.extend<'{config['location']}'>" in text


def test_the_cards_places() -> None:
    """A tab and the sidebar of companies, and the sidebar of contacts."""
    places = {
        (*document(path)["config"]["objectTypes"], document(path)["config"]["location"])
        for path in ALL_CARDS
    }
    assert places == {
        ("companies", "crm.record.tab"),
        ("companies", "crm.record.sidebar"),
        ("contacts", "crm.record.sidebar"),
    }


@pytest.mark.parametrize(("name", "kind"), [("COMPANY", Kind.ACCOUNT), ("CONTACT", Kind.CONTACT)])
def test_the_cards_ask_only_for_properties_that_exist(name: str, kind: Kind) -> None:
    """A renamed property would leave a card empty without any error."""
    ours = {field_name(spec) for spec in OUR_FIELDS if spec.kind is kind}
    assert asked(name)
    assert asked(name) <= ours


def test_the_cards_use_the_packages_they_are_built_with() -> None:
    """What HubSpot installs beside the cards is what the tests ran with, to the letter."""
    built = document(CARDS / "package.json")["dependencies"]
    tested = document(PROJECT / "package.json")["devDependencies"]
    assert built == {name: tested[name] for name in built}


@pytest.mark.parametrize("kind", KINDS)
def test_events_tell_of_every_property_that_is_read(kind: Kind) -> None:
    """A property that the mapping reads and nobody hears would wait for the nightly search."""
    source = load_mapping(shipped_mapping_path("hubspot")).source_of(kind)
    assert source is not None
    names = {name for rule in source.rules for name in rule.inputs if not name.startswith("@")}
    read = names - UNHEARD - set(OBJECTS.values())
    stages = STAGES if kind is Kind.OPPORTUNITY else set()
    subscribed = [
        one["propertyName"]
        for one in document(EVENTS)["config"]["subscriptions"]["crmObjects"]
        if one["objectType"] == KINDS[kind] and one["subscriptionType"] == "object.propertyChange"
    ]
    assert subscribed == sorted(read | stages)


@pytest.mark.parametrize("object_", KINDS.values())
def test_events_tell_of_what_happens_to_records(object_: str) -> None:
    """Made, gone, merged, restored, linked: each of them changes what is known of an account."""
    subscribed = {
        one["subscriptionType"].removeprefix("object.")
        for one in document(EVENTS)["config"]["subscriptions"]["crmObjects"]
        if one["objectType"] == object_ and one["active"]
    }
    assert subscribed == {
        "creation", "deletion", "merge", "restore", "associationChange", "propertyChange",
    }  # fmt: skip


def test_events_tell_of_people_who_are_erased() -> None:
    """Somebody erased in HubSpot is erased here when the event arrives."""
    events = document(EVENTS)["config"]["subscriptions"]["hubEvents"]
    assert events == [{"subscriptionType": "contact.privacyDeletion", "active": True}]


def node(*words: str, what: str) -> str:
    """Return what a command of the project prints; skip, and say why, where Node is missing."""
    if shutil.which("npm") is None:
        pytest.skip(f"Node is not installed: {what} not checked")
    if not (PROJECT / "node_modules" / "vitest").is_dir():
        pytest.skip(f"run `make node` first: {what} not checked")
    done = subprocess.run(
        words, cwd=PROJECT, capture_output=True, timeout=300, check=False, text=True
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


@pytest.mark.slow
def test_the_project_is_read_and_built_as_hubspot_would() -> None:
    """The vendor's own libraries find every component and build every card, without a network."""
    found = json.loads(node("node", "tools/check.mjs", what="the project's build is"))
    assert found["components"] == {
        "kam_connector": "APPLICATION",
        "kam_company_card": "CARD",
        "kam_company_sidebar_card": "CARD",
        "kam_contact_card": "CARD",
    }
    assert set(found["bundles"]) == {"Company", "CompanySidebar", "Contact"}


@pytest.mark.slow
def test_a_variant_with_events_and_a_login_is_a_whole_project(tmp_path: Path) -> None:
    """The command that the docs name makes a project that the vendor's library reads."""
    made = tmp_path / "upload"
    url, back = "https://kam.example.com/webhooks/us", "http://localhost:8484/callback"
    what = "the variant with events is"
    node(
        *("node", "tools/variant.mjs", "--webhooks", url, "--oauth", back, "--to", str(made)),
        what=what,
    )
    found = json.loads(node("node", "tools/check.mjs", str(made), what=what))
    events = document(made / "src/app/webhooks/webhooks-hsmeta.json")
    auth = document(made / "src/app/app-hsmeta.json")["config"]["auth"]
    assert found["components"]["kam_events"] == "WEBHOOKS"
    assert events["config"]["settings"]["targetUrl"] == url
    assert (auth["type"], auth["redirectUrls"]) == ("oauth", [back])
    assert auth["requiredScopes"] == list(SCOPES)
    assert auth["optionalScopes"] == list(OPTIONAL_SCOPES)


@pytest.mark.slow
def test_the_cards_types_are_sound() -> None:
    """The compiler, strictly, on every card, against the vendor's own declarations."""
    told = node("npx", "tsc", "-p", ".", "--listFiles", what="the cards' types are")
    cards = {path.name for path in (PROJECT / "src/app/cards").glob("*.tsx")}
    assert len(cards) == 3
    assert cards <= {Path(line).name for line in told.splitlines()}


@pytest.mark.slow
def test_the_cards_own_tests_pass() -> None:
    """The vendor's testing renderer shows the cards in every state they can be in."""
    told = json.loads(
        node("npx", "vitest", "run", "--reporter=json", what="the cards' behaviour is")
    )
    assert (told["success"], told["numFailedTests"], told["numPendingTests"]) == (True, 0, 0)
    assert told["numPassedTests"] > 50
