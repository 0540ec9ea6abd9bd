/** An account as the UI API gives it, with a summary as kam-connector writes it. */

export const CLAIRE = '003KS00000002bJYAQ';
export const JONAS = '003KS00000002bKYAQ';
export const INES = '003KS00000002bMYAQ';
export const CAMILLE = '005KS0000000005YAA';
export const RENEWAL = '006KS00000002bJYAQ';

export const NAMES = {
    [CLAIRE]: 'Claire Delmas',
    [JONAS]: 'Jonas Brandt',
    [INES]: 'Inès Roy',
    [CAMILLE]: 'Camille Martin',
    [RENEWAL]: 'Contrat-cadre 2027'
};

export function makeSummary(changes = {}) {
    return {
        v: 1,
        account: '001KS00000002bJYAQ',
        health: {
            value: '52',
            band: 'red',
            known: '0.60',
            activity_known: '1.00',
            caps: ['champion left on 2026-11-18, renewal due on 2027-01-30'],
            cap_facts: [{ key: 'champion_left', on: '2026-11-18', renewal: '2027-01-30' }]
        },
        relationship: '2.1',
        coverage: '22',
        phase: 'renewal',
        signals: [
            { kind: 'new_decision_maker', severity: 'critical', since: '2026-11-21', on: '2026-11-03', contact: INES, role: 'economic_decider', opportunity: null },
            { kind: 'renewal_window', severity: 'warning', since: '2026-11-21', on: '2026-11-01', contact: null, role: null, opportunity: RENEWAL }
        ],
        actions: [
            { id: 'tsk_1', kind: 'new_decision_maker', due: '2026-11-27', severity: 'critical', contact: INES, role: 'economic_decider' }
        ],
        detail: {
            as_of: '2026-11-21',
            before: '78.1',
            before_as_of: '2026-11-14',
            changes: [['cap.champion_left', '-26.0']],
            goals: [['internal_sponsor', 'missing', null], ['economic_decider', 'identified', INES]],
            ledger: [['development.revenue_trend', '15.3', '20.0'], ['relationship.coverage', '62.7', '80.0'], ['cap.champion_left', '-26.0', '0.0']],
            unknown: ['satisfaction.nps'],
            reply: [INES, '9.4', 'economic_decider'],
            threads: '1.4',
            people: [
                [CLAIRE, 'internal_sponsor', 'strong', '2026-11-18'],
                [JONAS, 'technical_influencer', 'dormant', null],
                [INES, 'economic_decider', 'known, not connected', null]
            ],
            covers: [[0, CAMILLE, 'strong'], [1, CAMILLE, 'dormant']]
        },
        ...changes
    };
}

/** The document of a system that does not hold one of the records. */
export function withoutId(id) {
    return JSON.stringify(makeSummary()).replaceAll(`"${id}"`, 'null');
}

export function makeAccount(changes = {}, summary = makeSummary()) {
    const values = {
        KAM_Tier__c: 'A',
        KAM_Phase__c: 'Renewal',
        KAM_Health__c: 52,
        KAM_Health_Band__c: 'red',
        KAM_Relationship__c: 2,
        KAM_Coverage__c: 22,
        KAM_Risk__c: 'A new decision-maker since 2026-11-03; no contact is recorded',
        KAM_Next_Action__c: 'Meet the new decision-maker',
        KAM_Next_Action_Due__c: '2026-11-27',
        KAM_Next_Review__c: '2026-12-21',
        KAM_Plan_Status__c: 'draft',
        KAM_Summary_JSON__c: JSON.stringify(summary),
        KAM_Plan_URL__c: 'https://kam.example.com/accounts/1',
        KAM_As_Of__c: '2026-11-21',
        ...changes
    };
    const fields = { Name: { value: 'Nordwind Énergie' } };
    for (const [name, value] of Object.entries(values)) {
        if (value !== undefined) {
            fields[name] = { value };
        }
    }
    return { apiName: 'Account', id: summary.account, fields };
}

export function makeNames(names = NAMES) {
    return {
        results: Object.entries(names).map(([id, name]) =>
            (name
                ? { statusCode: 200, result: { id, fields: { Name: { value: name } } } }
                : { statusCode: 404, result: [{ errorCode: 'NOT_FOUND' }] })
        )
    };
}
