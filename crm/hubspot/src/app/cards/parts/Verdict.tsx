/** How the account stands: health in a number and a word, what limits it, the main facts. */
import {
    Alert,
    DescriptionList,
    DescriptionListItem,
    Flex,
    Heading,
    Inline,
    StatusTag,
    Text
} from '@hubspot/ui-extensions';
import type { View } from '../logic/view';
import type { Words } from '../logic/words';

export interface VerdictProps {
    view: View;
    words: Words;
    narrow: boolean;
}

export function Verdict({ view, words, narrow }: VerdictProps) {
    const { verdict } = view;
    const score = verdict.score === null ? '' : ` ${verdict.score} / 100`;
    return (
        <Flex direction="column" gap="sm">
            <Flex justify="between" align="center" wrap="wrap" gap="sm">
                <Inline gap="sm" align="center">
                    <Heading inline={true}>{`${words.health}${score}`}</Heading>
                    <StatusTag variant={verdict.tone} hollow={verdict.tone === 'default'}>
                        {verdict.band}
                    </StatusTag>
                </Inline>
                <Text variant="microcopy">{view.asOf}</Text>
            </Flex>
            {view.stale ? <Alert title={view.stale} variant="warning" /> : null}
            {view.notice ? <Alert title={view.notice} variant="info" /> : null}
            {view.caps.length ? (
                <Alert title={words.capLead} variant="danger">
                    {view.caps.map((cap) => (
                        <Text key={cap}>{cap}</Text>
                    ))}
                </Alert>
            ) : null}
            <Facts facts={view.facts} narrow={narrow} />
        </Flex>
    );
}

/** Side by side where there is room; one to a line in a narrow column. */
function Facts({ facts, narrow }: { facts: View['facts']; narrow: boolean }) {
    if (narrow) {
        return (
            <Flex direction="column" gap="xs">
                {facts.map((fact) => (
                    <Flex key={fact.key} justify="between" align="baseline" gap="sm">
                        <Text variant="microcopy">{fact.label}</Text>
                        <Text>{fact.value}</Text>
                    </Flex>
                ))}
            </Flex>
        );
    }
    return (
        <DescriptionList direction="row">
            {facts.map((fact) => (
                <DescriptionListItem key={fact.key} label={fact.label}>
                    <Text>{fact.value}</Text>
                </DescriptionListItem>
            ))}
        </DescriptionList>
    );
}
