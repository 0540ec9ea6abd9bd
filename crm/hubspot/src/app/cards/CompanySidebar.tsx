/** The card in the sidebar of a company's record. */
import { hubspot } from '@hubspot/ui-extensions';
import { CompanySummary } from './parts/CompanySummary';

hubspot.extend<'crm.record.sidebar'>(() => <CompanySummary narrow={true} />);
