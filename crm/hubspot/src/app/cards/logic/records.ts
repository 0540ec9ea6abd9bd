/** Which records a summary names, so that their names can be asked for. */
import type { Summary } from './document';

export interface Named {
    contacts: string[];
    deals: string[];
    owners: string[];
}

/** Return all record ids that a summary names, by kind, each once. */
export function namedRecords(summary: Summary): Named {
    const detail = summary.detail;
    const entries = [...summary.signals, ...summary.actions];
    return {
        contacts: each([
            ...entries.map((one) => one.contact),
            ...(detail?.people ?? []).map((one) => one.id),
            ...(detail?.goals ?? []).map((one) => one.contact),
            detail?.reply?.contact
        ]),
        deals: each(entries.map((one) => one.opportunity)),
        owners: each((detail?.covers ?? []).map((one) => one.user))
    };
}

/** HubSpot's ids are numbers: anything else would name no record. */
function each(ids: Array<string | null | undefined>): string[] {
    return [...new Set(ids.filter((id): id is string => /^\d+$/.test(id ?? '')))];
}
