"""HubSpot's own properties of what is sold and serviced: line items, products, tickets.

Rows as in the catalogue of the other objects. Source: the vendor's guides to these objects.
"""

from __future__ import annotations

__all__ = ["GOODS"]

GOODS = {
    "line_items": """
name | Name | text
description | Description | long
hs_product_id | Product ID | text
hs_sku | SKU | text
price | Unit price | number | money
quantity | Quantity | number
discount | Unit discount | number | money
hs_discount_percentage | Discount percentage | number
amount | Net price | number | ro calc money
hs_line_item_currency_code | Currency | select | | EUR=EUR USD=USD GBP=GBP CHF=CHF
recurringbillingfrequency | Billing frequency | select | |
  weekly monthly quarterly per_six_months annually per_two_years per_three_years
hs_recurring_billing_period | Term | text
hs_recurring_billing_start_date | Billing start date | date
hs_recurring_billing_end_date | Billing end date | date | ro calc
hs_position_on_quote | Position on quote | number
createdate | Create date | time | ro
""",
    "products": """
name | Name | text
description | Description | long
price | Unit price | number | money
hs_cost_of_goods_sold | Unit cost | number | money
hs_sku | SKU | text
hs_product_type | Product type | select | | inventory non_inventory service
recurringbillingfrequency | Billing frequency | select | |
  weekly monthly quarterly per_six_months annually per_two_years per_three_years
hs_recurring_billing_period | Term | text
hs_url | URL | text
createdate | Create date | time | ro
""",
    "tickets": """
subject | Ticket name | text
content | Ticket description | long
hs_pipeline | Pipeline | select | ext
hs_pipeline_stage | Ticket status | select | ext
hs_ticket_priority | Priority | select | | LOW MEDIUM HIGH URGENT
hs_ticket_category | Category | multi | |
  PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY
hs_ticket_id | Ticket ID | number | ro calc
source_type | Source | select | | CHAT EMAIL FORM PHONE
hs_is_closed | Is closed | bool | ro calc
closed_date | Close date | time | ro calc
time_to_close | Time to close | number | ro calc
hs_last_message_received_at | Last customer message date | time | ro
hs_lastcontacted | Last contacted date | time | ro
createdate | Create date | time | ro
""",
}
"""Property rows by object."""
