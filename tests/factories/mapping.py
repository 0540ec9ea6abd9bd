"""A small mapping over the objects of a MemoryCrm: one own field of each sort, one shared one."""

from __future__ import annotations

from kam_connector.mapping import Mapping, parse_mapping

__all__ = ["MAPPING_TEXT", "make_mapping"]

MAPPING_TEXT = """
format = 1
crm = "memory"

[defaults]
null = "keep"
conflict = "crm"
on_error = "quarantine"
on_drift = "warn"
cursor = "modified"
settle = "5m"

[protected]
account = ["name", "owner"]

[maps.status]
"todo" = "open"
"finished" = "done"
"dropped" = "withdrawn"

[user]
object = "user"
[user.read]
name = "name"
email = "email"
active = "active"

[account]
object = "account"
[account.read]
name = "name"
domain = "domain"
city = "city"
segment = { from = "grade", map = { "1" = "A", "2" = "B" } }
parent = { from = "parent", ref = "account", null = "clear" }
owner = { from = "owner", ref = "user" }

[contact]
object = "contact"
[contact.read]
account = { from = "account", ref = "account", null = "clear" }
name = "name"
email = { from = "email", check = { pattern = '^[^@]+@[^@]+$' } }
title = { from = "title", null = "clear" }

[opportunity]
object = "deal"
[opportunity.read]
account = { from = "account", ref = "account" }
name = "name"
stage = "stage"
closed = "closed"
won = "won"
amount = { from = "amount", type = "money", currency = "EUR" }
closes = "closes"
kind = { value = "renewal" }
stage_changed_at = "moved"
owner = { from = "owner", ref = "user" }

[[activity]]
object = "meeting"
[activity.read]
kind = { value = "meeting" }
at = "at"
direction = { value = "mutual" }
people = "@people"
account = { from = "account", ref = "account" }

[account.write]
object = "account"
match = "id"
[account.write.fields]
kam_tier = "tier"
kam_health = { from = "health.score", type = "int", step = 3, null = "clear" }
kam_band = "health.band"
kam_risk = { from = "risk.top", null = "clear" }
kam_next = { from = "next_action.title", null = "clear" }
kam_open = { from = "actions.open", type = "int" }
next_review = { from = "plan.next_review", type = "date", conflict = "newest" }
kam_as_of = { from = "as_of", type = "date" }

[contact.write]
object = "contact"
match = "id"
[contact.write.fields]
kam_band = { from = "strength.band", null = "clear" }

[opportunity.write]
object = "deal"
match = "id"
[opportunity.write.fields]
kam_in_plan = { from = "in_plan", type = "bool" }

[task.write]
object = "task"
match = "kam_key"
[task.write.fields]
kam_key = "key"
subject = { from = "title", required = true }
body = "reason"
due = { from = "due", type = "date" }
about = { from = "account", ref = "account", required = true }
owner = { from = "owner", ref = "user" }
status = { from = "status", map = "status", conflict = "newest" }
[task.read]
status = { from = "status", map = { "finished" = "done", "dropped" = "withdrawn", "*" = "open" } }
owner = { from = "owner", ref = "user" }
due = { from = "due", type = "date" }
"""


def make_mapping(*, without: str = "", text: str = MAPPING_TEXT) -> Mapping:
    """Return the small mapping, or a variant of it."""
    return parse_mapping(text.replace(without, "") if without else text, name="memory.toml")
