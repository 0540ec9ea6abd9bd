// HubSpot's own Node client, which knows nothing of us, uses the sandbox as it would a portal.
import { Client } from '@hubspot/api-client';
import { input, Report } from './lib.mjs';

const { url, token, developerKey, appId, refreshToken } = input();
const report = new Report();
const client = new Client({ accessToken: token, basePath: url, numberOfApiCallRetries: 3 });
const { crm } = client;

/** Note what a refused call says. */
async function refused(name, call) {
  try {
    await call();
    report.tell(name, null);
  } catch (error) {
    const { category, correlationId } = error.body ?? {};
    report.tell(name, { code: error.code, category, correlated: Boolean(correlationId) });
  }
}

async function lists() {
  const all = await crm.companies.getAll(100, undefined, ['name', 'domain']);
  const page = await crm.companies.basicApi.getPage(10);
  report.tell('list', {
    rows: all.length,
    distinct: new Set(all.map((row) => row.id)).size,
    more: Boolean(page.paging?.next?.after),
    created: all[0].createdAt instanceof Date,
    domain: all[0].properties.domain,
  });
  const owners = await crm.owners.ownersApi.getPage();
  report.tell('owners', owners.results.map((owner) => [owner.email, owner.type]));
  const pipelines = await crm.pipelines.pipelinesApi.getAll('deals');
  const won = pipelines.results[0].stages.filter((stage) => stage.metadata.probability === '1.0');
  report.tell('pipelines', { count: pipelines.results.length, won: won.map((stage) => stage.id) });
}

async function searches() {
  const filters = [{ propertyName: 'name', operator: 'CONTAINS_TOKEN', value: 'C00*' }];
  const sorts = [{ propertyName: 'hs_object_id', direction: 'DESCENDING' }];
  const found = await crm.companies.searchApi.doSearch({
    filterGroups: [{ filters }],
    sorts,
    properties: ['name'],
    limit: 3,
    after: '0',
  });
  report.tell('search', {
    total: found.total,
    names: found.results.map((row) => row.properties.name),
    after: found.paging?.next?.after,
  });
}

async function batches() {
  const { results } = await crm.companies.basicApi.getPage(2);
  const read = await crm.companies.batchApi.read({
    inputs: [...results.map(({ id }) => ({ id })), { id: '1' }],
    properties: ['name'],
    propertiesWithHistory: [],
  });
  report.tell('batchRead', {
    found: read.results.length,
    errors: read.numErrors,
    missing: read.errors?.[0]?.context?.ids,
  });
  const inputs = ['a', 'b'].map((name) => ({
    id: `${name}@judge.example`,
    idProperty: 'email',
    properties: { firstname: name },
    objectWriteTraceId: `trace-${name}`,
  }));
  const first = await crm.contacts.batchApi.upsert({ inputs });
  const second = await crm.contacts.batchApi.upsert({ inputs });
  report.tell('upsert', {
    status: first.status,
    fresh: first.results.map((row) => row._new),
    again: second.results.map((row) => row._new),
    same: first.results[0].id === second.results[0].id,
    traces: first.results.map((row) => row.objectWriteTraceId),
  });
  return first.results.map((row) => row.id);
}

async function records(people) {
  const made = await crm.companies.basicApi.create({
    properties: { name: 'Made by Node', numberofemployees: '12' },
    associations: [
      {
        to: { id: people[0] },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 2 }],
      },
    ],
  });
  const changed = await crm.companies.basicApi.update(made.id, { properties: { city: 'Lyon' } });
  const other = await crm.companies.basicApi.create({ properties: { name: 'Twin' }, associations: [] });
  const merged = await crm.companies.basicApi.merge({
    primaryObjectId: made.id,
    objectIdToMerge: other.id,
  });
  const old = await crm.companies.basicApi.getById(other.id, ['hs_merged_object_ids']);
  await crm.companies.basicApi.archive(merged.id);
  report.tell('record', {
    city: changed.properties.city,
    fresh: ![made.id, other.id].includes(merged.id),
    survivor: old.id === merged.id,
    merged: old.properties.hs_merged_object_ids.split(';').length,
  });
  await refused('archived', () => crm.companies.basicApi.getById(merged.id));
}

async function links(people) {
  const { results } = await crm.companies.basicApi.getPage(1);
  const definition = { name: 'judge_of', label: 'Judge of', inverseLabel: 'Judged by' };
  const labels = await crm.associations.v4.schema.definitionsApi.create(
    'contacts',
    'contacts',
    definition,
  );
  const typeId = labels.results.find((one) => one.label === 'Judge of').typeId;
  const types = [{ associationCategory: 'USER_DEFINED', associationTypeId: typeId }];
  const link = { _from: { id: people[0] }, to: { id: people[1] }, types };
  await crm.associations.v4.batchApi.create('contacts', 'contacts', { inputs: [link] });
  await crm.associations.v4.basicApi.createDefault('contact', people[0], 'company', results[0].id);
  const there = await crm.associations.v4.batchApi.getPage('contacts', 'contacts', {
    inputs: [{ id: people[0] }],
  });
  const back = await crm.associations.v4.batchApi.getPage('contacts', 'contacts', {
    inputs: [{ id: people[1] }],
  });
  const shown = ({ results: [one] }) => one.to[0].associationTypes.map((type) => type.label);
  const all = await crm.associations.v4.schema.definitionsApi.getAll('contacts', 'contacts');
  report.tell('labels', { there: shown(there), back: shown(back), known: all.results.length });
}

async function schemas() {
  await crm.properties.groupsApi.create('companies', { name: 'judge', label: 'Judge', displayOrder: 1 });
  const made = await crm.properties.coreApi.create('companies', {
    name: 'judge_level',
    label: 'Level',
    type: 'enumeration',
    fieldType: 'select',
    groupName: 'judge',
    options: ['low', 'high'].map((value, displayOrder) => ({
      value,
      label: value,
      displayOrder,
      hidden: false,
    })),
  });
  const read = await crm.properties.batchApi.read('companies', {
    archived: false,
    inputs: [{ name: 'judge_level' }, { name: 'nope' }],
  });
  const all = await crm.properties.coreApi.getAll('companies');
  report.tell('properties', {
    options: made.options.length,
    read: read.results.length,
    errors: read.numErrors,
    known: all.results.length > 30,
  });
}

async function errors() {
  const { basicApi } = crm.companies;
  await refused('missing', () => basicApi.getById('1'));
  await refused('invalid', () =>
    basicApi.create({ properties: { name: 'x', lifecyclestage: 'odd' }, associations: [] }),
  );
  await refused('readOnly', () =>
    basicApi.create({ properties: { name: 'x', createdate: '0' }, associations: [] }),
  );
  const stranger = new Client({ accessToken: 'pat-other', basePath: url });
  await refused('stranger', () => stranger.crm.companies.basicApi.getPage());
}

async function app() {
  const open = new Client({ basePath: url, developerApiKey: developerKey });
  const tokens = await open.oauth.tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    'sandbox',
    'sandbox',
    refreshToken,
  );
  const signed = new Client({ accessToken: tokens.accessToken, basePath: url });
  const page = await signed.crm.contacts.basicApi.getPage(1);
  const made = await open.webhooks.subscriptionsApi.create(appId, {
    eventType: 'company.creation',
    active: true,
  });
  report.tell('app', { expires: tokens.expiresIn, rows: page.results.length, event: made.eventType });
}

await lists();
await searches();
const people = await batches();
await records(people);
await links(people);
await schemas();
await errors();
await app();
report.print();
