/** A person's part in decisions, and how warm the relationship with them is. */
import {
    DescriptionList,
    DescriptionListItem,
    Text,
    useExtensionContext
} from '@hubspot/ui-extensions';
import { useCrmProperties } from '@hubspot/ui-extensions/crm';
import { contactView } from '../logic/contact';
import { areEmpty, CONTACT_PROPERTIES, valuesOf } from '../logic/properties';
import { NO_NAMES, Wording } from '../logic/wording';
import { wordsFor } from '../logic/words';
import { Empty, Loading, Unreadable } from './Instead';

export function ContactSummary() {
    const { user } = useExtensionContext<'crm.record.sidebar'>();
    const words = wordsFor(user.language ?? user.locale);
    const { properties, isLoading, error } = useCrmProperties([...CONTACT_PROPERTIES]);
    if (isLoading) {
        return <Loading label={words.contactRole} />;
    }
    if (error) {
        return <Unreadable title={words.unreadable} text={words.unreadableText} />;
    }
    const values = valuesOf(CONTACT_PROPERTIES, properties);
    if (areEmpty(values)) {
        return <Empty title={words.contactEmpty} text={words.contactEmptyText} />;
    }
    const view = contactView(values, new Wording(words, user.locale, NO_NAMES));
    const strength = view.score && `${view.score} / 100`;
    return (
        <DescriptionList direction="column">
            <DescriptionListItem label={words.contactRole}>
                <Text>{view.role ?? words.roles.other}</Text>
            </DescriptionListItem>
            <DescriptionListItem label={words.contactStrength}>
                <Text>
                    {[view.dots, view.band, strength].filter(Boolean).join(' · ') ||
                        words.noStrength}
                </Text>
            </DescriptionListItem>
        </DescriptionList>
    );
}
