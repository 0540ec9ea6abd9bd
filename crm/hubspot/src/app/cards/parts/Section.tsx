/** A part of the card: under a heading where there is room, folded away in a narrow column. */
import type { ReactNode } from 'react';
import { Accordion, Flex, Heading } from '@hubspot/ui-extensions';

export interface SectionProps {
    title: string;
    narrow: boolean;
    children: ReactNode;
}

export function Section({ title, narrow, children }: SectionProps) {
    const body = (
        <Flex direction="column" gap="sm">
            {children}
        </Flex>
    );
    if (narrow) {
        return (
            <Accordion title={title} size="small">
                {body}
            </Accordion>
        );
    }
    return (
        <Flex direction="column" gap="sm">
            <Heading>{title}</Heading>
            {body}
        </Flex>
    );
}
