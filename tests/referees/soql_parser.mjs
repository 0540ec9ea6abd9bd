// Parses every statement it is given with a grammar that is not ours.
import { parseQuery } from '@jetstreamapp/soql-parser-js';
import { input, Report } from './lib.mjs';

const report = new Report();
const refused = [];
const objects = new Set();
const { statements } = input();
for (const soql of statements) {
  try {
    objects.add(parseQuery(soql).sObject);
  } catch (error) {
    refused.push({ soql, message: error.message });
  }
}
report.tell('parsed', statements.length - refused.length);
report.tell('refused', refused);
report.tell('objects', [...objects]);
report.print();
