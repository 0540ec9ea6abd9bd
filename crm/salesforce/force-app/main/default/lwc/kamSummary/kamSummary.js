import { LightningElement, api, wire } from 'lwc';
import FORM_FACTOR from '@salesforce/client/formFactor';
import LANGUAGE from '@salesforce/i18n/lang';
import LOCALE from '@salesforce/i18n/locale';
import { NavigationMixin } from 'lightning/navigation';
import { getRecord, getRecords } from 'lightning/uiRecordApi';

import { ACCOUNT_FIELDS, ownValues } from './fields';
import { wordsFor } from './labels';
import { namedRecords, readSummary } from './summary';
import { viewOf } from './view';
import { Wording } from './wording';

/** How many records one request of names may hold (UI API, records/batch: 200). */
const NAMES_AT_ONCE = 200;

/** The summary of a key account on its record page: reads fields, calls nobody. */
export default class KamSummary extends NavigationMixin(LightningElement) {
    @api recordId;

    words = wordsFor(LANGUAGE);
    fields = ACCOUNT_FIELDS;
    asked = ['Account.Name'];
    state = 'loading';
    nameRequest;
    asList = FORM_FACTOR === 'Small';

    values = {};
    summary = null;
    problem = null;
    names = {};

    /** The account, with those of our fields that the viewer may read. */
    @wire(getRecord, { recordId: '$recordId', fields: '$asked', optionalFields: '$fields' })
    accountArrived({ data, error }) {
        if (error) {
            this.state = 'unreadable';
        } else if (data) {
            this.show(ownValues(data));
        }
    }

    /** Names of the people, as the viewer may see them: whoever is hidden stays unnamed. */
    @wire(getRecords, { records: '$nameRequest' })
    namesArrived({ data }) {
        if (data) {
            this.names = namesIn(data.results);
        }
    }

    show(values) {
        this.values = values;
        this.summary = null;
        this.problem = null;
        if (!Object.keys(values).length) {
            this.state = 'noAccess';
            return;
        }
        if (Object.values(values).every((value) => value === null)) {
            this.state = 'empty';
            return;
        }
        this.readDocument();
        this.state = 'ready';
        this.nameRequest = this.summary ? requestFor(namedRecords(this.summary)) : undefined;
    }

    readDocument() {
        if (this.values.Summary_JSON === undefined) {
            this.problem = 'hidden';
        } else if (this.values.Summary_JSON !== null) {
            Object.assign(this, readSummary(this.values.Summary_JSON));
        }
    }

    get view() {
        return viewOf({
            values: this.values,
            summary: this.summary,
            problem: this.problem,
            wording: new Wording(this.words, LOCALE, this.names),
            today: new Date()
        });
    }

    get isLoading() {
        return this.state === 'loading';
    }

    get isReady() {
        return this.state === 'ready';
    }

    /** Title and text instead of the summary, when there is none to show. */
    get instead() {
        const words = this.words;
        return {
            empty: { title: words.empty, text: words.emptyText },
            noAccess: { title: words.noAccess, text: words.noAccessText },
            unreadable: { title: words.unreadable, text: words.unreadableText }
        }[this.state];
    }

    get showsMap() {
        return !this.asList;
    }

    get mapPressed() {
        return String(!this.asList);
    }

    get listPressed() {
        return String(this.asList);
    }

    showMap() {
        this.asList = false;
    }

    showList() {
        this.asList = true;
    }

    openRecord(event) {
        event.preventDefault();
        this[NavigationMixin.Navigate]({
            type: 'standard__recordPage',
            attributes: { recordId: event.currentTarget.dataset.id, actionName: 'view' }
        });
    }
}

/** What to ask of the UI API for these ids; undefined when there is nobody to name. */
function requestFor({ contacts, users, opportunities }) {
    const groups = [
        { recordIds: contacts, fields: ['Contact.Name'] },
        { recordIds: users, fields: ['User.Name'] },
        { recordIds: opportunities, fields: ['Opportunity.Name'] }
    ];
    let room = NAMES_AT_ONCE;
    const records = [];
    for (const group of groups) {
        const recordIds = group.recordIds.slice(0, room);
        room -= recordIds.length;
        if (recordIds.length) {
            records.push({ ...group, recordIds });
        }
    }
    return records.length ? records : undefined;
}

function namesIn(results) {
    const names = {};
    for (const { statusCode, result } of results ?? []) {
        const name = result?.fields?.Name?.value;
        if (statusCode === 200 && name) {
            names[result.id] = { name };
        }
    }
    return names;
}
