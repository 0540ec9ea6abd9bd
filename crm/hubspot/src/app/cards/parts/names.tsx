/**
 * Names of the records that a summary names by id. HubSpot's page answers for whoever looks: a
 * record that they may not see has no name here.
 */
import { useEffect, useReducer, useState } from 'react';
import { formatCrmProperties, useCrmSearch } from '@hubspot/ui-extensions';
import { useAssociations } from '@hubspot/ui-extensions/crm';
import type { Named } from '../logic/records';
import type { Names } from '../logic/wording';

type Found = Readonly<Record<string, string>>;
type Kind = 'contacts' | 'deals';

/** HubSpot's numbers of the objects, and what makes up a name there. */
const KINDS: Record<Kind, { objectType: string; properties: string[] }> = {
    contacts: { objectType: '0-1', properties: ['firstname', 'lastname'] },
    deals: { objectType: '0-3', properties: ['dealname'] }
};
/** Our choice: a thousand associated records are looked through before asking by id. */
const PAGE = 100;
const PAGES = 10;
/** How many ids one search may list (HubSpot's guide on searching the CRM). */
const IDS = 100;

interface Report {
    kind: Kind | 'owners';
    found: Found;
    done: boolean;
}

interface State extends Omit<Names, 'pending'> {
    done: ReadonlyArray<Report['kind']>;
}

const START: State = { contacts: {}, deals: {}, owners: {}, done: [] };

function noted(state: State, { kind, found, done }: Report): State {
    const known = state[kind];
    const news = Object.keys(found).some((id) => known[id] !== found[id]);
    const ends = done && !state.done.includes(kind);
    return news || ends
        ? { ...state, [kind]: { ...known, ...found }, done: ends ? [...state.done, kind] : state.done }
        : state;
}

/** Return the names found so far, and what goes on finding them: render it anywhere. */
export function useNames(named: Named) {
    const [state, report] = useReducer(noted, START);
    const kinds = (['contacts', 'deals', 'owners'] as const).filter((kind) => named[kind].length);
    const pending = kinds.some((kind) => !state.done.includes(kind));
    const finders = kinds.map((kind) =>
        kind === 'owners' ? (
            <Owners key={kind} ids={named.owners} report={report} />
        ) : (
            <Associated key={kind} kind={kind} ids={named[kind]} report={report} />
        )
    );
    return { names: { ...state, pending } satisfies Names, finders };
}

interface FinderProps {
    ids: string[];
    report: (report: Report) => void;
}

/** First among the records of this company, page by page; what is not there, by its id. */
function Associated({ kind, ids, report }: FinderProps & { kind: Kind }) {
    const { objectType, properties } = KINDS[kind];
    const { results, isLoading, error, pagination } = useAssociations({
        toObjectType: objectType,
        properties,
        pageLength: PAGE
    });
    const [missing, setMissing] = useState<string[] | null>(null);
    const [known, setKnown] = useState<Found>({});
    const found = namesOf(results.map((one) => ({ ...one, objectId: one.toObjectId })), kind);
    // Not the page: asking for the next one changes it before its records have come.
    const key = JSON.stringify([found, isLoading, error?.message]);
    useEffect(() => {
        if (isLoading || missing) {
            return;
        }
        const all = { ...known, ...found };
        const absent = ids.filter((id) => !all[id]);
        setKnown(all);
        if (absent.length && pagination.hasNextPage && pagination.currentPage < PAGES) {
            pagination.nextPage();
        } else {
            setMissing(absent);
        }
        report({ kind, found, done: !absent.length });
    }, [key]);
    return missing?.length ? <ById kind={kind} ids={missing} report={report} /> : null;
}

/** People of an account may belong to another company of it: these are searched for. */
function ById({ kind, ids, report }: FinderProps & { kind: Kind }) {
    const { objectType, properties } = KINDS[kind];
    const values = ids.slice(0, IDS);
    const { results, isLoading } = useCrmSearch({
        objectType,
        properties,
        filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'IN', values }] }],
        pageLength: IDS
    });
    const key = JSON.stringify([results, isLoading]);
    useEffect(() => {
        if (!isLoading) {
            report({ kind, found: namesOf(results, kind), done: true });
        }
    }, [key]);
    return null;
}

/** Owners are no records of the CRM: HubSpot's page writes their names as it does anywhere. */
function Owners({ ids, report }: FinderProps) {
    useEffect(() => {
        let stale = false;
        ownerNames(ids).then((found) => stale || report({ kind: 'owners', found, done: true }));
        return () => {
            stale = true;
        };
    }, [ids.join()]);
    return null;
}

async function ownerNames(ids: string[]): Promise<Found> {
    try {
        const properties = ids.map((id) => ({ hubspot_owner_id: id }));
        const written = await formatCrmProperties({ objectType: '0-2', properties });
        const named = ids.map((id, at) => [id, written[at]?.hubspot_owner_id ?? id] as const);
        return Object.fromEntries(named.filter(([id, name]) => name && name !== id));
    } catch {
        return {};
    }
}

interface Held {
    objectId: number;
    properties: Record<string, string | null>;
}

function namesOf(records: Held[], kind: Kind): Found {
    const named = records.map(({ objectId, properties }) => {
        const parts = KINDS[kind].properties.map((name) => properties[name]);
        return [String(objectId), parts.filter(Boolean).join(' ')] as const;
    });
    return Object.fromEntries(named.filter(([, name]) => name));
}
