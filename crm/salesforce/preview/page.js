/** Put the card on a page and give it one account's fields. */
import { createElement } from 'lwc';
import KamSummary from 'c/kamSummary';

const card = createElement('c-kam-summary', { is: KamSummary });
card.recordId = globalThis.kamPreview.recordId;
document.getElementById('card').appendChild(card);
