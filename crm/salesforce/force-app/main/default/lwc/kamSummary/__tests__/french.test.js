import { createElement } from 'lwc';
import KamSummary from 'c/kamSummary';
import { getRecord, getRecords } from 'lightning/uiRecordApi';

import { INES, makeAccount, makeNames, withoutId } from './fixtures';

jest.mock('@salesforce/i18n/lang', () => ({ __esModule: true, default: 'fr' }), { virtual: true });
jest.mock('@salesforce/i18n/locale', () => ({ __esModule: true, default: 'fr-FR' }), { virtual: true });
jest.mock('@salesforce/client/formFactor', () => ({ __esModule: true, default: 'Small' }), { virtual: true });

async function drawn(account) {
    const card = createElement('c-kam-summary', { is: KamSummary });
    card.recordId = '001KS00000002bJYAQ';
    document.body.replaceChildren(card);
    getRecord.emit(account);
    await Promise.resolve();
    getRecords.emit(makeNames());
    await Promise.resolve();
    return card;
}

const textOf = (card) => card.shadowRoot.textContent.replace(/\s+/g, ' ');

it('a French user on a phone reads French, and the people as a list', async () => {
    const card = await drawn(makeAccount());
    expect(textOf(card)).toContain('Rencontrer Inès Roy');
    expect(textOf(card)).toContain('Le sponsor est parti le 18 nov. 2026');
    expect(textOf(card)).toContain('Suivi par Camille Martin (en sommeil)');
    expect(card.shadowRoot.querySelector('svg.ties')).toBeNull();
});

it('somebody of another system has a role and a warmth in French', async () => {
    const card = await drawn(makeAccount({ KAM_Summary_JSON__c: withoutId(INES) }));
    expect(textOf(card)).toContain('Rencontrer le décideur (connu dans un autre système)');
    expect(textOf(card)).toContain('Dans un autre système · pas d’échange enregistré');
    expect(textOf(card)).not.toContain('another system');
});
