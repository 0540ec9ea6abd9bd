// Parses every statement it is given with a grammar that is not ours.
import { parseQuery } from '@jetstreamapp/soql-parser-js';
import { input, Report } from './lib.mjs';

const report = new Report();
const refused = [];
const { statements } = input();
for (const soql of statements) {
  try {
    const tree = parseQuery(soql);
    const objects = tree.sObject;
    if (!objects) refused.push({ soql, message: 'no object' });
  } catch (error) {
    refused.push({ soql, message: error.message });
  }
}
report.tell('parsed', statements.length - refused.length);
report.tell('refused', refused);
report.print();
