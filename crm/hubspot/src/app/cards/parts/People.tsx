/** The people, how warm each tie is, who covers whom; and how far we are with each role. */
import {
    Flex,
    Inline,
    Table,
    TableBody,
    TableCell,
    TableHead,
    TableHeader,
    TableRow,
    Text
} from '@hubspot/ui-extensions';
import { CrmActionLink } from '@hubspot/ui-extensions/crm';
import type { PersonEntry } from '../logic/people';
import type { GoalEntry } from '../logic/view';
import type { Words } from '../logic/words';
import { Section } from './Section';

/** HubSpot's number for contacts. */
const CONTACT = '0-1';

export interface PeopleProps {
    people: PersonEntry[];
    words: Words;
    narrow: boolean;
}

export function People({ people, words, narrow }: PeopleProps) {
    return (
        <Section title={words.people} narrow={narrow}>
            {people.length ? (
                <Table density="condensed" flush={true} bordered={false}>
                    <TableHead>
                        <TableRow>
                            <TableHeader>{words.person}</TableHeader>
                            <TableHeader>{words.warmth}</TableHeader>
                        </TableRow>
                    </TableHead>
                    <TableBody>
                        {people.map((person) => (
                            <PersonRow key={person.key} person={person} />
                        ))}
                    </TableBody>
                </Table>
            ) : (
                <Text variant="microcopy">{words.noPeople}</Text>
            )}
        </Section>
    );
}

function PersonRow({ person }: { person: PersonEntry }) {
    return (
        <TableRow>
            <TableCell>
                <Flex direction="column" gap="flush">
                    <PersonName person={person} />
                    <Text variant="microcopy">{person.role}</Text>
                </Flex>
            </TableCell>
            <TableCell>
                <Flex direction="column" gap="flush">
                    <Text>{[person.dots, person.warmth].filter(Boolean).join(' ')}</Text>
                    <Text variant="microcopy">{person.covered}</Text>
                </Flex>
            </TableCell>
        </TableRow>
    );
}

/** A name opens the contact beside the record; a role in its place opens nothing. */
function PersonName({ person }: { person: PersonEntry }) {
    if (person.opens === null) {
        return <Text format={{ italic: true }}>{person.name}</Text>;
    }
    return (
        <CrmActionLink
            actionType="PREVIEW_OBJECT"
            actionContext={{ objectTypeId: CONTACT, objectId: Number(person.opens) }}
        >
            {person.name}
        </CrmActionLink>
    );
}

export interface GoalsProps {
    goals: GoalEntry[];
    words: Words;
    narrow: boolean;
}

export function Goals({ goals, words, narrow }: GoalsProps) {
    return (
        <Section title={words.goals} narrow={narrow}>
            {goals.map((goal) => (
                <Inline key={goal.key} gap="sm" align="baseline">
                    <Text inline={true}>{goal.dots}</Text>
                    <Text inline={true} format={{ fontWeight: 'demibold' }}>
                        {goal.role}
                    </Text>
                    <Text inline={true} variant="microcopy">
                        {goal.note}
                    </Text>
                </Inline>
            ))}
        </Section>
    );
}
