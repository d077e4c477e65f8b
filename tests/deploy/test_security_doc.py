"""docs/security.md says of each requirement of OWASP ASVS 4.0.3 level 2 how it is met, where, and which test proves it. Whether that
is true, people must read; that nothing is left out, and that what it names is there, is asked here."""
import re

from conftest import ROOT

# Section: numbers of its requirements that level 2 asks for and that are not deleted from the standard.
LEVEL_2 = {
    "1.1": "1-7", "1.2": "1-4", "1.4": "1,4,5", "1.5": "1-4", "1.6": "1-4", "1.7": "1,2", "1.8": "1,2", "1.9": "1,2",
    "1.10": "1", "1.11": "1,2", "1.12": "2", "1.14": "1-6", "2.1": "1-12", "2.2": "1-3", "2.3": "1-3", "2.4": "1-5",
    "2.5": "1-7", "2.6": "1-3", "2.7": "1-6", "2.8": "1-7", "2.9": "1-3", "2.10": "1-4", "3.1": "1", "3.2": "1-4",
    "3.3": "1-4", "3.4": "1-5", "3.5": "1-3", "3.7": "1", "4.1": "1,2,3,5", "4.2": "1,2", "4.3": "1-3", "5.1": "1-5",
    "5.2": "1-8", "5.3": "1-10", "5.4": "1-3", "5.5": "1-4", "6.1": "1-3", "6.2": "1-6", "6.3": "1,2", "6.4": "1,2",
    "7.1": "1-4", "7.2": "1,2", "7.3": "1,3,4", "7.4": "1-3", "8.1": "1-4", "8.2": "1-3", "8.3": "1-8", "9.1": "1-3",
    "9.2": "1-4", "10.2": "1,2", "10.3": "1-3", "11.1": "1-8", "12.1": "1-3", "12.2": "1", "12.3": "1-6", "12.4": "1,2",
    "12.5": "1,2", "12.6": "1", "13.1": "1,3,4,5", "13.2": "1,2,3,5,6", "13.3": "1,2", "13.4": "1,2", "14.1": "1-4", "14.2": "1-6",
    "14.3": "2,3", "14.4": "1-7", "14.5": "1-4",
}
ANSWERS = {"met", "partly", "not met", "not applicable"}


def expected():
    for section, numbers in LEVEL_2.items():
        for part in numbers.split(","):
            first, _, last = part.partition("-")
            yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def rows():
    """{requirement: (answer, how and where, test)} from the table at the end of the document."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    found = {}
    for line in re.findall(r"^\| *\d+\.\d+\.\d+ *\|.*$", text, re.MULTILINE):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        assert len(cells) == 4, line
        assert cells[0] not in found, f"{cells[0]} stands there twice"
        found[cells[0]] = cells[1:]
    return found


def test_every_requirement_of_level_2_has_an_answer():
    have = rows()
    assert [number for number in expected() if number not in have] == []
    assert set(have) <= set(expected())
    assert {answer for answer, _, _ in have.values()} <= ANSWERS
    assert not [number for number, (_, how, _) in have.items() if not how]


def test_what_is_said_to_be_met_names_its_proof_or_why_none_is_needed():
    unproven = [number for number, (answer, _, test) in rows().items() if answer == "met" and not test]
    assert unproven == []


def test_the_places_and_tests_that_it_names_are_there():
    """`folder/file` must exist; `folder/test_file.py::test_name` must hold that test, `folder/x_test.cpp::Suite.Name` that one."""
    missing = []
    for number, (_, how, test) in rows().items():
        for name in re.findall(r"`([\w./-]+/[\w./-]+(?:::[\w.]+)?)`", how + test):
            path, _, inside = name.partition("::")
            here = [ROOT / path, ROOT / "fcgi-app" / path]
            file = next((candidate for candidate in here if candidate.exists()), None)
            if file is None:
                missing.append(f"{number}: {name}")
            elif inside:
                text = file.read_text(encoding="utf-8")
                suite, _, case = inside.rpartition(".")
                wanted = rf"TEST(_F|_P)?\(\s*{suite},\s*{case}\)" if suite else rf"def {inside}\b|['\"]{inside}['\"]"
                if not re.search(wanted, text):
                    missing.append(f"{number}: {name}")
    assert missing == []
