// jsforce, a client that knows nothing of us, uses the sandbox as it would an org.
import { readFileSync } from 'node:fs';
import { createSign } from 'node:crypto';
import jsforce from 'jsforce';
import { input, Report } from './lib.mjs';

const { url, clientId, clientSecret, keyFile } = input();
const report = new Report();
const version = '66.0';

function oauth2() {
  return new jsforce.OAuth2({ loginUrl: url, clientId, clientSecret });
}

async function signIn() {
  const client = new jsforce.Connection({ instanceUrl: url, oauth2: oauth2(), version });
  const user = await client.authorize({ grant_type: 'client_credentials' });
  const identity = await client.identity();
  report.tell('signIn', { user, identity: identity.organization_id, instance: client.instanceUrl });
  return client;
}

async function signInByKey() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: clientId, sub: 'kam@sandbox.example', aud: 'https://login.salesforce.com' };
  const exp = Math.floor(Date.now() / 1000) + 180;
  const unsigned = `${part({ alg: 'RS256' })}.${part({ ...claims, exp })}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(readFileSync(keyFile), 'base64url');
  const client = new jsforce.Connection({ instanceUrl: url, oauth2: oauth2(), version });
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const user = await client.authorize({ grant_type: grant, assertion: `${unsigned}.${signature}` });
  report.tell('key', { user: user.id, refresh: Boolean(client.refreshToken) });
}

async function refreshes() {
  const client = new jsforce.Connection({
    instanceUrl: url,
    oauth2: oauth2(),
    accessToken: 'expired',
    refreshToken: 'sandbox-refresh-0',
    version,
  });
  let renewed = 0;
  client.on('refresh', () => (renewed += 1));
  const found = await client.query('SELECT Id FROM Organization');
  report.tell('refresh', { renewed, found: found.totalSize });
}

async function reads(client) {
  const soql = 'SELECT Id, Name, Account.Name FROM Contact';
  const { records: all } = await client.query(soql, { autoFetch: true, maxFetch: 10_000 });
  const first = await client.query('SELECT Id FROM Contact');
  report.tell('query', {
    rows: all.length,
    distinct: new Set(all.map((row) => row.Id)).size,
    parents: all.filter((row) => row.Account).length,
    total: first.totalSize,
    done: first.done,
    locator: first.nextRecordsUrl?.split('/').pop().slice(0, 3),
  });
  const nested = await client.query(
    "SELECT Name, (SELECT LastName FROM Contacts LIMIT 2) FROM Account WHERE Name = 'Parent'",
  );
  report.tell('children', nested.records[0].Contacts.records.length);
  const groups = await client.query(
    'SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId HAVING COUNT(Id) > 1',
  );
  report.tell('groups', groups.records.map((row) => row.n));
  const found = await client.sobject('Contact').find({ LastName: 'C0007' }, 'Id, LastName');
  report.tell('find', found.length);
}

async function describes(client) {
  const global = await client.describeGlobal();
  const account = await client.sobject('Account').describe();
  const limits = await client.limits();
  report.tell('describe', {
    objects: global.sobjects.map((object) => object.name),
    fields: account.fields.length,
    children: account.childRelationships.map((child) => child.relationshipName).filter(Boolean),
    max: limits.DailyApiRequests.Max,
    used: client.limitInfo?.apiUsage?.used,
  });
}

async function writes(client) {
  const account = client.sobject('Account');
  const made = await account.create({ Name: 'Made by jsforce' });
  await account.update({ Id: made.id, Site: 'Lyon' });
  const read = await account.retrieve(made.id);
  const removed = await account.destroy(made.id);
  report.tell('row', { site: read.Site, created: made.success, removed: removed.success });
  const rows = Array.from({ length: 250 }, (_, n) => ({ KAM_Key__c: `j${n}`, Subject: `S${n}` }));
  const options = { allowRecursive: true };
  const first = await client.sobject('Task').upsert(rows, 'KAM_Key__c', options);
  const second = await client.sobject('Task').upsert(rows, 'KAM_Key__c', options);
  report.tell('collections', {
    created: first.filter((row) => row.success && row.created).length,
    updated: second.filter((row) => row.success && !row.created).length,
  });
  const mixed = await client
    .sobject('Account')
    .create([{ Name: 'Good' }, { Site: 'nameless' }], { allOrNone: false });
  report.tell('mixed', mixed.map((row) => row.success || row.errors[0].statusCode));
  await report.error('noKey', () => client.sobject('Account').upsert({ Name: 'x' }, 'Nope__c'));
  const one = await client.sobject('Task').upsert({ KAM_Key__c: 'j0', Subject: 'Once' }, 'KAM_Key__c');
  report.tell('upsertOne', one.created ?? null);
}

async function deletes(client) {
  const account = client.sobject('Account');
  const { id } = await account.create({ Name: 'Gone' });
  const before = new Date(Date.parse(await worldNow()) - 3_600_000).toISOString();
  const after = new Date(Date.parse(await worldNow()) + 3_600_000).toISOString();
  const updated = await account.updated(before, after);
  await account.destroy(id);
  const soql = `SELECT Id, IsDeleted FROM Account WHERE Id = '${id}'`;
  const seen = await client.query(soql);
  const all = await client.query(soql, { scanAll: true });
  const deleted = await account.deleted(before, after);
  const collected = await account.create([{ Name: 'One' }, { Name: 'Two' }]);
  const removed = await account.destroy(collected.map((row) => row.id));
  report.tell('deletes', {
    updated: updated.ids.includes(id),
    seen: seen.totalSize,
    all: all.records.map((row) => row.IsDeleted),
    deleted: deleted.deletedRecords.some((row) => row.id === id),
    removed: removed.map((row) => row.success),
  });
}

async function worldNow() {
  const answer = await fetch(`${url}/_sandbox/clock`);
  return (await answer.json()).now;
}

async function composes(client) {
  const account = client.sobject('Account');
  const { id } = await account.create({ Name: 'Shared' });
  const path = `/services/data/v${version}/sobjects/Account/${id}`;
  const patch = (referenceId, since) => ({
    method: 'PATCH',
    url: path,
    referenceId,
    body: { Site: referenceId },
    httpHeaders: { 'If-Unmodified-Since': since },
  });
  const now = new Date(Date.parse(await worldNow()) + 60_000).toUTCString();
  const told = await client.requestPost(`/services/data/v${version}/composite`, {
    compositeRequest: [
      patch('early', 'Sat, 01 Nov 2025 06:00:00 GMT'),
      patch('late', now),
      { method: 'GET', url: `${path}?fields=Site`, referenceId: 'read' },
    ],
  });
  const parts = told.compositeResponse;
  report.tell('composite', {
    statuses: parts.map((part) => part.httpStatusCode),
    site: parts[2].body.Site,
  });
}

async function bulk(client) {
  client.bulk2.pollInterval = 20;
  client.bulk2.pollTimeout = 20_000;
  const stream = await client.bulk2.query('SELECT Id, LastName FROM Contact');
  const read = await stream.toArray();
  report.tell('bulkQuery', { rows: read.length, name: typeof read[0].LastName });
  const rows = Array.from({ length: 300 }, (_, n) => ({ Name: `Bulk ${n}`, Site: 'é "x"' }));
  rows.push({ Name: '', Site: 'refused' });
  const loaded = await client.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'insert',
    input: rows,
  });
  report.tell('bulkLoad', {
    good: loaded.successfulResults.length,
    error: loaded.failedResults[0].sf__Error,
    left: loaded.unprocessedRecords.length,
    site: loaded.successfulResults[0].Site,
  });
  const keyed = await client.bulk2.loadAndWaitForResults({
    object: 'Task',
    operation: 'upsert',
    externalIdFieldName: 'KAM_Key__c',
    input: [{ KAM_Key__c: 'j1', Subject: 'Changed' }, { KAM_Key__c: 'new', Subject: 'New' }],
  });
  report.tell('bulkUpsert', keyed.successfulResults.map((row) => row.sf__Created));
  const [first, second] = loaded.successfulResults.map((row) => row.sf__Id);
  const load = (operation, input) =>
    client.bulk2.loadAndWaitForResults({ object: 'Account', operation, input });
  const changed = await load('update', [
    { Id: first, Site: '#N/A' },
    { Id: second, Site: 'Lyon' },
  ]);
  const read2 = await client.query(`SELECT Site FROM Account WHERE Id IN ('${first}', '${second}')`);
  const gone = await load('delete', [{ Id: first }, { Id: '001000000000000AAA' }]);
  report.tell('bulkChange', {
    changed: changed.successfulResults.length,
    sites: read2.records.map((row) => row.Site),
    gone: gone.successfulResults.length,
    missing: gone.failedResults[0].sf__Error.split(':')[0],
  });
}

async function grouped(client) {
  await report.error('notGrouped', () =>
    client.query('SELECT COUNT(Id) FROM Account GROUP BY AnnualRevenue'),
  );
  await report.error('filtered', () =>
    client.query("SELECT Id FROM Account WHERE Description LIKE 'a%'"),
  );
}

async function errors(client) {
  await report.error('unknownField', () => client.query('SELECT Nope__c FROM Account'));
  await report.error('unknownObject', () => client.sobject('Nope__c').describe());
  await report.error('required', () => client.sobject('Account').create({ Site: 'x' }));
  await report.error('locator', () => client.queryMore('0r8000000000000AAA-2000'));
  const out = new jsforce.Connection({ instanceUrl: url, accessToken: 'wrong', version });
  await report.error('session', () => out.query('SELECT Id FROM Account'));
}

async function signInByBrowser() {
  const redirectUri = 'http://127.0.0.1:1717/callback';
  const app = { loginUrl: url, clientId, clientSecret, redirectUri, useVerifier: true };
  const browser = new jsforce.OAuth2(app);
  const page = await fetch(browser.getAuthorizationUrl({ scope: 'api' }), { redirect: 'manual' });
  const back = new URL(page.headers.get('location'));
  const client = new jsforce.Connection({ instanceUrl: url, oauth2: browser, version });
  const user = await client.authorize(back.searchParams.get('code'));
  report.tell('browser', { user: user.id, refresh: Boolean(client.refreshToken) });
}

async function signOut(client) {
  const { accessToken } = client;
  await client.logout();
  const out = new jsforce.Connection({ instanceUrl: url, accessToken, version });
  await report.error('afterLogout', () => out.query('SELECT Id FROM Account'));
}

const client = await signIn();
await refreshes();
await signInByKey();
await signInByBrowser();
await reads(client);
await describes(client);
await writes(client);
await deletes(client);
await composes(client);
await bulk(client);
await grouped(client);
await errors(client);
await signOut(client);
report.print();
