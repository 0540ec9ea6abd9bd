/** The card's words, in English and French. People are described in neutral words. */

const EN = {
    language: 'en',
    title: 'Key account summary',
    loading: 'Loading the summary…',
    outOf100: 'out of 100',
    health: 'Health',
    band: {
        green: 'Green',
        amber: 'Amber',
        red: 'Red',
        insufficient_data: 'Insufficient data'
    },
    tier: 'Tier',
    phase: 'Phase',
    relationship: 'Relationship',
    coverage: 'Role coverage',
    nextReview: 'Next review',
    phases: {
        identification: 'Identification',
        onboarding: 'Onboarding',
        development: 'Development',
        consolidation: 'Consolidation',
        renewal: 'Renewal'
    },
    why: 'Why this verdict',
    whyUnknown: 'What is missing for a verdict',
    ledgerLegend: 'Points of each part, and the most it can give',
    ledgerRow: '{points} of {most}',
    total: 'Total',
    stepNote: 'The number above is written anew only when it has moved by a few points.',
    unknown: 'Not known',
    unknownNote: 'Parts without data count neither for nor against the account.',
    before: '{before} on {date}',
    changed: 'What changed',
    reply: 'What would help most: a reply from {name}, {points} points',
    families: {
        'development.revenue_trend': 'Revenue trend',
        'development.pipeline': 'Open opportunities',
        'development.win_rate': 'Win rate',
        'satisfaction.nps': 'Satisfaction survey',
        'satisfaction.csat': 'Service satisfaction',
        'satisfaction.cases': 'Requests gone wrong',
        'relationship.key_ties': 'Ties with key people',
        'relationship.coverage': 'Role coverage',
        'relationship.effective_threads': 'Number of strong ties',
        'relationship.recent_dialogue': 'Recent dialogue',
        'profitability.margin': 'Margin',
        'profitability.cost_to_serve': 'Cost to serve',
        'cap.champion_left': 'Limit: the champion is no longer there',
        'cap.decider_left': 'Limit: the decision-maker is no longer there',
        'cap.no_sponsor': 'Limit: no champion in dialogue',
        'cap.open_escalation': 'Limit: an escalated request is open'
    },
    caps: {
        champion_left: 'The champion left on {on}',
        decider_left: 'The decision-maker left on {on}',
        no_sponsor: 'No champion or decision-maker is in dialogue',
        open_escalation: 'A request has been escalated and open since {on}'
    },
    capsUndated: {
        champion_left: 'The champion is no longer there',
        decider_left: 'The decision-maker is no longer there',
        no_sponsor: 'No champion or decision-maker is in dialogue',
        open_escalation: 'An escalated request is open'
    },
    capRenewal: ', and the renewal is due on {renewal}',
    capLead: 'Limits the verdict:',
    actions: 'Next actions',
    noActions: 'No open action.',
    due: 'due {date}',
    overdue: 'was due {date}',
    actionKinds: {
        new_decision_maker: 'Meet {name}',
        contact_left: 'Find out who follows {name}',
        champion_silent: 'Get back in touch with {name}',
        strength_drop: 'Get back in touch with {name}',
        single_threaded: 'Build a second tie',
        reorganisation: 'Redraw the map of people',
        renewal_window: 'Prepare the renewal',
        stalled_opportunity: 'Decide how this goes on: {opportunity}',
        plan_stale: 'Review the account plan'
    },
    otherAction: 'Action of the plan',
    risks: 'Risks and signals',
    noRisks: 'No open signal.',
    severities: { critical: 'Critical', warning: 'Warning', info: 'Information' },
    since: 'since {date}',
    signalKinds: {
        single_threaded: 'Most contact rests on {name}',
        champion_silent: 'No recent exchange with {name}',
        new_decision_maker: 'No contact is recorded with {name}, new in a deciding role',
        contact_left: '{name} is no longer there',
        strength_drop: 'Less contact with {name} than before',
        renewal_window: 'The renewal window is open: {opportunity}',
        stalled_opportunity: 'No movement on {opportunity}',
        plan_stale: 'The account plan has not been reviewed',
        reorganisation: 'Several people changed position'
    },
    otherSignal: 'Signal',
    people: 'People and who covers them',
    ours: 'Our team',
    theirs: 'At the customer',
    mapLabel: 'Relationship map: {ties} ties between {ours} of our people and {theirs} at the customer',
    showMap: 'Map',
    showList: 'List',
    view: 'View of the people',
    coveredBy: 'Covered by',
    wasCoveredBy: 'Was in contact with',
    notCovered: 'No contact with us is recorded',
    morePeople: '{count} more in the list',
    noPeople: 'No people with a role or a recorded contact.',
    left: 'no longer there since {date}',
    leftUndated: 'no longer there',
    bands: {
        trusted: 'trusted',
        strong: 'strong',
        developing: 'developing',
        weak: 'weak',
        dormant: 'dormant',
        'known, not connected': 'no two-way contact recorded'
    },
    roles: {
        economic_decider: 'Decision-maker',
        internal_sponsor: 'Champion',
        operational_user: 'Operational user',
        technical_influencer: 'Technical adviser',
        legal: 'Legal',
        other: 'Other role'
    },
    somebody: {
        economic_decider: 'the decision-maker',
        internal_sponsor: 'the champion',
        operational_user: 'an operational user',
        technical_influencer: 'a technical adviser',
        legal: 'a legal adviser',
        other: 'a contact'
    },
    goals: 'Roles to reach',
    stages: {
        missing: 'nobody identified',
        identified: 'identified',
        access: 'in contact',
        dialogue: 'in dialogue',
        supports: 'supports us'
    },
    dataCoverage: 'Data coverage',
    known: '{share} of the weight of the health score is known',
    activityKnown: 'Mail of {share} of the team is recorded',
    noSilence: 'Too little mail is recorded to read silence as no contact.',
    hiddenName: 'you may not see the name',
    hiddenBrief: 'name not shown',
    hiddenPerson: 'a person you may not see',
    hiddenColleague: 'a colleague',
    elsewhere: 'known in another system',
    elsewhereBrief: 'in another system',
    elsewherePerson: 'a person known in another system',
    unnamed: '{who} ({why})',
    hiddenOpportunity: 'an opportunity',
    asOf: 'As of {date}',
    detailAsOf: 'reasons of {date}',
    noDate: 'Date not known',
    openPlan: 'Open the account plan',
    stale: 'These values were last confirmed on {date}, {days} days ago. They are normally confirmed at least once a week: please tell your administrator.',
    empty: 'No summary yet',
    emptyText:
        'This account is not a key account, or the first synchronisation has not run yet. Your administrator decides which accounts are key accounts.',
    noAccess: 'You cannot see this summary',
    noAccessText:
        'Your user may not read the KAM fields of this account. Ask your administrator for the permission set "KAM Viewer".',
    unreadable: 'The account could not be read',
    unreadableText:
        'You may lack access to this account, or the connection failed. Reload the page; if it persists, ask your administrator.',
    malformed:
        'The details of this summary could not be read. What is shown comes from the account fields; the next synchronisation writes the details anew.',
    newer: 'The details were written by a newer version. Ask your administrator to update this card.',
    noDetailAccess:
        'You may not read the details of this summary. Ask your administrator for the permission set "KAM Viewer".',
    noDetail: 'Reasons and people of this account are too many for a card. Open the account plan to see them.'
};

const FR = {
    language: 'fr',
    title: 'Synthèse du compte clé',
    loading: 'Chargement de la synthèse…',
    outOf100: 'sur 100',
    health: 'Santé',
    band: {
        green: 'Vert',
        amber: 'Orange',
        red: 'Rouge',
        insufficient_data: 'Données insuffisantes'
    },
    tier: 'Niveau',
    phase: 'Phase',
    relationship: 'Relation',
    coverage: 'Couverture des rôles',
    nextReview: 'Prochaine revue',
    phases: {
        identification: 'Identification',
        onboarding: 'Intégration',
        development: 'Développement',
        consolidation: 'Consolidation',
        renewal: 'Renouvellement'
    },
    why: 'Pourquoi ce verdict',
    whyUnknown: 'Ce qui manque pour un verdict',
    ledgerLegend: 'Points de chaque élément, et maximum possible',
    ledgerRow: '{points} sur {most}',
    total: 'Total',
    stepNote: 'Le nombre ci-dessus n’est réécrit que lorsqu’il a bougé de quelques points.',
    unknown: 'Non connu',
    unknownNote: 'Un élément sans données ne compte ni pour ni contre le compte.',
    before: '{before} le {date}',
    changed: 'Ce qui a changé',
    reply: 'Ce qui aiderait le plus : {points} points si {name} répond',
    families: {
        'development.revenue_trend': 'Évolution du chiffre d’affaires',
        'development.pipeline': 'Opportunités ouvertes',
        'development.win_rate': 'Taux de succès',
        'satisfaction.nps': 'Enquête de satisfaction',
        'satisfaction.csat': 'Satisfaction du service',
        'satisfaction.cases': 'Demandes qui ont mal tourné',
        'relationship.key_ties': 'Liens avec les personnes clés',
        'relationship.coverage': 'Couverture des rôles',
        'relationship.effective_threads': 'Nombre de liens solides',
        'relationship.recent_dialogue': 'Dialogue récent',
        'profitability.margin': 'Marge',
        'profitability.cost_to_serve': 'Coût de service',
        'cap.champion_left': 'Limite : le sponsor n’est plus en poste',
        'cap.decider_left': 'Limite : le décideur n’est plus en poste',
        'cap.no_sponsor': 'Limite : aucun sponsor en dialogue',
        'cap.open_escalation': 'Limite : une demande escaladée est ouverte'
    },
    caps: {
        champion_left: 'Le sponsor est parti le {on}',
        decider_left: 'Le décideur est parti le {on}',
        no_sponsor: 'Aucun sponsor ni décideur n’est en dialogue',
        open_escalation: 'Une demande escaladée est ouverte depuis le {on}'
    },
    capsUndated: {
        champion_left: 'Le sponsor n’est plus en poste',
        decider_left: 'Le décideur n’est plus en poste',
        no_sponsor: 'Aucun sponsor ni décideur n’est en dialogue',
        open_escalation: 'Une demande escaladée est ouverte'
    },
    capRenewal: ', et le renouvellement est attendu le {renewal}',
    capLead: 'Limite le verdict :',
    actions: 'Prochaines actions',
    noActions: 'Aucune action ouverte.',
    due: 'pour le {date}',
    overdue: 'était attendue le {date}',
    actionKinds: {
        new_decision_maker: 'Rencontrer {name}',
        contact_left: 'Savoir qui remplace {name}',
        champion_silent: 'Reprendre contact avec {name}',
        strength_drop: 'Reprendre contact avec {name}',
        single_threaded: 'Nouer un second lien',
        reorganisation: 'Redessiner la carte des personnes',
        renewal_window: 'Préparer le renouvellement',
        stalled_opportunity: 'Décider de la suite : {opportunity}',
        plan_stale: 'Revoir le plan de compte'
    },
    otherAction: 'Action du plan',
    risks: 'Risques et signaux',
    noRisks: 'Aucun signal ouvert.',
    severities: { critical: 'Critique', warning: 'Attention', info: 'Information' },
    since: 'depuis le {date}',
    signalKinds: {
        single_threaded: 'L’essentiel des échanges repose sur {name}',
        champion_silent: 'Pas d’échange récent avec {name}',
        new_decision_maker: 'Aucun échange enregistré avec {name}, qui décide depuis peu',
        contact_left: '{name} n’est plus en poste',
        strength_drop: 'Moins d’échanges qu’avant avec {name}',
        renewal_window: 'La période de renouvellement est ouverte : {opportunity}',
        stalled_opportunity: 'Pas de mouvement sur {opportunity}',
        plan_stale: 'Le plan de compte n’a pas été revu',
        reorganisation: 'Plusieurs personnes ont changé de poste'
    },
    otherSignal: 'Signal',
    people: 'Les personnes et qui les suit',
    ours: 'Notre équipe',
    theirs: 'Chez le client',
    mapLabel: 'Carte des relations : {ties} liens entre {ours} des nôtres et {theirs} personnes chez le client',
    showMap: 'Carte',
    showList: 'Liste',
    view: 'Affichage des personnes',
    coveredBy: 'Suivi par',
    wasCoveredBy: 'Était en contact avec',
    notCovered: 'Aucun échange avec nous n’est enregistré',
    morePeople: '{count} de plus dans la liste',
    noPeople: 'Aucune personne avec un rôle ou un échange enregistré.',
    left: 'plus en poste depuis le {date}',
    leftUndated: 'plus en poste',
    bands: {
        trusted: 'de confiance',
        strong: 'fort',
        developing: 'en développement',
        weak: 'faible',
        dormant: 'en sommeil',
        'known, not connected': 'pas d’échange enregistré'
    },
    roles: {
        economic_decider: 'Décideur',
        internal_sponsor: 'Sponsor',
        operational_user: 'Utilisateur opérationnel',
        technical_influencer: 'Conseil technique',
        legal: 'Juridique',
        other: 'Autre rôle'
    },
    somebody: {
        economic_decider: 'le décideur',
        internal_sponsor: 'le sponsor',
        operational_user: 'un utilisateur opérationnel',
        technical_influencer: 'un conseil technique',
        legal: 'un conseil juridique',
        other: 'un contact'
    },
    goals: 'Rôles à atteindre',
    stages: {
        missing: 'personne n’est identifié',
        identified: 'identifié',
        access: 'en contact',
        dialogue: 'en dialogue',
        supports: 'nous soutient'
    },
    dataCoverage: 'Couverture des données',
    known: '{share} du poids du score de santé est connu',
    activityKnown: 'Les courriels de {share} de l’équipe sont enregistrés',
    noSilence: 'Trop peu de courriels sont enregistrés pour conclure d’un silence.',
    hiddenName: 'vous ne pouvez pas voir le nom',
    hiddenBrief: 'nom non affiché',
    hiddenPerson: 'une personne que vous ne pouvez pas voir',
    hiddenColleague: 'un collègue',
    elsewhere: 'connu dans un autre système',
    elsewhereBrief: 'dans un autre système',
    elsewherePerson: 'une personne connue dans un autre système',
    unnamed: '{who} ({why})',
    hiddenOpportunity: 'une opportunité',
    asOf: 'Au {date}',
    detailAsOf: 'raisons du {date}',
    noDate: 'Date inconnue',
    openPlan: 'Ouvrir le plan de compte',
    stale: 'Ces valeurs ont été confirmées pour la dernière fois le {date}, il y a {days} jours. Elles le sont normalement au moins chaque semaine : prévenez votre administrateur.',
    empty: 'Pas encore de synthèse',
    emptyText:
        'Ce compte n’est pas un compte clé, ou la première synchronisation n’a pas encore eu lieu. Votre administrateur décide quels comptes sont des comptes clés.',
    noAccess: 'Vous ne pouvez pas voir cette synthèse',
    noAccessText:
        'Votre utilisateur ne peut pas lire les champs KAM de ce compte. Demandez à votre administrateur l’ensemble d’autorisations « KAM Viewer ».',
    unreadable: 'Le compte n’a pas pu être lu',
    unreadableText:
        'Vous n’avez peut-être pas accès à ce compte, ou la connexion a échoué. Rechargez la page ; si cela persiste, prévenez votre administrateur.',
    malformed:
        'Les détails de cette synthèse n’ont pas pu être lus. Ce qui est affiché vient des champs du compte ; la prochaine synchronisation réécrira les détails.',
    newer: 'Les détails ont été écrits par une version plus récente. Demandez à votre administrateur de mettre cette carte à jour.',
    noDetailAccess:
        'Vous ne pouvez pas lire les détails de cette synthèse. Demandez à votre administrateur l’ensemble d’autorisations « KAM Viewer ».',
    noDetail: 'Les raisons et les personnes de ce compte sont trop nombreuses pour une carte. Ouvrez le plan de compte pour les voir.'
};

/** Return the words for a language such as `fr` or `fr-CA`; English for those we do not speak. */
export function wordsFor(language) {
    return String(language ?? '').toLowerCase().startsWith('fr') ? FR : EN;
}

/** Put values into the {places} of a text. */
export function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export const DICTIONARIES = { en: EN, fr: FR };
