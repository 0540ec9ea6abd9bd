"""The tree of commands: names, places and one-line helps."""

from __future__ import annotations

import click

from kam_connector import __version__
from kam_connector.cli.lazy import LazyGroup, Place

__all__ = ["root"]

_HERE = "kam_connector.cli"


def _group(name: str, help_: str, **places: Place) -> click.Group:
    named = {key.rstrip("_").replace("_", "-"): place for key, place in places.items()}
    return LazyGroup(name, places=named, help=help_, no_args_is_help=True)


def _at(target: str, help_: str) -> Place:
    return Place(f"{_HERE}.{target}", help_)


sync = _group(
    "sync",
    "Pull, add, preview and write back.",
    run=_at("sync:run", "One whole run of one or more connections."),
    preview=_at("sync:preview", "Pull and show what would be written."),
    apply=_at("sync:apply", "Write exactly what a preview showed."),
)
writes = _group(
    "writes",
    "What was written, and how to take it back.",
    list=_at("writes:list_runs", "Runs, newest first."),
    undo=_at("writes:undo", "Put back what a run wrote, except what people changed since."),
    pause=_at("paused:pause", "Write a field no more, on all records or on one."),
    resume=_at("paused:resume", "Let a paused field be written again."),
    paused=_at("paused:list_paused", "What is left alone for now, by whom and why."),
)
errors = _group(
    "errors",
    "Records that could not be read or written.",
    list=_at("refused:list_errors", "What waits for a person."),
    retry=_at("refused:retry", "Try refused records again."),
    drop=_at("refused:drop", "Give refused records up."),
)
match = _group(
    "match",
    "Records of several CRMs that may be one.",
    list=_at("match:list_matches", "Proposals with their evidence."),
    confirm=_at("match:confirm", "Say that they are one."),
    reject=_at("match:reject", "Say that they are two."),
)
conflict = _group(
    "conflict",
    "Fields that both sides moved, and a person decides.",
    list=_at("conflict:list_conflicts", "What waits, with all three values."),
    show=_at("conflict:show", "One conflict, and what each decision would do."),
    take=_at("conflict:take", "Decide: theirs, ours, or another value."),
)
mapping = _group(
    "mapping",
    "Which CRM field is which, both ways.",
    check=_at("mapping:check", "Check mapping files without a CRM."),
    test=_at("mapping:test", "Show one account's real values through the mapping."),
    paths=_at("mapping:paths", "Every KAM path that a mapping may name."),
)
connection = _group(
    "connection",
    "The CRMs we are connected to.",
    list=_at("connection:list_connections", "All connections and their state."),
    login=_at("login:login", "Sign in with a browser, where the CRM asks a person."),
    logout=_at("login:logout", "Withdraw a sign-in with a browser."),
    enable_writes=_at("connection:enable_writes", "Allow writing, once a preview is approved."),
    disable_writes=_at("connection:disable_writes", "Stop all writing."),
    pause=_at("connection:pause", "Stop all runs."),
    resume=_at("connection:resume", "Let runs go on."),
)
crm = _group(
    "crm",
    "What the CRM needs to have.",
    provision=_at("crm:provision", "Create our fields in the CRM."),
)
account = _group(
    "account",
    "Key accounts.",
    list=_at("account:list_accounts", "Key accounts with health and tier."),
    show=_at("account:show", "What is known of one account."),
    select=_at("selection:select", "How the key accounts were chosen, by rule and matrix."),
)
access = _group(
    "access",
    "Who may see and do what.",
    show=_at("access:show", "Roles and accounts in sight, yours or another's."),
    check=_at("access:check", "Whether somebody sees an account."),
)
score = _group(
    "score", "Scores that explain themselves.", explain=_at("score:explain", "A score's ledger.")
)
kpi = _group(
    "kpi",
    "Key figures, each with its reason.",
    show=_at("kpis:show", "An account's key figures, with its tree."),
    list=_at("kpis:list_figures", "One family for all key accounts and the portfolio."),
)
signal = _group(
    "signal",
    "What is worth attention.",
    list=_at("signals:list_signals", "Open signals."),
    ack=_at("signals:acknowledge", "Say that one has been seen."),
    start=_at("signals:start", "Say that somebody works on it."),
    resolve=_at("signals:resolve", "Close one."),
    suppress=_at("signals:suppress", "Never again for the same reason."),
    reopen=_at("signals:reopen", "Make one active again."),
    snooze=_at("signals:snooze", "Silent until a day."),
    assign=_at("signals:assign", "Give one to a colleague."),
    shadow=_at("signal_trials:shadow", "What rules on trial would have said."),
    backtest=_at("signal_trials:backtest", "Would the rules have warned before the last losses?"),
)
tie = _group(
    "tie",
    "Relationships: how strong, through whom, and what falls without somebody.",
    explain=_at("tie:explain", "Why a relationship is as strong as it is."),
    path=_at("tie:path", "Who could introduce us to a person."),
    without=_at("tie:without", "What falls when somebody goes."),
)
orgchart = _group(
    "orgchart",
    "Who is who at an account.",
    show=_at("orgchart.show:show", "An account's chart of any day, as a tree."),
    set=_at("orgchart.judge:set_", "Say what you know of somebody."),
    suggest=_at("orgchart.suggest:suggest", "Profiles read from titles, for you to accept."),
    draw=_at("orgchart.draw:draw", "The chart, or a map of relationships, as a picture."),
)
plan = _group(
    "plan",
    "Account plans.",
    show=_at("plan.show:show", "An account's plan, at a glance or by section."),
    check=_at("plan.check:check", "How good a plan is, and what to do next."),
    write=_at("plan.write:write", "A person's own words in one section."),
    submit=_at("plan.versions:submit", "Put a plan forward."),
    approve=_at("plan.versions:approve", "Approve the version that waits."),
    reject=_at("plan.versions:reject", "Reject the version that waits."),
    versions=_at("plan.versions:versions", "A plan's versions and their seals."),
    diff=_at("plan.versions:diff", "What changed between two versions."),
    tree=_at("plan.tree:tree", "The local plans of a global account."),
    export=_at("plan_files:export", "A plan as a workbook that people edit."),
    import_=_at("plan_files:bring_in", "Take an edited workbook back, cell by cell."),
    deck=_at("plan_files:deck", "A review pack as a deck."),
    page=_at("plan_files:page", "The plan on one page, as PDF or HTML."),
)
programme = _group(
    "programme",
    "The programme itself: why, who, how much method, how it goes.",
    show=_at("programme:show", "The programme on one page."),
    begin=_at("programme:begin", "Describe it: lead, criteria, rituals."),
    check=_at("programme:check", "What is missing, too much or too little."),
    method=_at("programme:method", "What each degree of method asks for."),
    scorecard=_at("programme:scorecard", "The three pillars and their balance."),
    adoption=_at("programme:adoption", "Whether people live it."),
    calendar=_at("programme:calendar", "Its recurring meetings, for every calendar."),
    export=_at("programme_files:export", "The programme as a workbook that people edit."),
    import_=_at("programme_files:bring_in", "Take an edited workbook back, cell by cell."),
)
team = _group(
    "team",
    "Account teams: who, with what time, and whom they cover.",
    show=_at("team:show", "An account's team."),
    check=_at("team:check", "What is too much or too little in teams."),
    pulse=_at("team:pulse", "How a team finds the work."),
)
whitespace = _group(
    "whitespace",
    "What customers could buy and do not.",
    show=_at("whitespace:show", "Product lines by margin, with reasons; one account or all."),
)
journey = _group(
    "journey",
    "Where a key account stands: stages, gates, moments, tenders, touchpoints.",
    show=_at("journey:show", "Stage, gates and what comes next."),
    move=_at("journey:move", "Move an account to a stage, forward or back."),
    answer=_at("journey:answer", "Answer an item of a gate."),
    map=_at("journey:draw_map", "Touchpoints, with their gaps."),
    moments=_at("moments:list_moments", "Key moments: due, planned, held, followed up."),
    tenders=_at("moments:list_tenders", "Tenders, and what to do when."),
    recap=_at("moments:recap", "What was delivered: the pack of a renewal."),
)
playbook = _group(
    "playbook",
    "Known occasions, each answered by a series of tasks.",
    list=_at("playbook:list_runs", "Playbooks, and those that run."),
    show=_at("playbook:show", "The steps of a run or of a kind."),
    start=_at("playbook:start", "Start one by hand."),
    close=_at("playbook:close", "End a run; open tasks are withdrawn."),
)
audit = _group(
    "audit",
    "Who did what, why and when: a log that cannot be changed unseen.",
    list=_at("audit:list_entries", "Entries, newest first."),
    verify=_at("audit:verify", "Recompute the chain; print an anchor to keep elsewhere."),
)
db = _group(
    "db",
    "The database.",
    upgrade=_at("database:upgrade", "Bring the tables to this release."),
    check=_at("database:check", "Check that the tables are of this release and sound."),
    backup=_at("database:backup", "Write everything to one file."),
    purge=_at("database:purge", "Let go of what is older than [retention] allows."),
    restore=_at("database:restore", "Put a backup in the database's place."),
)
privacy = _group(
    "privacy",
    "People who ask to be forgotten, or what is kept of them.",
    erase=_at("privacy:erase", "Erase a person from the layer, every text included."),
    export=_at("privacy:export", "Everything the layer knows of a person."),
    list=_at("privacy:list_erased", "How many were erased, and whom the CRM still shows."),
    allow=_at("privacy:allow", "Let somebody be known again."),
)

root = LazyGroup(
    "kam",
    help="Key account management inside your CRM: pull, explain, write back, undo.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    places={
        "demo": _at("demo:demo", "The whole loop on this computer, no credentials needed."),
        "init": _at("init:init", "Write a configuration and check it."),
        "doctor": _at("doctor:doctor", "Check configuration, mapping, sign-in and rights."),
        "status": _at("status:status", "How old each connection's data is."),
        "explain": _at("explain:explain", "What an error code means and what to do."),
        "stop": _at("stop:stop", "Stop all writing at once; pulling goes on."),
        "resume": _at("stop:resume", "Let writing go on."),
        "sync": _at("root:sync", "Pull, add, preview and write back."),
        "writes": _at("root:writes", "What was written, and how to take it back."),
        "errors": _at("root:errors", "Records that could not be read or written."),
        "conflict": _at("root:conflict", "Fields that both sides moved, and a person decides."),
        "match": _at("root:match", "Records of several CRMs that may be one."),
        "mapping": _at("root:mapping", "Which CRM field is which, both ways."),
        "connection": _at("root:connection", "The CRMs we are connected to."),
        "crm": _at("root:crm", "What the CRM needs to have."),
        "account": _at("root:account", "Key accounts."),
        "access": _at("root:access", "Who may see and do what."),
        "score": _at("root:score", "Scores that explain themselves."),
        "kpi": _at("root:kpi", "Key figures, each with its reason."),
        "signal": _at("root:signal", "What is worth attention."),
        "tie": _at("root:tie", "How strong, through whom, what falls without somebody."),
        "orgchart": _at("root:orgchart", "Who reports to whom."),
        "plan": _at("root:plan", "Account plans."),
        "journey": _at("root:journey", "Stages, gates, moments, tenders, touchpoints."),
        "playbook": _at("root:playbook", "Series of tasks for known occasions."),
        "programme": _at("root:programme", "The programme itself: method, pillars, rhythm."),
        "team": _at("root:team", "Account teams: who, with what time, for whom."),
        "whitespace": _at("root:whitespace", "What customers could buy and do not."),
        "import": _at("imports:import_figures", "Figures from files: surveys, revenue, news."),
        "digest": _at("digest:digest", "Five decisions a week for each account manager."),
        "handover": _at("handover:handover", "Hand a colleague's accounts over."),
        "export": _at("export:export", "Tables for a spreadsheet or a program."),
        "audit": _at("root:audit", "Who did what, why and when."),
        "db": _at("root:db", "The database."),
        "privacy": _at("root:privacy", "Forgetting people, and telling them what is kept."),
        "serve": Place("entry:serve", "Run the nightly job until told to stop."),
        "sandbox": Place("entry:sandbox", "Local CRM servers to try things out on."),
    },
)
root.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="Print the version.",
        callback=lambda ctx, _param, asked: _print_version(ctx) if asked else None,
    )
)


def _print_version(ctx: click.Context) -> None:
    click.echo(f"kam-connector {__version__}")
    ctx.exit()
