/** The summary of a key account on its company's record: reads properties, calls nobody. */
import { useMemo } from 'react';
import { AutoGrid, Flex, Link, Text, useExtensionContext } from '@hubspot/ui-extensions';
import { useCrmProperties } from '@hubspot/ui-extensions/crm';
import { readSummary } from '../logic/document';
import { areEmpty, COMPANY_PROPERTIES, type CompanyValues, valuesOf } from '../logic/properties';
import { namedRecords } from '../logic/records';
import { viewOf } from '../logic/view';
import { Wording } from '../logic/wording';
import { wordsFor, type Words } from '../logic/words';
import { Entries } from './Entries';
import { Empty, Loading, Unreadable } from './Instead';
import { Ledger } from './Ledger';
import { useNames } from './names';
import { Goals, People } from './People';
import { Section } from './Section';
import { Verdict } from './Verdict';

export function CompanySummary({ narrow = false }: { narrow?: boolean }) {
    const { user } = useExtensionContext<'crm.record.tab'>();
    const words = wordsFor(user.language ?? user.locale);
    const { properties, isLoading, error } = useCrmProperties([...COMPANY_PROPERTIES]);
    if (isLoading) {
        return <Loading label={words.title} />;
    }
    if (error) {
        return <Unreadable title={words.unreadable} text={words.unreadableText} />;
    }
    const values = valuesOf(COMPANY_PROPERTIES, properties);
    if (areEmpty(values)) {
        return <Empty title={words.empty} text={words.emptyText} />;
    }
    return <Written values={values} words={words} locale={user.locale} narrow={narrow} />;
}

interface WrittenProps {
    values: CompanyValues;
    words: Words;
    locale: string | undefined;
    narrow: boolean;
}

function Written({ values, words, locale, narrow }: WrittenProps) {
    const json = values.kam_summary_json;
    const { summary, problem } = useMemo(
        () => (json ? readSummary(json) : { summary: null, problem: null }),
        [json]
    );
    const named = useMemo(
        () => (summary ? namedRecords(summary) : { contacts: [], deals: [], owners: [] }),
        [summary]
    );
    const { names, finders } = useNames(named);
    const wording = new Wording(words, locale, names);
    const view = viewOf({ values, summary, problem, wording, today: new Date() });
    const shown = { words, narrow };
    return (
        <Flex direction="column" gap="md">
            {finders}
            <Verdict view={view} {...shown} />
            <AutoGrid columnWidth={260} flexible={true} gap="md">
                <Entries title={words.actions} entries={view.actions} none={words.noActions} />
                <Entries title={words.risks} entries={view.risks} none={words.noRisks} />
            </AutoGrid>
            {view.ledger ? <Ledger ledger={view.ledger} {...shown} /> : null}
            {view.people ? <People people={view.people} {...shown} /> : null}
            {view.goals.length ? <Goals goals={view.goals} {...shown} /> : null}
            {view.data.length ? (
                <Section title={words.dataCoverage} narrow={narrow}>
                    {view.data.map((line) => (
                        <Text key={line} variant="microcopy">
                            {line}
                        </Text>
                    ))}
                </Section>
            ) : null}
            {view.planUrl ? (
                <Link href={{ url: view.planUrl, external: true }}>{words.openPlan}</Link>
            ) : null}
        </Flex>
    );
}
