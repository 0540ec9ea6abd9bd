"""HubSpot's own properties, object by object, as far as a connector meets them.

A row is ``name | label | kind | marks | options``; an indented line goes on with the one above.
Kinds: see ``_KINDS``. Marks: ``ro`` set by HubSpot only, ``calc`` worked out, ``unique``,
``ext`` options kept elsewhere, ``money``.
Source: the default properties in the vendor's knowledge base, and its object guides.
"""

from __future__ import annotations

from kam_sandbox.hubspot.catalogue_goods import GOODS
from kam_sandbox.hubspot.definitions import Property, choices

__all__ = ["OBJECTS", "OBJECT_TYPE_IDS", "SINGULARS", "standard_properties"]

_KINDS = {
    "text": ("string", "text"),
    "long": ("string", "textarea"),
    "html": ("string", "html"),
    "number": ("number", "number"),
    "date": ("date", "date"),
    "time": ("datetime", "date"),
    "bool": ("bool", "booleancheckbox"),
    "select": ("enumeration", "select"),
    "radio": ("enumeration", "radio"),
    "multi": ("enumeration", "checkbox"),
    "phone": ("string", "phonenumber"),
}

OBJECT_TYPE_IDS = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "tickets": "0-5",
    "products": "0-7",
    "line_items": "0-8",
    "tasks": "0-27",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
}
OBJECTS = tuple(OBJECT_TYPE_IDS)
SINGULARS = {
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "tickets": "ticket",
    "products": "product",
    "line_items": "line_item",
    "tasks": "task",
    "notes": "note",
    "meetings": "meeting_event",
    "calls": "call",
    "emails": "email",
}

_EVERY = """
hs_object_id | Record ID | number | ro unique
hs_createdate | Object create date/time | time | ro
hs_lastmodifieddate | Object last modified date/time | time | ro
hs_merged_object_ids | Merged object IDs | multi | ro ext
hs_object_source | Record creation source | text | ro
hs_object_source_id | Record creation source ID | text | ro
hs_object_source_label | Record source | text | ro
hs_created_by_user_id | Created by user ID | number | ro
hs_updated_by_user_id | Updated by user ID | number | ro
hubspot_owner_id | Owner | select | ext owner
hubspot_owner_assigneddate | Owner assigned date | time | ro
hs_all_owner_ids | All owner IDs | multi | ro ext owner
"""

_LIFECYCLE = (
    "subscriber lead marketingqualifiedlead=Marketing_Qualified_Lead "
    "salesqualifiedlead=Sales_Qualified_Lead opportunity customer evangelist other"
)
_INDUSTRIES = (
    "ACCOUNTING AIRLINES_AVIATION APPAREL_FASHION AUTOMOTIVE AVIATION_AEROSPACE BANKING "
    "BIOTECHNOLOGY BROADCAST_MEDIA BUILDING_MATERIALS BUSINESS_SUPPLIES_AND_EQUIPMENT CHEMICALS "
    "CIVIL_ENGINEERING COMPUTER_HARDWARE COMPUTER_NETWORKING COMPUTER_SOFTWARE CONSTRUCTION "
    "CONSUMER_ELECTRONICS CONSUMER_GOODS CONSUMER_SERVICES COSMETICS DEFENSE_SPACE DAIRY "
    "EDUCATION_MANAGEMENT ELECTRICAL_ELECTRONIC_MANUFACTURING ENTERTAINMENT ENVIRONMENTAL_SERVICES "
    "FACILITIES_SERVICES FINANCIAL_SERVICES FOOD_BEVERAGES FOOD_PRODUCTION FURNITURE "
    "GLASS_CERAMICS_CONCRETE GOVERNMENT_ADMINISTRATION HOSPITAL_HEALTH_CARE HOSPITALITY "
    "HUMAN_RESOURCES INDUSTRIAL_AUTOMATION INFORMATION_SERVICES "
    "INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNET INVESTMENT_MANAGEMENT "
    "LEISURE_TRAVEL_TOURISM LOGISTICS_AND_SUPPLY_CHAIN LUXURY_GOODS_JEWELRY MACHINERY "
    "MANAGEMENT_CONSULTING MARITIME MARKETING_AND_ADVERTISING "
    "MECHANICAL_OR_INDUSTRIAL_ENGINEERING MEDICAL_DEVICES MINING_METALS OIL_ENERGY "
    "PACKAGING_AND_CONTAINERS PAPER_FOREST_PRODUCTS PHARMACEUTICALS PLASTICS PRINTING "
    "PROFESSIONAL_TRAINING_COACHING PUBLISHING RAILROAD_MANUFACTURE REAL_ESTATE "
    "RENEWABLES_ENVIRONMENT RESEARCH RESTAURANTS RETAIL SECURITY_AND_INVESTIGATIONS "
    "SEMICONDUCTORS SHIPBUILDING SPORTS STAFFING_AND_RECRUITING SUPERMARKETS TELECOMMUNICATIONS "
    "TEXTILES TRANSPORTATION_TRUCKING_RAILROAD UTILITIES WAREHOUSING WHOLESALE WINE_AND_SPIRITS "
    "WIRELESS"
)

_OWN = {
    "companies": """
name | Company name | text
domain | Company domain name | text
website | Website URL | text
phone | Phone number | phone
address | Street address | text
city | City | text
state | State/Region | text
zip | Postal code | text
country | Country/Region | text
industry | Industry | select | | $industries
type | Type | select | | PROSPECT PARTNER RESELLER VENDOR OTHER CUSTOMER
annualrevenue | Annual revenue | number | money
numberofemployees | Number of employees | number
description | Description | long
lifecyclestage | Lifecycle stage | radio | | $lifecycle
timezone | Time zone | text
linkedin_company_page | LinkedIn company page | text
createdate | Create date | time | ro
hs_parent_company_id | Parent company | number | ro calc
hs_num_child_companies | Number of child companies | number | ro calc
num_associated_contacts | Number of associated contacts | number | ro calc
num_associated_deals | Number of associated deals | number | ro calc
hs_is_target_account | Target account | bool
hs_ideal_customer_profile | Ideal customer profile tier | select | |
  tier_1=Tier_1 tier_2=Tier_2 tier_3=Tier_3
hs_num_decision_makers | Number of decision makers | number | ro
hs_num_contacts_with_buying_roles | Number of contacts with a buying role | number | ro
hs_last_sales_activity_timestamp | Last engagement date | time | ro
notes_last_contacted | Last contacted | time | ro
notes_last_updated | Last activity date | time | ro
notes_next_activity_date | Next activity date | time | ro
""",
    "contacts": """
firstname | First name | text
lastname | Last name | text
email | Email | text | unique
hs_additional_emails | Additional email addresses | multi | ext
phone | Phone number | phone
mobilephone | Mobile phone number | phone
jobtitle | Job title | text
company | Company name | text
salutation | Salutation | text
city | City | text
country | Country/Region | text
hs_language | Preferred language | select | | fr=French en=English de=German
lifecyclestage | Lifecycle stage | radio | | $lifecycle
hs_lead_status | Lead status | radio | |
  NEW OPEN IN_PROGRESS OPEN_DEAL UNQUALIFIED ATTEMPTED_TO_CONTACT CONNECTED BAD_TIMING
hs_buying_role | Buying role | multi | |
  BLOCKER BUDGET_HOLDER CHAMPION DECISION_MAKER END_USER EXECUTIVE_SPONSOR INFLUENCER
  LEGAL_AND_COMPLIANCE OTHER
hs_seniority | Seniority | select | |
  vp=VP director manager employee owner partner senior executive entry
associatedcompanyid | Primary associated company ID | number | ro calc
createdate | Create date | time | ro
lastmodifieddate | Last modified date | time | ro
hs_calculated_merged_vids | Merged contact IDs with timestamps | long | ro
hs_email_bounce | Marketing emails bounced | number | ro
hs_email_hard_bounce_reason_enum | Email hard bounce reason | select | ro |
  BLOCKED CONTENT FILTERED MAILBOX_FULL MAILBOX_MISCONFIGURATION OTHER PENDING_SEND_QUARANTINE
  POLICY SPAM UNKNOWN_USER
hs_email_optout | Unsubscribed from all email | bool
hs_sales_email_last_replied | Recent sales email replied date | time | ro
hs_last_sales_activity_timestamp | Last engagement date | time | ro
hs_linkedin_url | LinkedIn URL | text
num_notes | Number of sales activities | number | ro
notes_last_contacted | Last contacted | time | ro
notes_last_updated | Last activity date | time | ro
notes_next_activity_date | Next activity date | time | ro
""",
    "deals": """
dealname | Deal name | text
amount | Amount | number | money
dealstage | Deal stage | radio | ext
pipeline | Pipeline | select | ext
closedate | Close date | time
createdate | Create date | time | ro
dealtype | Deal type | radio | |
  newbusiness=New_Business existingbusiness=Existing_Business renewal=Renewal
description | Deal description | long
deal_currency_code | Currency | select | | EUR=EUR USD=USD GBP=GBP CHF=CHF
amount_in_home_currency | Amount in company currency | number | ro calc money
hs_exchange_rate | Exchange rate | number | ro calc
hs_is_closed | Is deal closed? | bool | ro calc
hs_is_closed_won | Is closed won | bool | ro calc
hs_deal_stage_probability | Deal probability | number | ro calc
hs_forecast_amount | Forecast amount | number | money
hs_manual_forecast_category | Forecast category | select | |
  OMIT PIPELINE BEST_CASE MOST_LIKELY COMMIT CLOSED
hs_next_step | Next step | text
hs_priority | Priority | select | | low medium high
hs_projected_amount | Weighted amount | number | ro calc money
hs_closed_amount | Closed deal amount | number | ro calc money
closed_lost_reason | Closed lost reason | long
closed_won_reason | Closed won reason | long
num_associated_contacts | Number of associated contacts | number | ro calc
notes_last_contacted | Last contacted | time | ro
notes_last_updated | Last activity date | time | ro
notes_next_activity_date | Next activity date | time | ro
""",
    "tasks": """
hs_timestamp | Due date | time
hs_task_subject | Task title | text
hs_task_body | Notes | html
hs_task_status | Task status | select | | NOT_STARTED IN_PROGRESS WAITING DEFERRED COMPLETED
hs_task_priority | Priority | select | | NONE LOW MEDIUM HIGH
hs_task_type | Task type | select | | TODO=To-do CALL EMAIL LINKED_IN MEETING
hs_task_reminders | Task reminders | text
hs_task_is_completed | Is completed | bool | ro calc
hs_task_completion_date | Completed at | time | ro calc
hs_queue_membership_ids | Queue | multi | ext
hs_body_preview | Body preview | text | ro calc
hs_task_is_all_day | Is all day | bool
""",
    "emails": """
hs_timestamp | Activity date | time
hs_email_direction | Email direction | select | | EMAIL INCOMING_EMAIL FORWARDED_EMAIL DRAFT_EMAIL
hs_email_status | Email send status | select | | BOUNCED FAILED SCHEDULED SENDING SENT DRAFT
hs_email_subject | Email subject | text
hs_email_text | Email body | long
hs_email_html | Email HTML | html
hs_email_headers | Email headers | long
hs_email_from_email | Email from address | text
hs_email_from_firstname | Email from first name | text
hs_email_from_lastname | Email from last name | text
hs_email_to_email | Email to address | text
hs_email_cc_email | Email CC address | text
hs_email_thread_id | Email thread ID | text
hs_email_message_id | Email message ID | text
hs_email_bounce_error_detail_message | Email bounce detail | text
hs_attachment_ids | Attached file IDs | multi | ext
hs_body_preview | Body preview | text | ro calc
""",
    "meetings": """
hs_timestamp | Activity date | time
hs_meeting_title | Meeting name | text
hs_meeting_body | Meeting description | html
hs_internal_meeting_notes | Internal meeting notes | html
hs_meeting_start_time | Meeting start time | time
hs_meeting_end_time | Meeting end time | time
hs_meeting_outcome | Meeting outcome | select | | SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED
hs_meeting_location | Meeting location | text
hs_meeting_external_url | Meeting URL | text
hs_meeting_source | Meeting source | text | ro
hs_activity_type | Call and meeting type | select | ext
hs_attendee_owner_ids | Attendee owners | multi | ext owner
""",
    "calls": """
hs_timestamp | Activity date | time
hs_call_title | Call title | text
hs_call_body | Call notes | html
hs_call_direction | Call direction | select | | INBOUND OUTBOUND
hs_call_duration | Call duration | number
hs_call_disposition | Call outcome | select | |
  f240bbac-87c9-4f6e-bf70-924b57d47db7=Connected 9d9162e7-6cf3-4944-bf63-4dff82258764=Busy
  a4c4c377-d246-4b32-a13b-75a56a4cd0ff=Left_live_message
  b2cf5968-551e-4856-9783-52b3da59a7d0=Left_voicemail
  73a0d17f-1163-4015-bdd5-ec830791da20=No_answer
  17b47fee-58de-441e-a44c-c6300d46f273=Wrong_number
hs_call_status | Call status | select | |
  BUSY CALLING_CRM_USER CANCELED COMPLETED CONNECTING FAILED IN_PROGRESS NO_ANSWER QUEUED
  RINGING
hs_call_from_number | From number | text
hs_call_to_number | To number | text
hs_activity_type | Call and meeting type | select | ext
""",
    "notes": """
hs_timestamp | Activity date | time
hs_note_body | Note body | html
hs_body_preview | Body preview | text | ro calc
""",
} | GOODS

_ENGAGEMENT = """
hs_engagement_source | Activity source | text | ro
hs_engagement_source_id | Activity source ID | text | ro
"""
_ENGAGEMENTS = ("tasks", "emails", "meetings", "calls", "notes")


def standard_properties(object_: str) -> list[Property]:
    """Return HubSpot's own properties of *object_*."""
    group = f"{SINGULARS[object_].removesuffix('_event')}information"
    more = _ENGAGEMENT if object_ in _ENGAGEMENTS else ""
    text = (_OWN[object_] + more + _EVERY).replace("\n  ", " ")
    text = text.replace("$lifecycle", _LIFECYCLE).replace("$industries", _INDUSTRIES)
    rows = text.strip().splitlines()
    found = [_property(row, group) for row in rows if row]
    dropped = {"hs_lastmodifieddate", "hs_createdate"} if object_ == "contacts" else set()
    return [one for one in found if one.name not in dropped]


def _property(row: str, group: str) -> Property:
    cells = [cell.strip() for cell in row.split("|")]
    name, label, kind = cells[:3]
    marks = cells[3].split() if len(cells) > 3 else []
    type_, field_type = _KINDS[kind]
    values = cells[4].split() if len(cells) > 4 else []
    return Property(
        name=name,
        label=label,
        type=type_,
        field_type=field_type,
        group=group,
        options=choices(_words(value) for value in values),
        unique="unique" in marks,
        read_only="ro" in marks,
        calculated="calc" in marks,
        external_options="ext" in marks,
        referenced="OWNER" if "owner" in marks else None,
        show_currency_symbol=True if "money" in marks else None,
        form_field=kind in ("text", "phone") and "ro" not in marks,
    )


def _words(text: str) -> str:
    value, sign, label = text.partition("=")
    return value + sign + label.replace("_", " ")
