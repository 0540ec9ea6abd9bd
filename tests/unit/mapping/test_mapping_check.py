"""kam mapping check: what is wrong with a mapping as such (catalogue rows M3 to M18)."""

import pytest

from kam_connector.mapping import check_mapping

READ = (
    '[account]\nobject = "Account"\n[account.read]\nname = "Name"\nrating = "Rating"\n'
    'owner = { from = "OwnerId", ref = "user" }\n'
)
WRITE = '[account.write]\nobject = "Account"\nmatch = "Id"\n[account.write.fields]\n'
TASK = '[task.write]\nobject = "Task"\nmatch = "k"\n[task.write.fields]\n'


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (
            '[contact]\nobject = "Contact"\n[contact.read]\nname = "Name"\n'
            + WRITE.replace("account", "contact").replace("Account", "Contact")
            + 'KAM_I = "influence"',
            "KAM-2022",
            "judgement of a person",
        ),
        (READ + 'domian = "W"', "KAM-2012", 'no path "domian"'),
        (READ + WRITE + 'KAM_T = "teir"', "KAM-2012", 'no path "teir"'),
        (READ + WRITE + "KAM_T = { formula = \"IF(teir = 'a', 1, 2)\" }", "KAM-2012", "teir"),
        ('[scope]\nwrite = "teir != null"\n' + READ, "KAM-2012", "teir"),
        ('[scope]\nwrite = "tier !="\n' + READ, "KAM-2010", "refused"),
        (READ + 'turnover = { from = "R", type = "date" }', "KAM-2013", "not date"),
        (READ + 'turnover = "R"', "KAM-2013", "needs its currency"),
        (READ + 'parent = "P"', "KAM-2013", 'ref = "account"'),
        (READ + 'parent = { from = "P", ref = "user" }', "KAM-2013", 'ref = "account"'),
        (READ + 'city = { from = "P", ref = "user" }', "KAM-2013", "takes no ref"),
        (READ + WRITE + 'KAM_A = { from = "tier", type = "date" }', "KAM-2013", "not date"),
        (READ + WRITE + 'KAM_A = { from = "tier", step = 3 }', "KAM-2013", "for numbers"),
        (READ + WRITE + 'KAM_A = "tier"\nkam_a = "phase"', "KAM-2014", "both write"),
        (READ + WRITE + 'Rating = "tier"', "KAM-2015", "feedback loop"),
        (
            READ + WRITE + 'OwnerId = { from = "tier", conflict = "newest" }',
            "KAM-2016",
            "protected",
        ),
        (READ + WRITE + 'Id = "tier"', "KAM-2016", "protected"),
        ("[protected]\naccount = ['Site']\n" + READ + WRITE + 'Site = "tier"', "KAM-2016", "Site"),
        (READ + WRITE + 'Fax = "tier"', "KAM-2017", "not a field of ours"),
        (READ + WRITE.replace("Account", "Lead") + 'KAM_A = "tier"', "KAM-2020", "not read"),
        (
            READ + WRITE + "KAM_A = { formula = \"UPPER(tier)\", conflict = 'newest' }",
            "KAM-2021",
            "cannot be read back",
        ),
        (READ + TASK + 'Subject = "title"', "KAM-2004", "key field k"),
        (
            READ
            + TASK.replace(
                "[task.write.f", 'associate = [{ to = "acount", type_id = 1 }]\n[task.write.f'
            )
            + 'k = "key"',
            "KAM-2012",
            "acount",
        ),
        (
            READ + '[[activity]]\nobject = "E"\n[activity.read]\npeople = "Who"',
            "KAM-2013",
            "@relations",
        ),
        (READ + 'city = { from = "C", tz = "Paris" }', "KAM-2013", "time zone"),
    ],
)
def test_a_mapping_that_cannot_work_is_reported(mapping_of, text, code, words):
    """Each finding carries its stable code and says what is meant."""
    found = check_mapping(mapping_of(text + "\n"))
    assert code in [problem.code for problem in found]
    assert any(words in problem.message for problem in found)


def test_a_stated_policy_is_no_feedback_loop(mapping_of):
    """Reading and writing one field under a stated policy is allowed."""
    text = READ + WRITE + 'Rating = { from = "tier", conflict = "crm_unless_blank" }\n'
    assert check_mapping(mapping_of(text)) == ()


def test_all_fields_of_our_task_are_ours(mapping_of):
    """A task's owner, date and status may be read and written."""
    text = (
        READ + TASK + 'k = "key"\nOwnerId = { from = "owner", ref = "user" }\n'
        '[task.read]\nowner = { from = "OwnerId", ref = "user" }\n'
    )
    assert [one for one in check_mapping(mapping_of(text)) if one.code != "KAM-2020"] == []


def test_an_adapter_may_protect_fields_too(mapping_of):
    """What a vendor forbids does not depend on the file."""
    from kam_connector.model.kind import Kind

    mapping = mapping_of(READ + WRITE + 'Fax = { from = "tier", conflict = "newest" }\n')
    assert check_mapping(mapping) == ()
    found = check_mapping(mapping, protected={Kind.ACCOUNT: ["fax"]})
    assert [problem.code for problem in found] == ["KAM-2016"]


def test_a_mapping_of_another_crm_is_refused(mapping_of):
    """M18: the file says whom it is for."""
    found = check_mapping(mapping_of(READ), crm="other")
    assert [problem.code for problem in found] == ["KAM-2018"]


def test_two_sources_of_one_object_and_kind_are_one_too_many(mapping_of):
    """They would share a cursor."""
    block = '[[activity]]\nobject = "E"\n[activity.read]\nat = "When"\n'
    assert [one.code for one in check_mapping(mapping_of(block * 2))] == ["KAM-2014"]


def test_a_judgement_is_written_where_the_administrator_opts_in(mapping_of):
    """Field by field; the message of a refusal says how."""
    contact = '[contact]\nobject = "Contact"\n[contact.read]\nname = "Name"\n'
    write = WRITE.replace("account", "contact").replace("Account", "Contact")
    mapping = mapping_of(contact + write + 'KAM_I = { from = "influence", opinion = true }')
    assert "KAM-2022" not in {problem.code for problem in check_mapping(mapping)}
