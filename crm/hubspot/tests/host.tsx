/** HubSpot's page as the tests and the preview play it: a company, and what its viewer may see. */
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { CompanySummary } from '../src/app/cards/parts/CompanySummary';
import { ContactSummary } from '../src/app/cards/parts/ContactSummary';

export interface Company {
    properties: Record<string, string | null>;
    contacts: Record<string, string>;
    deals: Record<string, string>;
    owners: Record<string, string>;
}

export interface Viewer {
    locale?: string;
    language?: string;
    /** Contacts that belong to another company of the account: search finds them. */
    elsewhere?: string[];
    /** Contacts that the viewer may not see: nothing finds them. */
    hidden?: string[];
    isLoading?: boolean;
    error?: Error;
    narrow?: boolean;
    /** How many contacts one page of associations holds. */
    page?: number;
}

const OBJECTS: Record<string, 'contacts' | 'deals'> = { '0-1': 'contacts', '0-3': 'deals' };

const record = (objectType: string, id: string, name: string) => {
    const [first, ...last] = name.split(' ');
    const properties: Record<string, string> =
        objectType === '0-1' ? { firstname: first ?? '', lastname: last.join(' ') } : { dealname: name };
    return { objectId: Number(id), toObjectId: Number(id), properties, associationTypes: [] };
};

/** Answer, as HubSpot's page does, what the vendor's renderer has no mock for. */
export function playHost(company: Company, viewer: Viewer = {}): { searches: string[][] } {
    const searches: string[][] = [];
    const answer = (data: unknown) => Promise.resolve(new Response(JSON.stringify(data)));
    Object.assign(globalThis, {
        self: globalThis,
        __HUBSPOT_EXTENSION_WORKER__: true,
        hsWorkerAPI: {
            fetchCrmSearch: (asked: { objectType: string; filterGroups: Group[] }) => {
                const ids = asked.filterGroups[0]?.filters[0]?.values ?? [];
                searches.push(ids);
                const held = company[OBJECTS[asked.objectType] ?? 'contacts'];
                const results = ids
                    .filter((id) => held[id] && !viewer.hidden?.includes(id))
                    .map((id) => record(asked.objectType, id, held[id] ?? ''));
                return answer({ data: { results, total: results.length, hasMore: false } });
            },
            formatCrmProperties: ({ propertiesList }: { propertiesList: Owned[] }) =>
                answer(
                    propertiesList.map(({ hubspot_owner_id: id }) => ({
                        hubspot_owner_id: company.owners[id] ?? id
                    }))
                )
        }
    });
    return { searches };
}

interface Group {
    filters: Array<{ values: string[] }>;
}
interface Owned {
    hubspot_owner_id: string;
}

/** Render a card as its viewer sees it. */
export function show(card: 'company' | 'contact', company: Company, viewer: Viewer = {}) {
    const renderer = createRenderer(viewer.narrow ? 'crm.record.sidebar' : 'crm.record.tab');
    Object.assign(renderer.mocks.context.user, {
        locale: viewer.locale ?? 'en-gb',
        language: viewer.language ?? (viewer.locale ?? 'en').slice(0, 2)
    });
    const settled = { isRefetching: false, refetch: async () => undefined };
    renderer.mocks.useCrmProperties.willCall((names: string[]) => ({
        properties: Object.fromEntries(names.map((name) => [name, company.properties[name] ?? null])),
        isLoading: viewer.isLoading ?? false,
        error: viewer.error ?? null,
        ...settled
    }));
    const pages = { at: 0 };
    renderer.mocks.useAssociations.willCall(({ toObjectType }) => {
        const objectType = toObjectType as string;
        const away = [...(viewer.hidden ?? []), ...(viewer.elsewhere ?? [])];
        const all = Object.entries(company[OBJECTS[objectType] ?? 'contacts'])
            .filter(([id]) => !away.includes(id))
            .map(([id, name]) => record(objectType, id, name));
        const size = viewer.page ?? 100;
        const start = objectType === '0-1' ? pages.at * size : 0;
        return {
            results: all.slice(start, start + size),
            isLoading: false,
            error: null,
            pagination: {
                hasNextPage: start + size < all.length,
                hasPreviousPage: start > 0,
                currentPage: pages.at + 1,
                pageSize: size,
                nextPage: () => {
                    pages.at += 1;
                },
                previousPage: () => undefined,
                reset: () => undefined
            },
            ...settled
        };
    });
    renderer.render(card === 'company' ? <CompanySummary narrow={viewer.narrow ?? false} /> : <ContactSummary />);
    return renderer;
}

/** A node of the rendered tree, whatever its properties. */
interface Rendered {
    text: string | null;
    childNodes?: readonly Rendered[];
}

/** All words below a node, as a reader sees them one after another. */
export function textOf({ text, childNodes }: Rendered): string {
    if (!childNodes) {
        return text ?? '';
    }
    return childNodes.map(textOf).join(childNodes.some((one) => one.childNodes) ? ' ' : '');
}
