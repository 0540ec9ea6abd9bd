import { CrmActionLink } from '@hubspot/ui-extensions/crm';
import { describe, expect, it, vi } from 'vitest';
import insufficient from '../preview/companies/insufficient.json';
import { type Company, playHost, show, textOf, type Viewer } from './host';

const company = insufficient as unknown as Company;
const NAMES = Object.values(company.contacts);
const seen = (viewer: Viewer) => ({ ...playHost(company, viewer), ...show('company', company, viewer) });
const linked = (card: ReturnType<typeof seen>) => card.findAll(CrmActionLink).map(textOf).sort();

describe('names of the records that a summary names', () => {
    it('are taken from the company’s own contacts, without a search', async () => {
        const card = seen({});
        await card.waitFor(() => card.find(CrmActionLink));
        expect(linked(card)).toEqual([...NAMES].sort());
        expect(card.searches).toEqual([]);
    });

    it('are asked for by id where the company does not hold them', async () => {
        const ids = Object.keys(company.contacts);
        const card = seen({ elsewhere: ids });
        await card.waitFor(() => card.find(CrmActionLink));
        expect(linked(card)).toEqual([...NAMES].sort());
        expect(card.searches.map((one) => [...one].sort())).toEqual([[...ids].sort()]);
    });

    it('are absent where HubSpot’s page answers nothing at all', async () => {
        const card = seen({ hidden: Object.keys(company.contacts) });
        vi.stubGlobal('hsWorkerAPI', {});
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(linked(card)).toEqual([]);
        expect(textOf(card.getRootNode())).toContain('a colleague');
        vi.unstubAllGlobals();
    });
});
