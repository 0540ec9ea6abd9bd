import { createElement } from 'lwc';
import KamSummary from 'c/kamSummary';
import { getRecord, getRecords } from 'lightning/uiRecordApi';

import { makeAccount, makeNames } from './fixtures';

jest.mock('@salesforce/i18n/lang', () => ({ __esModule: true, default: 'fr' }), { virtual: true });
jest.mock('@salesforce/i18n/locale', () => ({ __esModule: true, default: 'fr-FR' }), { virtual: true });
jest.mock('@salesforce/client/formFactor', () => ({ __esModule: true, default: 'Small' }), { virtual: true });

it('a French user on a phone reads French, and the people as a list', async () => {
    const card = createElement('c-kam-summary', { is: KamSummary });
    card.recordId = '001KS00000002bJYAQ';
    document.body.appendChild(card);
    getRecord.emit(makeAccount());
    await Promise.resolve();
    getRecords.emit(makeNames());
    await Promise.resolve();
    const text = card.shadowRoot.textContent.replace(/\s+/g, ' ');
    expect(text).toContain('Rencontrer Inès Roy');
    expect(text).toContain('Le sponsor est parti le 18 nov. 2026');
    expect(text).toContain('Suivi par Camille Martin (en sommeil)');
    expect(card.shadowRoot.querySelector('svg.ties')).toBeNull();
});
