import { DescriptionListItem, EmptyState } from '@hubspot/ui-extensions';
import { describe, expect, it } from 'vitest';
import { show, textOf, type Viewer } from './host';

const seen = (properties: Record<string, string | null>, viewer: Viewer = {}) =>
    show('contact', { properties, contacts: {}, deals: {}, owners: {} }, viewer);
const said = (card: ReturnType<typeof seen>) => card.findAll(DescriptionListItem).map(textOf);

describe('the card on a contact', () => {
    it('says the part in decisions and the strength of the tie', () => {
        const values = { kam_role: 'economic_decider', kam_strength: '62', kam_strength_band: 'strong' };
        expect(said(seen(values))).toEqual(['Decision-maker', '●●●● · strong · 62 / 100']);
    });

    it('says so in French', () => {
        const values = { kam_role: 'internal_sponsor', kam_strength: '12', kam_strength_band: 'dormant' };
        expect(said(seen(values, { locale: 'fr-fr' }))).toEqual(['Sponsor', '●○○○ · en sommeil · 12 / 100']);
    });

    it('says that no contact is recorded with somebody whose role is known', () => {
        expect(said(seen({ kam_role: 'legal' }))).toEqual([
            'Legal',
            'No two-way contact is recorded with this person.'
        ]);
    });

    it('shows a role that it does not know as it was written', () => {
        expect(said(seen({ kam_role: 'Gatekeeper' }))[0]).toBe('Gatekeeper');
    });

    it('says that nothing is known yet', () => {
        expect(seen({}).find(EmptyState).props.title).toBe('Nothing known yet');
    });
});
