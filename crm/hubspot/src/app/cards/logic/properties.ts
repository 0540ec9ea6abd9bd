/** The properties that the cards read, as kam-connector creates them. */

export const COMPANY_PROPERTIES = [
    'kam_tier',
    'kam_phase',
    'kam_health',
    'kam_health_band',
    'kam_relationship',
    'kam_coverage',
    'kam_risk',
    'kam_next_action',
    'kam_next_action_due',
    'kam_next_review',
    'kam_renewal_risk',
    'kam_plan_completeness',
    'kam_nps',
    'kam_summary_json',
    'kam_plan_url',
    'kam_as_of'
] as const;

export const CONTACT_PROPERTIES = ['kam_role', 'kam_strength', 'kam_strength_band'] as const;

/** Values by property; null for one that is empty, missing or not the viewer's to read. */
export type Values<Name extends string> = Record<Name, string | null>;

export type CompanyValues = Values<(typeof COMPANY_PROPERTIES)[number]>;
export type ContactValues = Values<(typeof CONTACT_PROPERTIES)[number]>;

/** Return what was read, one value per property; an empty text is no value. */
export function valuesOf<Name extends string>(
    names: readonly Name[],
    given: Record<string, string | null | undefined>
): Values<Name> {
    const pairs = names.map((name) => [name, given[name]?.trim() || null]);
    return Object.fromEntries(pairs) as Values<Name>;
}

/** Whether nothing at all was written, or may be read. */
export function areEmpty(values: Record<string, string | null>): boolean {
    return Object.values(values).every((value) => value === null);
}
