/** The people of an account: who covers whom, how warm; as a list and as a map. */
import { filled } from './labels';
import { sentenceCase } from './wording';

/** How warm a tie is, from 0 (no contact) to 4; it decides width and dash of its line. */
const WARMTH = { trusted: 4, strong: 4, developing: 3, weak: 2, dormant: 1 };

/** How many people a map shows: more would hide who matters. */
const MAP_PEOPLE = 8;

/** Height of one person's place on the map, in pixels; the style sheet uses the same. */
export const ROW = 60;

const warmthOf = (band) => WARMTH[band] ?? 0;

/** Return the people as list entries, warmest first, each with who covers them. */
export function peopleOf(detail, wording) {
    const words = wording.words;
    return detail.people.map((person, index) => {
        const covers = detail.covers.filter((one) => one.place === index);
        return {
            key: `person-${index}`,
            id: person.id,
            name: nameOf(person, wording),
            linked: Boolean(person.id && wording.names[person.id]),
            band: person.left || !warmthOf(person.band) ? null : (words.bands[person.band] ?? person.band),
            steps: stepsOf(warmthOf(person.band)),
            note: notes(person, wording, [stateOf(person, wording)]),
            listNote: notes(person, wording, [listState(person, wording)]),
            left: Boolean(person.left),
            nodeClass: `node${person.left ? ' node-left' : ''}${wording.unnamed(person.id) ? ' node-unnamed' : ''}`,
            nameClass: wording.unnamed(person.id) ? 'unnamed' : '',
            covers,
            covered: coveredWords(covers, wording, Boolean(person.left))
        };
    });
}

/** Return the map: our people left, theirs right, lines between; null when there is none. */
export function mapOf(people, wording) {
    const theirs = people.slice(0, MAP_PEOPLE);
    const ours = coverers(theirs);
    if (!theirs.length) {
        return null;
    }
    const height = Math.max(theirs.length, ours.length) * ROW;
    const place = (index, count) => (height * (index + 0.5)) / count;
    const lines = theirs.flatMap((person, at) =>
        person.covers.map((one) => {
            const from = place(ours.indexOf(one.user), ours.length);
            const to = place(at, theirs.length);
            return {
                key: `line-${at}-${one.user}`,
                path: `M0 ${from} C50 ${from} 50 ${to} 100 ${to}`,
                lineClass: person.left ? 'tie tie-left' : `tie tie-${warmthOf(one.band)}`
            };
        })
    );
    const more = people.length - theirs.length;
    return {
        theirs,
        ours: ours.map((id) => ({ key: `user-${id}`, id, name: wording.colleague(id) })),
        lines,
        unanswered: wording.words.bands['known, not connected'],
        frame: `0 0 100 ${height}`,
        style: `height: ${height}px`,
        label: filled(wording.words.mapLabel, {
            ties: lines.length,
            ours: ours.length,
            theirs: theirs.length
        }),
        more: more > 0 ? filled(wording.words.morePeople, { count: more }) : null
    };
}

/** Our people behind these ties, in the order that crosses fewest lines: by mean place. */
function coverers(theirs) {
    const places = new Map();
    theirs.forEach((person, at) => {
        for (const { user } of person.covers) {
            places.set(user, [...(places.get(user) ?? []), at]);
        }
    });
    const mean = (user) => places.get(user).reduce((a, b) => a + b) / places.get(user).length;
    return [...places.keys()].sort((a, b) => mean(a) - mean(b));
}

const roleOf = (person, words) => words.roles[person.role] ?? words.roles.other;

/** The name; without one the role stands in its place. */
function nameOf(person, wording) {
    return wording.names[person.id]?.name ?? roleOf(person, wording.words);
}

/** The role (or why its holder is not named), then how things stand. */
function notes(person, wording, more) {
    const said = [wording.unnamed(person.id) ?? roleOf(person, wording.words), ...more];
    return sentenceCase(said.filter(Boolean).join(' · '));
}

/** How warm the tie is, or that the person has left. */
function stateOf(person, wording) {
    return leftWords(person.left, wording) ?? wording.words.bands[person.band] ?? person.band;
}

/** The same for the list, which shows warmth by its meter. */
function listState(person, wording) {
    return person.left || !warmthOf(person.band) ? stateOf(person, wording) : null;
}

function coveredWords(covers, wording, left) {
    const words = wording.words;
    if (!covers.length) {
        return words.notCovered;
    }
    if (left) {
        return `${words.wasCoveredBy} ${covers.map((one) => wording.colleague(one.user)).join(', ')}`;
    }
    const who = covers.map(
        (one) => `${wording.colleague(one.user)} (${words.bands[one.band] ?? one.band})`
    );
    return `${words.coveredBy} ${who.join(', ')}`;
}

function leftWords(left, wording) {
    if (!left) {
        return null;
    }
    return left === true
        ? wording.words.leftUndated
        : filled(wording.words.left, { date: wording.date(left) });
}

function stepsOf(warmth) {
    return [1, 2, 3, 4].map((step) => ({
        key: `step-${step}`,
        stepClass: step <= warmth ? 'step step-on' : 'step'
    }));
}
