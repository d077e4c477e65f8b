"""Checklists: versions, one active a company, questions that keep their identity."""
import copy

import pytest

from support.world import CHECKLIST

CHECKLISTS = "/api/v1/checklists"


@pytest.fixture
def client(company):
    return company.as_("supervisor")


def create(client, **change):
    return client.post(CHECKLISTS, {**copy.deepcopy(CHECKLIST), **change}, expect=201)


def test_a_checklist_is_made_inactive_in_version_1(client):
    made = create(client)
    checklist = made.json
    assert made.headers["Location"] == f"{CHECKLISTS}/{checklist['id']}"
    assert (checklist["version"], checklist["active"], checklist["title"]) == (1, False, "Service")
    assert [[q["id"] for q in s["questions"]] for s in checklist["segments"]] == [["greeting", "name"], ["thanks"]]
    greeting = checklist["segments"][0]["questions"][0]
    assert greeting["weight"] == 2 and greeting["keywords"] == ["good morning", "hello"] and greeting["asked_of"] == "operator"
    assert client.get(made.headers["Location"]).json == checklist


def test_a_question_without_an_id_gets_one_and_defaults(client):
    checklist = create(client, segments=[{"title": "S", "questions": [{"text": "First?"}, {"text": "Second?"}]}]).json
    first, second = checklist["segments"][0]["questions"]
    assert first["id"] != second["id"]
    assert (first["weight"], first["keywords"], first["asked_of"]) == (1, [], "operator")


def test_changed_questions_make_a_version_and_the_old_one_stays(client):
    checklist = create(client).json
    path = f"{CHECKLISTS}/{checklist['id']}"
    segments = copy.deepcopy(checklist["segments"])
    segments[0]["questions"][0]["text"] = "Was the customer greeted?"
    changed = client.patch(path, {"segments": segments}).json
    assert changed["version"] == 2 and changed["segments"] == segments
    assert client.get(path).json == changed
    assert [item["version"] for item in client.pages(path + "/versions", limit=1)] == [2, 1]
    assert client.get(path + "/versions/1").json["segments"] == checklist["segments"]
    assert client.get(path + "/versions/2").json["segments"] == segments
    assert [item["question_count"] for item in client.pages(path + "/versions")] == [3, 3]
    client.get(path + "/versions/3", expect=404)
    client.get(path + "/versions/0", expect={404, 422})


def test_a_changed_title_makes_no_version(client):
    checklist = create(client).json
    changed = client.patch(f"{CHECKLISTS}/{checklist['id']}", {"title": "Renamed"}).json
    assert (changed["title"], changed["version"]) == ("Renamed", 1)


def test_one_is_active_at_most(client):
    first, second = create(client, title="B").json, create(client, title="A").json
    assert client.post(f"{CHECKLISTS}/{first['id']}/activate").json["active"]
    assert client.post(f"{CHECKLISTS}/{second['id']}/activate").json["active"]
    assert not client.get(f"{CHECKLISTS}/{first['id']}").json["active"]
    assert client.post(f"{CHECKLISTS}/{second['id']}/activate").json["active"]
    listed = client.pages(CHECKLISTS, limit=1)
    assert [(item["id"], item["active"], item["question_count"]) for item in listed] == [(second["id"], True, 3), (first["id"], False, 3)]


def test_the_list_has_the_active_one_first_then_titles(client):
    made = {title: create(client, title=title).json for title in ("C", "A", "B")}
    client.post(f"{CHECKLISTS}/{made['B']['id']}/activate")
    assert [item["title"] for item in client.pages(CHECKLISTS, limit=2)] == ["B", "A", "C"]


def test_a_removed_checklist_is_gone_and_inactive(client):
    checklist = create(client).json
    path = f"{CHECKLISTS}/{checklist['id']}"
    client.post(path + "/activate")
    client.delete(path)
    for call in (client.get, client.delete):
        call(path, expect=404)
    client.get(path + "/versions", expect=404)
    client.post(path + "/activate", expect=404)
    client.patch(path, {"title": "Ghost"}, expect=404)
    assert client.pages(CHECKLISTS) == []


def test_etag_saves_the_body(client):
    path = f"{CHECKLISTS}/{create(client).json['id']}"
    etag = client.get(path).headers["ETag"]
    client.get(path, headers={"If-None-Match": etag}, expect=304)
    client.patch(path, {"title": "Other"})
    assert client.get(path, headers={"If-None-Match": etag}).headers["ETag"] != etag


def question(**change):
    return [{"title": "S", "questions": [{"text": "Q?", **change}]}]


@pytest.mark.parametrize("change, path", [
    ({"title": ""}, "title"), ({"title": 5}, "title"), ({"segments": []}, "segments"), ({"segments": "x"}, "segments"),
    ({"segments": [{"title": "S", "questions": []}]}, "segments[0].questions"),
    ({"segments": [{"questions": [{"text": "Q?"}]}]}, "segments[0].title"),
    ({"segments": question(text="")}, "segments[0].questions[0].text"),
    ({"segments": question(weight=0)}, "segments[0].questions[0].weight"),
    ({"segments": question(weight=-1)}, "segments[0].questions[0].weight"),
    ({"segments": question(weight="2")}, "segments[0].questions[0].weight"),
    ({"segments": question(keywords="hello")}, "segments[0].questions[0].keywords"),
    ({"segments": question(keywords=[""])}, "segments[0].questions[0].keywords[0]"),
    ({"segments": question(asked_of="nobody")}, "segments[0].questions[0].asked_of"),
    ({"segments": question(id="not an id")}, "segments[0].questions[0].id"),
    ({"segments": question(colour="red")}, "segments[0].questions[0].colour"),
    ({"active": True}, "active"),
    ({"segments": [{"title": "S", "questions": [{"id": "a", "text": "Q?"}, {"id": "a", "text": "R?"}]}]}, "segments[0].questions[1].id"),
], ids=str)
def test_a_wrong_checklist_is_refused_by_field(client, change, path):
    answer = client.post(CHECKLISTS, {**copy.deepcopy(CHECKLIST), **change}, expect=422)
    assert path in answer.field_errors, answer.json["errors"]
    assert client.pages(CHECKLISTS) == []
