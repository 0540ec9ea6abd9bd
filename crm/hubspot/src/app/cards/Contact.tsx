/** The card in the sidebar of a contact's record. */
import { hubspot } from '@hubspot/ui-extensions';
import { ContactSummary } from './parts/ContactSummary';

hubspot.extend<'crm.record.sidebar'>(() => <ContactSummary />);
