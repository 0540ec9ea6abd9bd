import { createElement } from 'lwc';
import KamSummary from 'c/kamSummary';
import { getRecord, getRecords } from 'lightning/uiRecordApi';

import { CLAIRE, INES, NAMES, makeAccount, makeNames, makeSummary, withoutId } from './fixtures';

const mockNavigate = jest.fn();
jest.mock(
    'lightning/navigation',
    () => {
        const Navigate = Symbol('navigate');
        const NavigationMixin = (Element) =>
            class extends Element {
                [Navigate](reference) {
                    mockNavigate(reference);
                }
            };
        return { NavigationMixin: Object.assign(NavigationMixin, { Navigate }) };
    },
    { virtual: true }
);

/** Put a card on the page and let it draw. */
async function drawn(account, names = makeNames()) {
    const card = createElement('c-kam-summary', { is: KamSummary });
    card.recordId = '001KS00000002bJYAQ';
    document.body.appendChild(card);
    if (account) {
        getRecord.emit(account);
        await Promise.resolve();
    }
    if (names) {
        getRecords.emit(names);
    }
    await Promise.resolve();
    return card;
}

const textOf = (card) => card.shadowRoot.textContent.replace(/\s+/g, ' ');
const all = (card, selector) => [...card.shadowRoot.querySelectorAll(selector)];
const button = (card, label) => all(card, 'button').find((one) => one.textContent === label);

beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-21T12:00:00'), doNotFake: ['nextTick', 'queueMicrotask'] });
});

afterEach(() => {
    document.body.replaceChildren();
    jest.useRealTimers();
});

describe('a key account', () => {
    it('shows health with band, limits and as of', async () => {
        const text = textOf(await drawn(makeAccount()));
        expect(text).toContain('52');
        expect(text).toContain('Red');
        expect(text).toMatch(/The champion left on .*18.*, and the renewal is due on .*30.*2027/);
        expect(text).toMatch(/As of .*21.*2026/);
    });

    it('shows a ledger whose rows sum to its total', async () => {
        const card = await drawn(makeAccount());
        const rows = all(card, '.ledger .points').map((cell) => cell.textContent);
        expect(rows).toEqual(['15.3 of 20', '62.7 of 80', '−26', '52']);
    });

    it('says why the number shown is not quite the sum, and only then', async () => {
        const exact = await drawn(makeAccount());
        expect(exact.shadowRoot.querySelector('.moves')).toBeNull();
        const card = await drawn(makeAccount({ KAM_Health__c: 54 }));
        expect(card.shadowRoot.querySelector('.moves').textContent).toContain('moved by a few points');
    });

    it('says what is known of renewal risk, plan and satisfaction, and leaves out what is not', async () => {
        const facts = (card) => all(card, '.facts dd').map((one) => one.textContent);
        const known = { KAM_Renewal_Risk__c: 31, KAM_Plan_Completeness__c: 45, KAM_NPS__c: -12 };
        const told = facts(await drawn(makeAccount(known)));
        expect(told.slice(-3)).toEqual(['31 / 100', '45%', '−12']);
        expect(facts(await drawn(makeAccount()))).toEqual(told.slice(0, -3));
    });

    it('names what is not known', async () => {
        const card = await drawn(makeAccount());
        expect(all(card, '.tag').map((one) => one.textContent)).toEqual(['Satisfaction survey']);
        expect(textOf(card)).toContain('60% of the weight of the health score is known');
    });

    it('shows actions and risks with names under the viewer’s rights', async () => {
        const text = textOf(await drawn(makeAccount()));
        expect(text).toContain('Meet Inès Roy');
        expect(text).toContain('The renewal window is open: Contrat-cadre 2027');
    });

    it('asks for names by record id, by object', async () => {
        await drawn(makeAccount());
        const groups = getRecords.getLastConfig().records;
        expect(groups.map((one) => one.fields[0])).toEqual(['Contact.Name', 'User.Name', 'Opportunity.Name']);
        expect(groups[0].recordIds).toContain(CLAIRE);
    });

    it('marks a late action as late', async () => {
        jest.setSystemTime(new Date('2026-11-28T12:00:00'));
        const card = await drawn(makeAccount());
        expect(all(card, '.due-late').map((one) => one.textContent)[0]).toContain('was due');
    });
});

describe('the map of the people', () => {
    it('draws one line per tie, thicker for a warmer one', async () => {
        const summary = makeSummary();
        summary.detail.people[0][3] = null;
        const card = await drawn(makeAccount({}, summary));
        const lines = all(card, '.ties path').map((one) => one.getAttribute('class'));
        expect(lines).toEqual(['tie tie-4', 'tie tie-1']);
    });

    it('shows that somebody is no longer there without a live tie', async () => {
        const card = await drawn(makeAccount());
        expect(all(card, '.node-left')).toHaveLength(1);
        expect(all(card, '.tie-left')).toHaveLength(1);
        expect(textOf(card)).toContain('no longer there since');
    });

    it('says in words, for those who cannot see lines, who covers whom', async () => {
        const text = textOf(await drawn(makeAccount()));
        expect(text).toContain('Was in contact with Camille Martin');
        expect(text).toContain('Covered by Camille Martin (dormant)');
        expect(text).toContain('No contact with us is recorded');
    });

    it('turns into a list and back by buttons that say their state', async () => {
        const card = await drawn(makeAccount());
        button(card, 'List').click();
        await Promise.resolve();
        expect(all(card, '.person')).toHaveLength(3);
        expect(button(card, 'List').getAttribute('aria-pressed')).toBe('true');
        button(card, 'Map').click();
        await Promise.resolve();
        expect(all(card, '.ties')).toHaveLength(1);
    });

    it('opens a person’s record', async () => {
        const card = await drawn(makeAccount());
        card.shadowRoot.querySelector(`a[data-id="${INES}"]`).click();
        expect(mockNavigate.mock.lastCall[0].attributes).toEqual({ recordId: INES, actionName: 'view' });
    });

    it('names nobody whom the viewer may not see, and links nowhere', async () => {
        const card = await drawn(makeAccount(), makeNames({ ...NAMES, [INES]: null }));
        expect(textOf(card)).toContain('Meet the decision-maker (you may not see the name)');
        expect(textOf(card)).toContain('Name not shown · no two-way contact recorded');
        expect(textOf(card)).not.toContain('Inès');
        expect(card.shadowRoot.querySelector(`a[data-id="${INES}"]`)).toBeNull();
    });

    it('says role and warmth of somebody whom this system does not hold', async () => {
        const card = await drawn(makeAccount({ KAM_Summary_JSON__c: withoutId(INES) }));
        const unnamed = card.shadowRoot.querySelector('.node-unnamed').textContent;
        expect(unnamed).toContain('Decision-maker');
        expect(unnamed).toContain('In another system · no two-way contact recorded');
        expect(textOf(card)).toContain('Meet the decision-maker (known in another system)');
        expect(textOf(card)).toContain('a reply from the decision-maker (known in another system)');
    });

    it('says so without a role too', async () => {
        const text = withoutId(INES).replaceAll('"role":"economic_decider"', '"role":null');
        const card = await drawn(makeAccount({ KAM_Summary_JSON__c: text }));
        expect(textOf(card)).toContain('Meet a person known in another system');
    });

    it('shows the whole card before names have come', async () => {
        const text = textOf(await drawn(makeAccount(), null));
        expect(text).toContain('Meet the decision-maker (you may not see the name)');
    });
});

describe('what goes wrong is said in clear words', () => {
    it('insufficient data is no number and never green', async () => {
        const summary = makeSummary();
        summary.health = { ...summary.health, value: null, band: 'insufficient_data', cap_facts: [], caps: [] };
        const card = await drawn(
            makeAccount({ KAM_Health__c: null, KAM_Health_Band__c: 'insufficient_data' }, summary)
        );
        expect(card.shadowRoot.querySelector('.score')).toBeNull();
        expect(textOf(card)).toContain('Insufficient data');
        expect(textOf(card)).toContain('What is missing for a verdict');
        expect(card.shadowRoot.querySelector('.ledger')).toBeNull();
    });

    it.each([
        ['2026-11-29T12:00:00', 0],
        ['2026-11-30T12:00:00', 1]
    ])('values are stale after eight days, not before (%s)', async (now, notices) => {
        jest.setSystemTime(new Date(now));
        expect(all(await drawn(makeAccount()), '.notice-stale')).toHaveLength(notices);
    });

    it.each(['{"v":1,', 'null', '[]', '7', ''])('malformed details leave the fields: %s', async (json) => {
        const text = textOf(await drawn(makeAccount({ KAM_Summary_JSON__c: json })));
        expect(text).toContain('could not be read');
        expect(text).toContain('52');
        expect(text).toContain('Meet the new decision-maker');
    });

    it.each([
        { v: 1 },
        { v: 1, signals: [null, 1, {}], actions: ['x', {}], detail: { people: [null, [], [1, 2]] } },
        { v: 1, health: 'x', detail: { ledger: [['a']], covers: 'x', goals: [[]], reply: 'x' } }
    ])('odd details are left out, never an error: %j', async (summary) => {
        expect(textOf(await drawn(makeAccount({ KAM_Summary_JSON__c: JSON.stringify(summary) })))).toContain('52');
    });

    it('details of a newer version ask for an update', async () => {
        const text = textOf(await drawn(makeAccount({}, makeSummary({ v: 2 }))));
        expect(text).toContain('newer version');
    });

    it('details too many for a card are said to be', async () => {
        const text = textOf(await drawn(makeAccount({}, makeSummary({ detail: null }))));
        expect(text).toContain('too many for a card');
        expect(text).toContain('Meet Inès Roy');
    });

    it('an account without values has no summary yet', async () => {
        const account = makeAccount();
        for (const name of Object.keys(account.fields).filter((one) => one !== 'Name')) {
            account.fields[name] = { value: null };
        }
        expect(textOf(await drawn(account, null))).toContain('No summary yet');
    });

    it('a viewer without the fields is told which permission set helps', async () => {
        const text = textOf(await drawn({ fields: { Name: { value: 'Nordwind' } } }, null));
        expect(text).toContain('KAM Viewer');
    });

    it('a viewer without the details sees the fields', async () => {
        const text = textOf(await drawn(makeAccount({ KAM_Summary_JSON__c: undefined }), null));
        expect(text).toContain('You may not read the details');
        expect(text).toContain('52');
    });

    it('an account that cannot be read says so', async () => {
        const card = await drawn(null, null);
        getRecord.error({ message: 'no access' }, 403);
        await Promise.resolve();
        expect(textOf(card)).toContain('The account could not be read');
    });

    it.each(['javascript:alert(1)', 'data:text/html,x', 'kam'])('a link is a web page or nothing: %s', async (url) => {
        const card = await drawn(makeAccount({ KAM_Plan_URL__c: url }));
        expect(card.shadowRoot.querySelector('a[target="_blank"]')).toBeNull();
    });
});

describe('structure', () => {
    it('names every section, and lists are lists', async () => {
        const card = await drawn(makeAccount());
        expect(all(card, 'section').every((one) => one.getAttribute('aria-labelledby'))).toBe(true);
        expect(all(card, 'svg').every((one) => one.closest('[aria-hidden="true"]'))).toBe(true);
        expect(all(card, 'th').every((one) => one.getAttribute('scope') === 'row')).toBe(true);
    });

    it('waits in words', async () => {
        expect(textOf(await drawn(null, null))).toContain('Loading');
    });
});
