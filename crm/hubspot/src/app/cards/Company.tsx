/** The card in the middle of a company's record. */
import { hubspot } from '@hubspot/ui-extensions';
import { CompanySummary } from './parts/CompanySummary';

hubspot.extend<'crm.record.tab'>(() => <CompanySummary />);
