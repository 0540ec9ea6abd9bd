"""The shipped mappings, and files that cannot be used (the only tests here with a file)."""

import pytest

from kam_connector.errors import MappingError
from kam_connector.mapping import (
    WriteContext,
    check_mapping,
    compile_read,
    compile_readback,
    compile_write,
    load_mapping,
    owner_paths,
    pull_sources,
    shipped_mapping_path,
)
from kam_connector.model.kind import Kind
from kam_connector.model.paths import WRITE_PATHS

OWN_FIELDS = {  # one list for both CRMs
    Kind.ACCOUNT: "Tier Phase Health Health_Band Relationship Coverage Risk Next_Action "
    "Next_Action_Due Next_Review Plan_Status Open_Actions Renewal_Risk Renewal_Decision "
    "Plan_Completeness NPS Summary Summary_JSON Plan_URL As_Of",
    Kind.CONTACT: "Role Strength Strength_Band",
    Kind.OPPORTUNITY: "In_Plan Risk",
}
OPT_IN = {
    Kind.ACCOUNT: {
        "plan.quality", "plan.objectives_on_track", "plan.approved_on", "tender.readiness",
        "tender.due", "kpi.revenue_12m", "kpi.growth", "kpi.share_of_wallet",
        "kpi.products_used", "kpi.countries", "kpi.csat", "kpi.escalations",
        "kpi.active_contacts", "kpi.functions_engaged", "kpi.strategic_interactions",
        "kpi.margin", "kpi.margin_percent", "kpi.cost_to_serve", "kpi.cost_to_serve_percent",
        "kpi.grr", "kpi.nrr",
    },
    Kind.CONTACT: {"manager", "influence", "support", "engagement"},
}  # fmt: skip
"""Paths that no shipped mapping writes: figures an administrator adds a field for, what the CRM
has from a person, and judgements of people."""


@pytest.fixture(scope="module", params=["salesforce", "hubspot"])
def shipped(request):
    """Return each shipped mapping."""
    return load_mapping(shipped_mapping_path(request.param))


@pytest.fixture(scope="module")
def salesforce():
    """Return the shipped mapping of Salesforce."""
    return load_mapping(shipped_mapping_path("salesforce"))


@pytest.fixture(scope="module")
def hubspot():
    """Return the shipped mapping of HubSpot."""
    return load_mapping(shipped_mapping_path("hubspot"))


def test_a_shipped_mapping_has_no_problem(shipped):
    """What we ship passes what we ask of others."""
    assert check_mapping(shipped, crm=shipped.crm) == ()


@pytest.mark.parametrize("kind", list(OWN_FIELDS))
def test_every_field_of_ours_is_written(shipped, kind):
    """One list of fields for both CRMs (HubSpot: lower case, without __c)."""
    written = {rule.target.lower().removesuffix("__c") for rule in shipped.write_of(kind).rules}
    assert written == {f"kam_{name.lower()}" for name in OWN_FIELDS[kind].split()}


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY, Kind.TASK])
def test_every_derived_path_has_a_field(shipped, kind):
    """Nothing the KAM layer says is lost on the way, but what an administrator opts in to."""
    used = {path for rule in shipped.write_of(kind).rules for path in rule.inputs}
    linked = {path for path, _ in shipped.write_of(kind).associate}
    assert used | linked == set(WRITE_PATHS[kind]) - OPT_IN.get(kind, set())


def test_everything_compiles(shipped, read_context):
    """Each source and each written kind gives its functions."""
    context = WriteContext(resolve=lambda _kind, id_: id_)
    readers = [compile_read(shipped, one, read_context) for one in pull_sources(shipped)]
    assert [read({}).values.get("name") for read in readers] == [None] * len(readers)
    for write in shipped.writes:
        assert compile_write(shipped, write.kind, None, context).translate({}) is not None
        assert compile_readback(shipped, write.kind, read_context)({}) == {}


def test_withdrawn_tasks_are_never_closed_as_done(shipped, read_context):
    """Taking a task back is a state of its own, there and back."""
    context = WriteContext(resolve=lambda _kind, id_: id_)
    fields = (
        compile_write(shipped, Kind.TASK, None, context)
        .translate({"key": "act_1", "title": "Call", "account": "acc_1", "status": "withdrawn"})
        .fields
    )
    read = compile_readback(shipped, Kind.TASK, read_context)
    assert fields.get("Status", fields.get("hs_task_status", "")).upper() == "DEFERRED"
    assert read({"IsClosed": False, **fields})["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("name", "type_", "kind"),
    [
        ("Nordwind - Renouvellement 2027", "Existing Customer - Upgrade", "renewal"),
        ("Support", "Existing Customer - Replacement", "renewal"),
        ("Support", "Existing Customer - Renewal", "renewal"),
        ("Support", "Existing Customer - Upgrade", "upsell"),
        ("Support", "New Customer", "new"),
        ("Support", None, "new"),
    ],
)
def test_salesforce_renewals_are_told_by_type_or_name(salesforce, read_context, name, type_, kind):
    """A standard org has no renewal type."""
    read = compile_read(salesforce, salesforce.source("opportunity:Opportunity"), read_context)
    assert read({"Name": name, "Type": type_}).values["kind"] == kind


def test_an_org_without_multi_currency_uses_its_own(salesforce, read_context):
    """CurrencyIsoCode is absent from the row and the org's currency stands in."""
    source = salesforce.source("opportunity:Opportunity")
    values = compile_read(salesforce, source, read_context)({"Amount": "2400000.00"}).values
    assert values["amount"] == {"amount": "2400000", "currency": "EUR"}


def test_a_logged_task_without_subtype_is_ignored(salesforce, read_context):
    """Only calls and mails are activity."""
    read = compile_read(salesforce, salesforce.source("activity:Task"), read_context)
    assert read({"TaskSubtype": None, "IsClosed": True}).values["kind"] == "ignore"
    assert read({"TaskSubtype": "Call", "IsClosed": False}).values == {
        "kind": "call",
        "held": "false",
    }


def test_hubspot_links_and_buying_roles_are_read_by_type_id(hubspot, read_context):
    """Associations come as lists of refs under object#type."""
    contact = compile_read(hubspot, hubspot.source("contact:contacts"), read_context)
    values = contact(
        {"companies#1": ["9"], "hs_buying_role": "CHAMPION;LEGAL_AND_COMPLIANCE"}
    ).values
    assert values["account"] == "account/9"
    assert values["roles"] == ["internal_sponsor", "legal"]


def test_an_archived_hubspot_owner_is_inactive(hubspot, read_context):
    """Owners are listed with their archived flag."""
    read = compile_read(hubspot, hubspot.source("user:owners"), read_context)
    row = {"firstName": "Inès", "lastName": "Roy", "email": "I.Roy@x.fr", "archived": True}
    assert read(row).values == {"name": "Inès Roy", "email": "i.roy@x.fr", "active": False}


def test_owners_are_matched_by_federation_id_then_login_then_mail(salesforce, hubspot):
    """In the words of the KAM layer."""
    assert owner_paths(salesforce) == ("federation_id", "username", "email")
    assert owner_paths(hubspot) == ("email",)


def test_a_missing_mapping_file_says_so(tmp_path):
    """One message, no traceback."""
    with pytest.raises(MappingError, match="no such mapping file"):
        load_mapping(tmp_path / "none.toml")


def test_a_mapping_ends_in_toml(tmp_path):
    """M19: YAML under another name is told apart at once."""
    with pytest.raises(MappingError) as caught:
        load_mapping(tmp_path / "mapping.yaml")
    assert caught.value.code == "KAM-2019"


def test_a_loaded_mapping_is_also_checked(tmp_path):
    """An unknown path stops a run before it begins."""
    path = tmp_path / "acme.toml"
    path.write_text(
        'format = 1\ncrm = "acme"\n[account]\nobject = "A"\ncursor = "c"\n[account.read]\n'
        'domian = "W"\nnmae = "N"\n',
        encoding="utf-8",
    )
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    assert (caught.value.code, caught.value.hint) == ("KAM-2012", "nearest: domain")
    assert "acme.toml:7" in caught.value.message
    assert len(caught.value.others) == 1


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """A spreadsheet renamed .toml."""
    path = tmp_path / "acme.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MappingError, match="not UTF-8"):
        load_mapping(path)
