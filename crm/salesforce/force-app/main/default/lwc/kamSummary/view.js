/** What the card shows, decided from values alone: no clock, no wire, no document. */
import { filled } from './labels';
import { mapOf, peopleOf } from './people';
import { number } from './summary';
import { daysSince } from './wording';

/** Values are confirmed at least weekly; one more day may pass before a night has run. */
const STALE_AFTER_DAYS = 8;

const STAGES = ['identified', 'access', 'dialogue', 'supports'];
const SEVERITIES = ['critical', 'warning', 'info'];

/**
 * Return what to show of an account whose KAM values can be read.
 *
 * @param {object} values Field values by name; a field the viewer may not read is absent.
 * @param {object|null} summary The document, when it could be read.
 * @param {string|null} problem Why it could not: 'malformed', 'newer' or 'hidden'.
 * @param {Wording} wording Words, numbers, dates, names.
 * @param {Date} today The viewer's today.
 */
export function viewOf({ values, summary, problem, wording, today }) {
    const detail = summary?.detail ?? null;
    const people = detail ? peopleOf(detail, wording) : [];
    return {
        verdict: verdictOf(values, summary, wording),
        facts: factsOf(values, summary, wording),
        notice: noticeOf(problem, wording.words),
        stale: staleOf(values, wording, today),
        caps: summary ? capsOf(summary, wording) : [],
        actions: actionsOf(values, summary, wording, today),
        risks: risksOf(values, summary, wording),
        ledger: detail ? ledgerOf(detail, values, summary, wording) : null,
        goals: detail ? goalsOf(detail, wording) : [],
        people,
        map: mapOf(people, wording),
        data: summary ? dataOf(summary, wording) : [],
        noDetail: summary && !detail ? wording.words.noDetail : null,
        asOf: asOfWords(values, detail, wording),
        planUrl: safeUrl(values.Plan_URL)
    };
}

function verdictOf(values, summary, wording) {
    const words = wording.words;
    const band = values.Health_Band ?? summary?.band ?? 'insufficient_data';
    const score = band === 'insufficient_data' ? null : number(values.Health ?? summary?.health);
    return {
        band: words.band[band] ?? band,
        bandClass: `badge badge-${words.band[band] ? band : 'insufficient_data'}`,
        score: score === null ? null : wording.number(Math.round(score)),
        spoken: score === null ? null : words.outOf100
    };
}

function factsOf(values, summary, wording) {
    const words = wording.words;
    const phase = values.Phase?.toLowerCase() ?? summary?.phase;
    const relationship = number(values.Relationship ?? summary?.relationship);
    const coverage = number(values.Coverage ?? summary?.coverage);
    const risk = number(values.Renewal_Risk);
    const complete = number(values.Plan_Completeness);
    const nps = number(values.NPS);
    const facts = [
        ['phase', phase ? (words.phases[phase] ?? values.Phase ?? phase) : null],
        ['tier', values.Tier],
        ['relationship', relationship === null ? null : `${wording.number(relationship)} / 100`],
        ['coverage', coverage === null ? null : wording.share(coverage / 100)],
        ['nextReview', values.Next_Review ? wording.date(values.Next_Review) : null],
        ['renewalRisk', risk === null ? null : `${wording.number(risk)} / 100`],
        ['planCompleteness', complete === null ? null : wording.share(complete / 100)],
        ['nps', nps === null ? null : wording.signed(nps)]
    ];
    return facts
        .filter(([, value]) => value)
        .map(([key, value]) => ({ key, label: words[key], value }));
}

function noticeOf(problem, words) {
    if (!problem) {
        return null;
    }
    return { malformed: words.malformed, newer: words.newer, hidden: words.noDetailAccess }[problem];
}

function staleOf(values, wording, today) {
    const days = daysSince(values.As_Of, today);
    if (days === null || days <= STALE_AFTER_DAYS) {
        return null;
    }
    return filled(wording.words.stale, { date: wording.date(values.As_Of), days });
}

function capsOf(summary, wording) {
    const words = wording.words;
    const known = summary.capFacts.filter((cap) => words.caps[cap.key]);
    if (known.length < summary.capFacts.length || !known.length) {
        return summary.caps.map((text, at) => ({ key: `cap-${at}`, text }));
    }
    return known.map((cap, at) => {
        const said = cap.on
            ? filled(words.caps[cap.key], { on: wording.date(cap.on) })
            : words.capsUndated[cap.key];
        const renewal = cap.renewal
            ? filled(words.capRenewal, { renewal: wording.date(cap.renewal) })
            : '';
        return { key: `cap-${at}`, text: `${said}${renewal}.` };
    });
}

function actionsOf(values, summary, wording, today) {
    if (!summary) {
        return values.Next_Action
            ? [actionEntry('field', values.Next_Action, values.Next_Action_Due, null, wording, today)]
            : [];
    }
    return summary.actions.map((one, at) => {
        const known = wording.words.actionKinds[one.kind];
        const written = at === 0 ? values.Next_Action : null;
        const title = known ? wording.sentence(known, one) : (written ?? wording.words.otherAction);
        return actionEntry(one.id ?? at, title, one.due, one.severity, wording, today);
    });
}

function actionEntry(id, title, due, severity, wording, today) {
    const late = due ? daysSince(due, today) > 0 : false;
    return {
        key: `action-${id}`,
        title,
        due: due
            ? filled(late ? wording.words.overdue : wording.words.due, { date: wording.date(due) })
            : null,
        dueClass: late ? 'due due-late' : 'due',
        ...severityOf(severity, wording.words)
    };
}

function risksOf(values, summary, wording) {
    if (!summary) {
        return values.Risk
            ? [{ key: 'risk-field', text: values.Risk, ...severityOf(null, wording.words) }]
            : [];
    }
    return summary.signals.map((one, at) => {
        const known = wording.words.signalKinds[one.kind] ?? wording.words.otherSignal;
        return {
            key: `risk-${at}`,
            text: wording.sentence(known, one),
            since: one.on ? filled(wording.words.since, { date: wording.date(one.on) }) : null,
            ...severityOf(one.severity, wording.words)
        };
    });
}

/** Mark and word of a severity; neither where none is known. */
function severityOf(severity, words) {
    if (!severity) {
        return { severity: null, entryClass: 'entry entry-plain' };
    }
    const known = SEVERITIES.includes(severity) ? severity : 'info';
    return {
        severity: words.severities[known],
        severityClass: `mark mark-${known}`,
        entryClass: `entry entry-${known}`
    };
}

function ledgerOf(detail, values, summary, wording) {
    const words = wording.words;
    const label = (key) => words.families[key] ?? key.replace(/^.*\./, '').replaceAll('_', ' ');
    const scored = summary.band !== 'insufficient_data' && detail.ledger.length > 0;
    const rows = detail.ledger.map((line) => ledgerRow(line, label(line.key), wording));
    const total = detail.ledger.reduce((sum, one) => sum + one.points, 0);
    return {
        title: scored ? words.why : words.whyUnknown,
        rows: scored ? rows : [],
        scored,
        total: scored ? wording.number(total) : null,
        step: scored && isElsewhere(total, number(values.Health ?? summary.health)) ? words.stepNote : null,
        unknown: detail.unknown.map((key) => ({ key, label: label(key) })),
        hasUnknown: detail.unknown.length > 0,
        changed: changedWords(detail, wording),
        changes: detail.changes.map((one) => ({
            key: one.key,
            text: `${label(one.key)} ${wording.signed(one.points)}`
        })),
        hasChanges: scored && detail.changes.length > 0,
        reply:
            detail.reply && detail.reply.points !== null
                ? wording.sentence(
                      filled(words.reply, { points: wording.signed(detail.reply.points) }),
                      detail.reply
                  )
                : null
    };
}

/** Whether two numbers differ to a reader, who sees whole points. */
function isElsewhere(total, shown) {
    return shown !== null && Math.round(total) !== Math.round(shown);
}

function changedWords(detail, wording) {
    const words = wording.words;
    if (detail.before === null || !detail.beforeAsOf) {
        return words.changed;
    }
    const before = filled(words.before, {
        before: wording.number(detail.before),
        date: wording.date(detail.beforeAsOf)
    });
    return `${words.changed} (${before})`;
}

function ledgerRow(line, label, wording) {
    const limit = line.points < 0;
    const filledShare = limit ? Math.min(100, -line.points) : (100 * line.points) / (line.most || 100);
    return {
        key: line.key,
        label,
        points: limit
            ? wording.signed(line.points)
            : line.most
              ? filled(wording.words.ledgerRow, {
                    points: wording.number(line.points),
                    most: wording.number(line.most)
                })
              : wording.number(line.points),
        barClass: limit ? 'bar-fill bar-limit' : 'bar-fill',
        barStyle: `width: ${Math.max(0, Math.min(100, filledShare))}%`
    };
}

function goalsOf(detail, wording) {
    const words = wording.words;
    return detail.goals.map((goal, at) => {
        const reached = STAGES.indexOf(goal.stage) + 1;
        return {
            key: `goal-${at}`,
            role: words.roles[goal.role] ?? goal.role,
            note: [words.stages[goal.stage] ?? goal.stage, wording.names[goal.contact]?.name]
                .filter(Boolean)
                .join(' · '),
            steps: STAGES.map((stage, step) => ({
                key: stage,
                stepClass: step < reached ? 'step step-on' : 'step'
            }))
        };
    });
}

function dataOf(summary, wording) {
    const words = wording.words;
    const rows = [];
    if (summary.known !== null) {
        rows.push(filled(words.known, { share: wording.share(summary.known) }));
    }
    if (summary.activityKnown !== null) {
        rows.push(filled(words.activityKnown, { share: wording.share(summary.activityKnown) }));
        if (summary.activityKnown < 0.5) {
            rows.push(words.noSilence);
        }
    }
    return rows.map((text, at) => ({ key: `data-${at}`, text }));
}

function asOfWords(values, detail, wording) {
    const words = wording.words;
    const day = values.As_Of ?? detail?.asOf;
    const said = day ? filled(words.asOf, { date: wording.date(day) }) : words.noDate;
    const older = detail?.asOf && detail.asOf !== day;
    return older
        ? `${said} · ${filled(words.detailAsOf, { date: wording.date(detail.asOf) })}`
        : said;
}

/** A link opens only a web page: nothing else that a field may hold. */
function safeUrl(text) {
    return /^https?:\/\//i.test(text ?? '') ? text : null;
}
