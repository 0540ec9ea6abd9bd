"""The package an administrator deploys to Salesforce: valid, complete, and of least privilege."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from kam_connector.mapping import load_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.kind import OF_PLANS, Kind
from kam_sandbox.salesforce.custom import CUSTOM_FIELDS
from tests.guarantees import Figures

PROJECT = Path(__file__).parents[2] / "crm" / "salesforce"
SOURCE = PROJECT / "force-app" / "main" / "default"
PLANS = PROJECT / "account-plans" / "main" / "default"
"""For orgs with Account Plans only: the main package deploys without."""
NS = {"m": "http://soap.sforce.com/2006/04/metadata", "x": "http://www.w3.org/2001/XMLSchema"}
OURS = {
    "Account": {
        "KAM_Tier__c", "KAM_Phase__c", "KAM_Health__c", "KAM_Health_Band__c",
        "KAM_Relationship__c", "KAM_Coverage__c", "KAM_Risk__c", "KAM_Next_Action__c",
        "KAM_Next_Action_Due__c", "KAM_Next_Review__c", "KAM_Plan_Status__c",
        "KAM_Open_Actions__c", "KAM_Summary__c", "KAM_Summary_JSON__c", "KAM_Plan_URL__c",
        "KAM_As_Of__c", "KAM_Renewal_Risk__c", "KAM_Renewal_Decision__c",
        "KAM_Plan_Completeness__c", "KAM_NPS__c",
    },
    "Contact": {"KAM_Role__c", "KAM_Strength__c", "KAM_Strength_Band__c"},
    "Opportunity": {"KAM_In_Plan__c", "KAM_Risk__c"},
    "Activity": {"KAM_Key__c"},
}  # fmt: skip
"""Our fields in a CRM, as the design lists them; a task's fields live on Activity."""
WIRE_TYPES = {
    "Text": "string", "Number": "double", "Percent": "percent", "Date": "date", "Url": "url",
    "LongTextArea": "textarea", "Checkbox": "boolean",
}  # fmt: skip
"""What a describe calls each metadata type."""
ROOTS = ("CustomField", "LightningComponentBundle", "PermissionSet", "Package")
XML = sorted(
    path.relative_to(PROJECT)
    for path in [*SOURCE.rglob("*.xml"), *PLANS.rglob("*.xml"), *PROJECT.glob("manifest/*.xml")]
)
OWN_ACCESS = {
    f"{object_}.{name}"
    for object_, names in {**OURS, "Task": OURS["Activity"], "Event": OURS["Activity"]}.items()
    for name in names
    if object_ != "Activity"
}


@cache
def metadata_schema() -> etree.XMLSchema:
    """Return Salesforce's own schema of metadata files, out of the client library's WSDL."""
    wsdl = etree.parse(str(files("simple_salesforce") / "metadata.wsdl"))
    schema = wsdl.find(f".//x:schema[@targetNamespace='{NS['m']}']", NS)
    assert schema is not None
    for name in ROOTS:
        etree.SubElement(schema, f"{{{NS['x']}}}element", name=name, type=f"tns:{name}")
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


def tree(path: Path) -> etree._Element:
    """Return a metadata file's root."""
    return etree.parse(str(PROJECT / path)).getroot()


def fields_of(object_: str) -> dict[str, dict[str, str]]:
    """Return the package's fields of one object, as flat properties by name."""
    roots = [tree(path) for path in (SOURCE / "objects" / object_ / "fields").glob("*.xml")]
    rows = [{etree.QName(item).localname: item.text or "" for item in root} for root in roots]
    return {row["fullName"]: row for row in rows}


def texts(root: etree._Element, path: str) -> list[str]:
    """Return the texts at a path of a metadata file."""
    return [str(item.text) for item in root.iterfind(path, NS)]


def members(manifest: str) -> dict[str, list[str]]:
    """Return what a manifest names, by type."""
    types = tree(Path("manifest") / manifest).iterfind("m:types", NS)
    return {texts(one, "m:name")[0]: texts(one, "m:members") for one in types}


def access(name: str) -> dict[str, str]:
    """Return whether each field of a permission set is editable."""
    root = tree(SOURCE / "permissionsets" / f"{name}.permissionset-meta.xml")
    return dict(
        zip(
            texts(root, "m:fieldPermissions/m:field"),
            texts(root, "m:fieldPermissions/m:editable"),
            strict=True,
        )
    )


@pytest.mark.parametrize("path", XML, ids=str)
def test_every_file_is_valid_metadata(path: Path) -> None:
    """Each file passes Salesforce's own schema, which also checks the canonical order.

    The schema knows a card's target settings only as encoded text: they are left out here and
    read by the conversion test.
    """
    root = tree(path)
    etree.strip_elements(root, f"{{{NS['m']}}}targetConfigs", with_tail=False)
    schema = metadata_schema()
    assert schema.validate(root), schema.error_log


def test_a_misspelt_property_is_refused() -> None:
    """The schema really checks: a typing error does not pass."""
    root = tree(SOURCE / "objects/Activity/fields/KAM_Key__c.field-meta.xml")
    wrong = etree.fromstring(etree.tostring(root).replace(b"length>", b"lenght>"))
    assert not metadata_schema().validate(wrong)


def test_task_fields_live_under_activity() -> None:
    """A deployment refuses fields under Task or Event, though every offline check lets them by."""
    assert sorted(path.name for path in (SOURCE / "objects").iterdir()) == sorted(OURS)


@pytest.mark.parametrize("object_", OURS)
def test_the_package_has_exactly_our_fields(object_: str) -> None:
    """The design's list, no more and no less, each in the file that bears its name."""
    names = {
        path.name.removesuffix(".field-meta.xml")
        for path in (SOURCE / "objects" / object_ / "fields").iterdir()
    }
    assert set(fields_of(object_)) == names == OURS[object_]


@pytest.mark.parametrize(
    ("kind", "object_"),
    [
        (Kind.ACCOUNT, "Account"),
        (Kind.CONTACT, "Contact"),
        (Kind.OPPORTUNITY, "Opportunity"),
        (Kind.TASK, "Activity"),
    ],
)
def test_the_shipped_mapping_writes_exactly_our_fields(kind: Kind, object_: str) -> None:
    """Each of our fields is written, and no KAM_ field is written that nobody deploys."""
    write = load_mapping(shipped_mapping_path("salesforce")).write_of(kind)
    assert write is not None
    assert {rule.target for rule in write.rules if rule.target.startswith("KAM_")} == OURS[object_]


@pytest.mark.parametrize(
    ("object_", "wire"),
    [
        ("Account", "Account"),
        ("Contact", "Contact"),
        ("Opportunity", "Opportunity"),
        ("Activity", "Task"),
        ("Activity", "Event"),
    ],
)
def test_types_agree_with_the_practice_org(object_: str, wire: str) -> None:
    """Type, length, digits and keys are those that the sandbox describes."""
    packaged = {
        name: (
            WIRE_TYPES[row["type"]],
            int(row.get("length", 0)),
            int(row.get("precision", 0)),
            int(row.get("scale", 0)),
            row.get("externalId") == "true",
            row.get("unique") == "true",
        )
        for name, row in fields_of(object_).items()
    }
    described = {
        one.name: (
            one.type,
            one.length * (one.type in {"string", "textarea"}),
            one.precision,
            one.scale,
            one.external_id,
            one.unique,
        )
        for one in CUSTOM_FIELDS[wire]
    }
    assert packaged == described


@pytest.mark.parametrize("object_", OURS)
def test_every_field_explains_itself(object_: str) -> None:
    """Label, description and help text: an administrator finds out what a field is for."""
    rows = fields_of(object_).values()
    assert all(row["label"].startswith("KAM ") for row in rows)
    assert all(row["description"] and row["inlineHelpText"] for row in rows)
    assert all(len(row["inlineHelpText"]) <= 510 for row in rows)


def test_the_manifest_names_the_whole_package() -> None:
    """Deploying by manifest deploys everything."""
    fields = sorted(f"{object_}.{name}" for object_, names in OURS.items() for name in names)
    assert members("package.xml") == {
        "CustomField": fields,
        "LightningComponentBundle": ["kamSummary"],
        "PermissionSet": ["KAM_Connector_Integration", "KAM_Viewer"],
    }


def test_uninstalling_removes_what_was_deployed_and_nothing_else() -> None:
    """The destructive manifest is the manifest; the one beside it deploys nothing."""
    assert members("destructiveChanges.xml") == members("package.xml")
    assert members("destructive-package.xml") == {}


def test_account_plans_are_a_package_of_their_own() -> None:
    """An org without them deploys the main package; an org with them deploys both."""
    parts = ["AccountPlan", "AccountPlanObjective", "AccountPlanObjectiveMeasure"]
    mine = {
        "CustomField": [f"{one}.KAM_Key__c" for one in parts],
        "PermissionSet": ["KAM_Connector_Account_Plans"],
    }
    assert members("account-plans.xml") == mine
    assert members("account-plans-destructiveChanges.xml") == mine
    assert sorted(path.name for path in (PLANS / "objects").iterdir()) == parts
    assert "AccountPlan" not in str(members("package.xml"))


def test_plans_are_created_and_edited_but_never_deleted() -> None:
    """Least privilege: no delete, nothing beyond sharing, only the fields that are written."""
    root = tree(PLANS / "permissionsets/KAM_Connector_Account_Plans.permissionset-meta.xml")
    mapping = load_mapping(shipped_mapping_path("salesforce"))
    writes = [mapping.write_of(kind) for kind in OF_PLANS]
    written = {f"{one.object}.{rule.target}" for one in writes if one for rule in one.rules}
    granted = set(texts(root, "m:fieldPermissions/m:field"))
    never = {"allowDelete", "modifyAllRecords", "viewAllRecords"}
    assert granted <= written
    assert {one.partition(".")[2] for one in written - granted} == {
        "Name", "OwnerId", "AccountPlanId", "AccountPlanObjectiveId",
    }  # fmt: skip
    assert {power: set(texts(root, f"m:objectPermissions/m:{power}")) for power in never} == (
        {power: {"false"} for power in never}
    )
    assert set(texts(root, "m:objectPermissions/m:allowCreate")) == {"true"}


def test_one_api_version_everywhere() -> None:
    """Project, manifests and card speak of one version."""
    project = json.loads((PROJECT / "sfdx-project.json").read_text(encoding="utf-8"))
    versions = {texts(tree(path), "m:version")[0] for path in XML if path.parts[0] == "manifest"}
    card = texts(tree(SOURCE / "lwc/kamSummary/kamSummary.js-meta.xml"), "m:apiVersion")
    assert {project["sourceApiVersion"], *versions, *card} == {"66.0"}


@pytest.mark.guarantee("G32")
def test_the_integration_user_edits_only_our_fields() -> None:
    """Every field it may edit is ours; what it reads beside them is what the mapping reads."""
    editable = {
        field for field, may in access("KAM_Connector_Integration").items() if may == "true"
    }
    assert editable == {field for field in OWN_ACCESS if not field.startswith("Event.")}


def test_the_integration_user_reads_what_the_mapping_reads() -> None:
    """Fields with field-level security that the shipped mapping reads are granted.

    System and required fields (names, dates, flags, stages) cannot be granted: a permission
    set that lists one is refused.
    """
    granted = {
        field for field, may in access("KAM_Connector_Integration").items() if may == "false"
    }
    assert granted - OWN_ACCESS == {
        "Account.AnnualRevenue", "Account.BillingAddress", "Account.Industry", "Account.ParentId",
        "Account.Rating", "Account.ShippingAddress", "Account.Type", "Account.Website",
        "Case.AccountId", "Case.ClosedDate", "Case.ContactId", "Case.IsEscalated",
        "Case.Priority", "Case.Subject",
        "Contact.AccountId", "Contact.Department", "Contact.Email", "Contact.ReportsToId",
        "Contact.Title", "Contract.EndDate", "Contract.OwnerExpirationNotice",
        "Contract.StartDate", "Opportunity.AccountId", "Opportunity.Amount", "Opportunity.Type",
        "OpportunityLineItem.ServiceDate", "Product2.Family", "Product2.ProductCode",
    }  # fmt: skip


@pytest.mark.guarantee("G32")
def test_nothing_is_granted_that_the_shipped_mapping_does_not_use(figure: Figures) -> None:
    """Every field of the permission set is read or written; of an address a part is enough."""
    mapping = load_mapping(shipped_mapping_path("salesforce"))
    used = {f"{one.object}.{name}" for one in pull_sources(mapping) for name in one.fields}
    used |= {f"{one.object}.{rule.target}" for one in mapping.writes for rule in one.rules}
    used |= {one.replace("Task.KAM_", "Event.KAM_") for one in used}
    used |= {re.sub(r"(Billing|Shipping)\w+$", r"\1Address", one) for one in used}
    granted = set(access("KAM_Connector_Integration"))
    said = f"Salesforce: {len(granted)} fields granted, {len(granted - used)} of them unused"
    figure("G32", said, met=bool(granted) and granted <= used)


@pytest.mark.guarantee("G32")
@pytest.mark.parametrize(
    "power", ["allowCreate", "allowDelete", "modifyAllRecords", "viewAllRecords"]
)
def test_the_integration_user_has_no_power_over_records(power: str) -> None:
    """No create, no delete, nothing beyond sharing: accounts and people are never made by us."""
    root = tree(SOURCE / "permissionsets/KAM_Connector_Integration.permissionset-meta.xml")
    assert set(texts(root, f"m:objectPermissions/m:{power}")) == {"false"}


@pytest.mark.guarantee("G32")
def test_the_integration_user_has_three_permissions() -> None:
    """Activities, tasks and the API: no administrative permission of any kind."""
    root = tree(SOURCE / "permissionsets/KAM_Connector_Integration.permissionset-meta.xml")
    assert texts(root, "m:userPermissions/m:name") == ["ActivitiesAccess", "ApiEnabled", "EditTask"]


def test_viewers_read_our_fields_and_get_nothing_else() -> None:
    """Reading our fields opens no object and no record."""
    root = tree(SOURCE / "permissionsets/KAM_Viewer.permissionset-meta.xml")
    assert access("KAM_Viewer") == dict.fromkeys(OWN_ACCESS, "false")
    assert texts(root, "m:objectPermissions/m:object") == []
    assert texts(root, "m:userPermissions/m:name") == []


def test_the_card_is_for_accounts_on_desks_and_phones() -> None:
    """It can be placed on account pages only, for both form factors."""
    root = tree(SOURCE / "lwc/kamSummary/kamSummary.js-meta.xml")
    factors = root.findall(".//m:supportedFormFactor", NS)
    assert texts(root, "m:targets/m:target") == ["lightning__RecordPage"]
    assert texts(root, ".//m:objects/m:object") == ["Account"]
    assert sorted(str(one.get("type")) for one in factors) == ["Large", "Small"]


def test_the_card_calls_nobody() -> None:
    """No Apex, no address, no markup from data: it reads fields through the platform."""
    scripts = [
        path.read_text(encoding="utf-8") for path in (SOURCE / "lwc/kamSummary").glob("*.js")
    ]
    forbidden = ("@salesforce/apex", "fetch(", "XMLHttpRequest", "innerHTML", "eval(", "http://")
    assert [word for word in forbidden for script in scripts if word in script] == []


def test_the_card_asks_only_for_fields_that_exist() -> None:
    """A renamed field would leave the card empty without any error."""
    text = (SOURCE / "lwc/kamSummary/fields.js").read_text(encoding="utf-8")
    asked = {part.split("'")[1] for part in text.splitlines() if part.strip().startswith("'KAM_")}
    assert asked
    assert asked <= OURS["Account"]


def of_node(tool: str, what: str) -> None:
    """Skip, and say what is not checked, where Node or one of its packages is missing."""
    if shutil.which("npm") is None:
        pytest.skip(f"Node is not installed: {what} not checked")
    if not (PROJECT / "node_modules" / tool).is_dir():
        pytest.skip(f"run `npm ci` in crm/salesforce first: {what} not checked")


@pytest.mark.slow
def test_the_project_converts_as_a_deployment_would() -> None:
    """Salesforce's own library finds every component and turns it into what is deployed."""
    of_node("@salesforce/source-deploy-retrieve", "the conversion is")
    done = subprocess.run(
        ["node", "tools/convert.mjs"], cwd=PROJECT, capture_output=True, timeout=120, check=True
    )
    found = json.loads(done.stdout)
    fields = sorted(
        f"CustomField:{object_}.{name}" for object_, names in OURS.items() for name in names
    )
    assert [one for one in found["components"] if one.startswith("CustomField:")] == fields
    assert "lwc/kamSummary/kamSummary.js" in found["files"]
    assert "objects/Activity.object" in found["files"]
    assert "lwc/kamSummary/__tests__/fixtures.js" not in found["files"]


@pytest.mark.slow
def test_the_cards_own_tests_pass() -> None:
    """Jest renders the card in every state it can be in."""
    of_node("@salesforce/sfdx-lwc-jest", "the card's behaviour is")
    done = subprocess.run(
        ["npm", "test", "--silent"], cwd=PROJECT, capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]


@pytest.mark.slow
def test_the_card_keeps_the_platforms_rules() -> None:
    """Salesforce's own lint rules for components, without a warning."""
    of_node("@salesforce/eslint-config-lwc", "the card's style is")
    done = subprocess.run(
        ["npm", "run", "lint", "--silent"],
        cwd=PROJECT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-4000:]
