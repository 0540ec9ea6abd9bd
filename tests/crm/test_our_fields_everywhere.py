"""One list of our fields: mappings, packages, adapters and practice CRMs agree with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.kind import Kind
from kam_connector.model.our_fields import OUR_FIELDS
from kam_connector.model.provision import FieldSpec
from kam_hubspot.provision import OBJECTS as HUBSPOT_OBJECTS
from kam_hubspot.provision import field_name as hubspot_name
from kam_hubspot.provision import property_body
from kam_salesforce.provision import OBJECTS as SALESFORCE_OBJECTS
from kam_salesforce.provision import custom_field
from kam_salesforce.provision import field_name as salesforce_name
from kam_sandbox.hubspot.kam_properties import kam_properties
from kam_sandbox.salesforce.custom import CUSTOM_FIELDS
from kam_sandbox.salesforce.field_metadata import field_of

PROJECT = Path(__file__).parents[2] / "crm/salesforce"
PACKAGES = {False: PROJECT / "force-app", True: PROJECT / "account-plans"}
"""The package for every org, and the one for orgs that have what is optional."""
HOMES = {Kind.TASK: "Activity"}
NAMES = {"salesforce": salesforce_name, "hubspot": hubspot_name}
OBJECTS = {"salesforce": SALESFORCE_OBJECTS, "hubspot": HUBSPOT_OBJECTS}


def told(spec: FieldSpec) -> str:
    """Return a field's name, for a test's name."""
    return f"{spec.kind}-{spec.name}"


@pytest.mark.parametrize("spec", OUR_FIELDS, ids=told)
def test_what_is_deployed_is_what_is_provisioned(spec: FieldSpec) -> None:
    """The file of the package and the body of the API call say the same, property by property."""
    home = HOMES.get(spec.kind, SALESFORCE_OBJECTS[spec.kind])
    fields = PACKAGES[spec.optional] / "main/default/objects" / home / "fields"
    root = etree.parse(str(fields / f"{salesforce_name(spec)}.field-meta.xml"))
    deployed = {etree.QName(one).localname: one.text for one in root.getroot()}
    sent = {name: str(value) for name, value in custom_field(spec).items()}
    made = {
        name: value.lower() if value in {"True", "False"} else value for name, value in sent.items()
    }
    assert deployed == made | {"fullName": salesforce_name(spec)}


@pytest.mark.parametrize("optional", [False, True])
def test_the_packages_have_no_field_beside_the_list(*, optional: bool) -> None:
    """Every file is one of the list; what an org may lack lies in a package of its own."""
    listed = {
        (HOMES.get(spec.kind, SALESFORCE_OBJECTS[spec.kind]), salesforce_name(spec))
        for spec in OUR_FIELDS
        if spec.optional is optional
    }
    files = {
        (path.parents[1].name, path.name.removesuffix(".field-meta.xml"))
        for path in PACKAGES[optional].glob("main/default/objects/*/fields/*.xml")
    }
    assert files == listed


@pytest.mark.parametrize(
    ("crm", "kind"),
    [(crm, kind) for crm, objects in OBJECTS.items() for kind in objects],
)
def test_the_shipped_mappings_write_the_list(crm: str, kind: Kind) -> None:
    """Each field of ours is written, from the path of the list, on the object it is made on."""
    write = load_mapping(shipped_mapping_path(crm)).write_of(kind)
    assert write is not None
    written = {
        rule.target: rule.inputs[0]
        for rule in write.rules
        if rule.target.lower().startswith("kam_")
    }
    listed = {NAMES[crm](spec): spec.path for spec in OUR_FIELDS if spec.kind is kind}
    assert written == listed
    assert write.object == OBJECTS[crm][kind]


@pytest.mark.parametrize("spec", OUR_FIELDS, ids=told)
def test_the_practice_org_has_them_in_the_same_form(spec: FieldSpec) -> None:
    """What the sandbox ships is what it would make of our own call."""
    shipped = {one.name: one for one in CUSTOM_FIELDS[SALESFORCE_OBJECTS[spec.kind]]}
    there = shipped[salesforce_name(spec)]
    made = field_of(salesforce_name(spec), custom_field(spec))
    assert (there.type, there.length, there.precision, there.scale, there.unique) == (
        made.type,
        made.length,
        made.precision,
        made.scale,
        made.unique,
    )


@pytest.mark.parametrize("spec", [s for s in OUR_FIELDS if not s.optional], ids=told)
def test_the_practice_portal_has_them_in_the_same_form(spec: FieldSpec) -> None:
    """Type, form and uniqueness of the sandbox's properties are those that we create."""
    there = {one.name: one for one in kam_properties(HUBSPOT_OBJECTS[spec.kind])}
    body = property_body(spec)
    shipped = there[hubspot_name(spec)].as_json()
    assert {key: shipped[key] for key in ("type", "fieldType", "hasUniqueValue", "groupName")} == {
        key: body[key] for key in ("type", "fieldType", "hasUniqueValue", "groupName")
    }
