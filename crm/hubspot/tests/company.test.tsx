import { Accordion, Alert, EmptyState, ErrorState, Heading, Link, LoadingSpinner, ProgressBar, StatusTag, Tag, Text } from '@hubspot/ui-extensions';
import { CrmActionLink } from '@hubspot/ui-extensions/crm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import green from '../preview/companies/green.json';
import insufficient from '../preview/companies/insufficient.json';
import red from '../preview/companies/red.json';
import { type Company, playHost, show, textOf, type Viewer } from './host';

const INES = '100000009801';
const asCompany = (given: unknown) => given as Company;
const withValues = (company: unknown, changes: Record<string, string | null>): Company => {
    const held = asCompany(company);
    return { ...held, properties: { ...held.properties, ...changes } };
};
const seen = (company: unknown, viewer: Viewer = {}) => {
    const host = playHost(asCompany(company), viewer);
    return { ...host, ...show('company', asCompany(company), viewer) };
};

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T12:00:00') }));
afterEach(() => vi.useRealTimers());

describe('a company at risk', () => {
    it('says how it stands in a number and a word, and as of when', () => {
        const card = seen(red);
        expect(card.findAll(Heading)[0]?.text).toBe('Health 52 / 100');
        expect(card.find(StatusTag).props.variant).toBe('danger');
        expect(card.find(StatusTag).text).toBe('Red');
        expect(textOf(card.getRootNode())).toContain('As of 21 Nov 2026');
    });

    it('says what is known of renewal risk, plan and satisfaction, and leaves out what is not', () => {
        const told = { kam_renewal_risk: '31', kam_plan_completeness: '45', kam_nps: '-12' };
        const text = textOf(seen(withValues(red, told)).getRootNode());
        expect(text).toContain('21 Dec 2026 31 / 100 45% −12');
        expect(textOf(seen(red).getRootNode())).toContain('21 Dec 2026 Next actions');
    });

    it('says what limits the verdict, with its dates', () => {
        const limit = seen(red).find(Alert, { variant: 'danger' });
        expect(limit.props.title).toBe('Limits the verdict:');
        expect(textOf(limit)).toBe('The champion left on 18 Nov 2026, and the renewal is due on 30 Jan 2027.');
    });

    it('explains the number: each part beside the most it can give, and their sum', () => {
        const card = seen(red);
        expect(card.findAll(ProgressBar)).toHaveLength(8);
        expect(card.find(ProgressBar, { variant: 'danger' }).props['aria-label']).toBe(
            'Limit: the champion is no longer there: −26'
        );
        expect(textOf(card.getRootNode())).toContain('15.3 of 20');
        expect(textOf(card.getRootNode())).toContain('Total 52');
    });

    it('names people whom the viewer may see, and opens them', async () => {
        const card = seen(red);
        await card.waitFor(() => card.find(CrmActionLink, (one) => one.text === 'Inès Roy'));
        const link = card.find(CrmActionLink, (one) => one.text === 'Inès Roy');
        expect(link.props.actionContext).toEqual({ objectTypeId: '0-1', objectId: Number(INES) });
    });

    it('says by name which of our people covers whom', async () => {
        const card = seen(red);
        await card.waitFor(() => card.find(Text, (one) => one.text === 'Covered by Camille Martin (dormant)'));
        expect(textOf(card.getRootNode())).toContain('Was in contact with Camille Martin');
    });

    it('puts the role in the place of a name that the viewer may not see', async () => {
        const card = seen(red, { hidden: [INES] });
        await card.waitFor(() =>
            card.find(Text, (one) => one.text === 'Meet the decision-maker (name not shown)')
        );
        expect(card.findAll(CrmActionLink).map((one) => one.text)).not.toContain('Inès Roy');
    });

    it('finds people who belong to another company of the account by their ids', async () => {
        const card = seen(red, { elsewhere: [INES] });
        await card.waitFor(() => card.find(CrmActionLink, (one) => one.text === 'Inès Roy'));
        expect(card.searches).toEqual([[INES]]);
    });

    it('opens the plan, and nothing that is no web page', () => {
        expect(seen(red).find(Link).props.href).toEqual({
            url: 'https://kam.example.com/accounts/acc_d3ffb66c9aa7011d8538',
            external: true
        });
        const odd = withValues(red, { kam_plan_url: 'javascript:alert(1)' });
        expect(seen(odd).maybeFind(Link)).toBeNull();
    });
});

describe('other verdicts', () => {
    it('is green without a limit', () => {
        const card = seen(green);
        expect(card.find(StatusTag).props.variant).toBe('success');
        expect(card.maybeFind(Alert)).toBeNull();
    });

    it('shows no number and no colour where too little is known, but what is missing', () => {
        const card = seen(insufficient);
        expect(card.findAll(Heading)[0]?.text).toBe('Health');
        expect(card.find(StatusTag).props).toMatchObject({ variant: 'default', hollow: true });
        expect(card.findAll(ProgressBar)).toEqual([]);
        expect(textOf(card.getRootNode())).toContain('What is missing for a verdict');
        expect(card.findAll(Tag).map((one) => one.text)).toContain('Satisfaction survey');
    });

    it('speaks French to a French viewer', () => {
        const card = seen(red, { locale: 'fr-fr', language: 'fr' });
        expect(card.findAll(Heading)[0]?.text).toBe('Santé 52 / 100');
        expect(textOf(card.getRootNode())).toContain('Au 21 nov. 2026');
    });
});

describe('a narrow column', () => {
    it('folds reasons and people away, and draws no bars', () => {
        const card = seen(red, { narrow: true });
        expect(card.findAll(Accordion).map((one) => one.props.title)).toEqual([
            'Why this verdict',
            'People and who covers them',
            'Roles to reach',
            'Data coverage'
        ]);
        expect(card.findAll(ProgressBar)).toEqual([]);
    });
});

describe('when something is missing', () => {
    it('waits', () => {
        expect(seen(red, { isLoading: true }).find(LoadingSpinner).props.label).toBe('Key account summary');
    });

    it('says that the record could not be read', () => {
        expect(seen(red, { error: new Error('no') }).find(ErrorState).props.title).toBe('The record could not be read');
    });

    it('says that there is no summary yet', () => {
        expect(seen({ properties: {}, contacts: {}, deals: {}, owners: {} }).find(EmptyState).props.title).toBe('No summary yet');
    });

    it.each([
        ['broken', '{"v":1,', 'could not be read'],
        ['no document', '[]', 'could not be read'],
        ['of a newer form', '{"v":2}', 'newer version'],
        ['of an older form', '{"account":"1"}', 'older version'],
        ['empty', null, 'are empty'],
        ['without people', '{"v":1,"detail":null}', 'too many for a card']
    ])('shows the other properties where the details are %s', (_name, json, said) => {
        const card = seen(withValues(red, { kam_summary_json: json }));
        expect(card.find(Alert, { variant: 'info' }).props.title).toContain(said);
        expect(card.findAll(Heading)[0]?.text).toBe('Health 52 / 100');
    });

    it('takes action and risk from their properties then', () => {
        const card = seen(withValues(red, { kam_summary_json: null }));
        expect(textOf(card.getRootNode())).toContain('Meet the new decision-maker');
        expect(textOf(card.getRootNode())).toContain('due 27 Nov 2026');
    });

    it.each([
        ['2026-11-13', 'a week and a day', false],
        ['2026-11-12', 'longer', true],
        [String(Date.UTC(2026, 10, 12)), 'longer, in milliseconds', true]
    ])('says that values are old: last confirmed on %s, %s ago', (day, _age, isOld) => {
        const card = seen(withValues(red, { kam_as_of: day }));
        expect(card.maybeFind(Alert, { variant: 'warning' }) !== null).toBe(isOld);
    });

    it('says how old', () => {
        const card = seen(withValues(red, { kam_as_of: '2026-11-01' }));
        expect(card.find(Alert, { variant: 'warning' }).props.title).toContain('1 Nov 2026, 20 days ago');
    });
});
