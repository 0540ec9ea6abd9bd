"""Fields that an administrator added: the connector's, absent from a bare org, and others."""

from __future__ import annotations

from kam_sandbox.salesforce.schema import FieldDef, parse_fields

__all__ = ["CUSTOMERS_OWN", "CUSTOM_FIELDS"]

CUSTOMERS_OWN: dict[str, tuple[FieldDef, ...]] = {
    "Account": parse_fields(
        """
        Open_Pipeline__c currency(18.2) f
        Days_As_Customer__c double(18.0) f
        """
    ),
}
"""What the company made for itself before we came: a roll-up of the open opportunities'
amounts, and a formula that moves with the calendar. Neither moves SystemModstamp."""

_KEY = "KAM_Key__c string(64) cuxqi"
"""On Activity, so that Task and Event both have it, and on the parts of an account plan."""

CUSTOM_FIELDS: dict[str, tuple[FieldDef, ...]] = {
    "Account": parse_fields(
        """
        KAM_Tier__c string(40) cu
        KAM_Phase__c string(40) cu
        KAM_Health__c double(3.0) cu
        KAM_Health_Band__c string(40) cu
        KAM_Relationship__c double(3.0) cu
        KAM_Coverage__c percent(3.0) cu
        KAM_Risk__c string(255) cu
        KAM_Next_Action__c string(255) cu
        KAM_Next_Action_Due__c date cu
        KAM_Next_Review__c date cu
        KAM_Plan_Status__c string(40) cu
        KAM_Open_Actions__c double(4.0) cu
        KAM_Renewal_Risk__c double(3.0) cu
        KAM_Renewal_Decision__c date cu
        KAM_Plan_Completeness__c percent(3.0) cu
        KAM_NPS__c double(3.0) cu
        KAM_Summary__c string(255) cu
        KAM_Summary_JSON__c textarea(131072) cu
        KAM_Plan_URL__c url(255) cu
        KAM_As_Of__c date cu
        """
    ),
    "Contact": parse_fields(
        """
        KAM_Role__c string(80) cu
        KAM_Strength__c double(3.0) cu
        KAM_Strength_Band__c string(40) cu
        """
    ),
    "Opportunity": parse_fields(
        """
        KAM_In_Plan__c boolean cu
        KAM_Risk__c string(255) cu
        """
    ),
    "Task": parse_fields(_KEY),
    "Event": parse_fields(_KEY),
    "AccountPlan": parse_fields(_KEY),
    "AccountPlanObjective": parse_fields(_KEY),
    "AccountPlanObjectiveMeasure": parse_fields(_KEY),
}
