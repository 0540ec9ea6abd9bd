/**
 * The account fields that the card reads. All are asked for as optional: a viewer who may not see
 * one gets the rest of the card, not an error.
 */
export const ACCOUNT_FIELDS = [
    'KAM_Tier__c',
    'KAM_Phase__c',
    'KAM_Health__c',
    'KAM_Health_Band__c',
    'KAM_Relationship__c',
    'KAM_Coverage__c',
    'KAM_Risk__c',
    'KAM_Next_Action__c',
    'KAM_Next_Action_Due__c',
    'KAM_Next_Review__c',
    'KAM_Renewal_Risk__c',
    'KAM_Plan_Completeness__c',
    'KAM_NPS__c',
    'KAM_Plan_Status__c',
    'KAM_Summary_JSON__c',
    'KAM_Plan_URL__c',
    'KAM_As_Of__c'
].map((name) => `Account.${name}`);

/**
 * Return the values of our fields by their name without prefix and suffix, e.g. `Health_Band`.
 * A field that the viewer may not read is absent; an empty one is null.
 */
export function ownValues(record) {
    const found = {};
    for (const field of ACCOUNT_FIELDS) {
        const name = field.slice('Account.'.length);
        const given = record?.fields?.[name];
        if (given !== undefined) {
            found[name.slice('KAM_'.length, -'__c'.length)] = given.value ?? null;
        }
    }
    return found;
}
