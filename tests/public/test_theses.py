"""The pages of theses: what speaks for each and against it, how it stands by its sources; and as Argdown."""

import html5lib
import pytest
from django.urls import reverse

from research import actions
from research.models import Argument, Source, Thesis
from research.queries import arguments
from research.queries.arguments import ThesisState
from tests import factories as make
from tests.public.urls import body, marks

pytestmark = pytest.mark.django_db

FOR, AGAINST = "supports", "opposes"


def page(client, thesis, language=""):
    response = client.get(language + thesis.get_absolute_url())
    assert response.status_code == 200
    return response


def shown(response):
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return {
        node.get("id"): " ".join("".join(node.itertext()).split())
        for node in tree.iter("article")
        if node.get("id")
    }


def state_of(thesis):
    return arguments.with_state(Thesis.objects.public()).get(pk=thesis.pk).state


def argue(thesis, stance, way, **values):
    """An argument that is sourced in this way, or is not."""
    if way in ("case", "finding"):
        base = make.MAKERS["cases" if way == "case" else "findings"](body="引 [@k]")
        return make.make_argument(thesis=thesis, stance=stance, **values | {f"{way}s": [base]})
    text = "引 [@k]" if way == "own" else "没有来源"
    return make.make_argument(thesis=thesis, stance=stance, body=text, **values)


@pytest.fixture
def source():
    return make.make_source("白皮书", key="k", authors="王兴")


@pytest.fixture
def thesis(source):
    return make.make_thesis("平台胜过产品。", slug="平台")


class TestTheState:
    """The table of decision 0034, line by line."""

    @pytest.mark.parametrize(
        ("claims", "state"),
        [
            ([], "unargued"),
            ([(FOR, "none")], "unsourced"),
            ([(AGAINST, "none")], "unsourced"),
            ([(FOR, "none"), (AGAINST, "none")], "unsourced"),
            ([(FOR, "own")], "supported"),
            ([(FOR, "own"), (FOR, "none"), (AGAINST, "none")], "supported"),
            ([(AGAINST, "own")], "opposed"),
            ([(FOR, "none"), (AGAINST, "own")], "opposed"),
            ([(FOR, "own"), (AGAINST, "own")], "contested"),
            ([(FOR, "case"), (AGAINST, "finding"), (FOR, "none")], "contested"),
        ],
    )
    def test_it_follows_from_the_sources_behind_the_claims(self, client, thesis, claims, state):
        for stance, way in claims:
            argue(thesis, stance, way)
        assert state_of(thesis) == state
        response = page(client, thesis, "/en")
        assert response.context["board"].state == state
        assert f"standing-{state}" in response.content.decode()
        board = response.context["board"]
        sourced = [(claim.argument.stance, claim.is_sourced) for claim in board.claims]
        assert sorted(sourced) == sorted((stance, way != "none") for stance, way in claims)

    def test_the_thesis_own_source_is_on_neither_side(self, thesis):
        thesis.body = "引 [@k]"
        actions.save(thesis, by=None, via="test")
        assert state_of(thesis) == ThesisState.UNARGUED

    @pytest.mark.parametrize("way", ["own", "case", "finding"])
    def test_what_is_withdrawn_supports_nothing(self, thesis, way):
        argument = argue(thesis, FOR, way)
        assert state_of(thesis) == "supported"
        actions.withdraw([Source.objects.get(key="k")], by=None, via="test")
        assert state_of(thesis) == "unsourced"
        actions.withdraw([Argument.objects.get(pk=argument.pk)], by=None, via="test")
        assert state_of(thesis) == "unargued"

    @pytest.mark.parametrize("way", ["case", "finding"])
    def test_nor_does_a_withdrawn_case_or_finding(self, thesis, way):
        argument = argue(thesis, FOR, way)
        actions.withdraw(list(getattr(argument, f"{way}s").all()), by=None, via="test")
        assert state_of(thesis) == "unsourced"

    def test_nor_a_case_of_a_withdrawn_organization(self, thesis):
        argument = argue(thesis, FOR, "case")
        actions.withdraw([argument.cases.get().organization], by=None, via="test")
        assert state_of(thesis) == "unsourced"

    def test_nor_a_key_without_its_source(self, thesis):
        make.make_argument(thesis=thesis, body="[@无此]")
        assert state_of(thesis) == "unsourced"


class TestThePage:
    def test_both_sides_stand_beside_each_other_with_what_they_rest_on(self, client, thesis):
        case = make.make_case("城市大脑", organization=make.make_organization("阿里巴巴"))
        first = make.make_argument(
            "伙伴更多。", thesis=thesis, body="见 [@k, p. 6]。", cases=[case], position=1
        )
        second = make.make_argument("产品更好。", thesis=thesis, stance=AGAINST, position=2)
        response = page(client, thesis)
        claims = shown(response)
        assert list(claims) == [first.slug, second.slug]
        assert "阿里巴巴 · 城市大脑" in claims[first.slug]
        assert "未注来源" in claims[second.slug]
        board = response.context["board"]
        assert [claim.argument for claim in board.supports.claims] == [first]
        assert [claim.argument for claim in board.opposes.claims] == [second]

    def test_the_sentences_that_cite_a_source_are_quoted(self, client, thesis):
        finding = make.make_finding(body="云份额第一 [@k, p. 6]。")
        argument = make.make_argument(thesis=thesis, body="上一句。据 [@k] 所说，领先。", findings=[finding])
        (claim,) = page(client, thesis).context["board"].claims
        ((evidence,),) = [claim.sources]
        assert evidence.source.key == "k"
        assert [(quote.locator, quote.sentence) for quote in evidence.quotes] == [
            ("", "据 所说，领先。"),
            ("p. 6", "云份额第一。"),
        ]
        text = shown(page(client, thesis))[argument.slug]
        assert "云份额第一。 p. 6" in text
        assert "白皮书" in text

    def test_the_line_below_a_quotation_is_no_sentence(self, client, thesis):
        make.make_argument(thesis=thesis, body="> 领先。\n>\n> —— 某人 [@k, p. 6]")
        make.make_argument(thesis=thesis, body="> 领先。\n>\n> —— 某人 [@k]")
        found = page(client, thesis).context["board"].claims
        quotes = [[(one.locator, one.sentence) for one in claim.sources[0].quotes] for claim in found]
        assert sorted(quotes) == [[], [("p. 6", "")]]

    def test_marks_lead_to_the_references_at_the_foot(self, client, thesis):
        argue(thesis, FOR, "own")
        text = page(client, thesis).content.decode()
        assert marks(text)
        assert 'id="ref-1"' in text

    def test_how_many_are_sourced_is_counted(self, client, thesis):
        for way in ("own", "none", "none"):
            argue(thesis, FOR, way)
        side = page(client, thesis).context["board"].supports
        assert (side.sourced, side.unsourced, side.first_marks) == (1, 2, [True, False, False])

    def test_a_claim_that_only_its_case_sources_is_not_called_unsourced(self, client, thesis):
        argument = argue(thesis, FOR, "case")
        assert "未注来源" not in shown(page(client, thesis))[argument.slug]

    def test_hidden_ones_are_on_neither_side(self, client, thesis):
        argue(thesis, FOR, "own", status="draft")
        assert page(client, thesis).context["board"].claims == []

    @pytest.mark.parametrize("slug", ["无此", "平台 ", "a" * 300])
    def test_an_unknown_one_is_not_found(self, client, thesis, slug):
        for name in ("thesis", "thesis_argdown"):
            assert client.get(reverse(name, args=[slug])).status_code == 404


class TestTheList:
    @pytest.fixture
    def some(self, thesis):
        argue(thesis, FOR, "own")
        argue(thesis, AGAINST, "case")
        supported, bare = make.make_thesis("二", slug="二"), make.make_thesis("三", slug="三", tags=["云"])
        argue(supported, FOR, "own")
        argue(make.make_thesis("隐", slug="隐", status="draft"), AGAINST, "own")
        return thesis, supported, bare

    def listed(self, client, query=""):
        return [one.slug for one in client.get(reverse("theses") + query).context["page"]]

    def test_it_says_how_each_stands(self, client, some):
        response = client.get(reverse("theses"))
        found = {
            one.slug: (one.state, one.claims_for, one.claims_against) for one in response.context["page"]
        }
        assert found == {"平台": ("contested", 1, 1), "二": ("supported", 1, 0), "三": ("unargued", 0, 0)}

    def test_it_filters_by_state_and_so_do_its_data(self, client, some):
        assert self.listed(client, "?state=contested") == ["平台"]
        assert self.listed(client, "?state=unargued&tag=云") == ["三"]
        assert self.listed(client, "?state=contested&tag=云") == []
        for ending in ("csv", "json", "argdown"):
            text = body(client.get(f"/theses.{ending}?state=supported"))
            assert "二" in text
            assert "平台胜过产品" not in text

    def test_only_states_that_there_are_can_be_chosen(self, client, some):
        (choice, _tag) = client.get(reverse("theses")).context["listing"].choices
        assert [value for value, _label in choice.options] == ["contested", "supported", "unargued"]

    @pytest.mark.parametrize("value", ["无此", "\x00", "x" * 5000, "CONTESTED"])
    def test_an_unknown_state_finds_none(self, client, some, value):
        for name in ("theses", "theses_argdown", "theses_csv"):
            response = client.get(reverse(name), {"state": value})
            assert response.status_code == 200
            assert "平台胜过产品" not in body(response)


class TestArgdown:
    def test_a_thesis(self, client, thesis):
        argue(thesis, AGAINST, "own", slug="平台-1")
        make.make_thesis("别的。")
        response = client.get(reverse("thesis_argdown", args=["平台"]))
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert "filename*=utf-8''" in response["Content-Disposition"]
        text = body(response)
        assert text.startswith("[平台]: 平台胜过产品。 {\n")
        assert "  <- <平台-1>: 伙伴更多。 {\n" in text
        assert "别的" not in text

    def test_all_of_them(self, client, thesis):
        make.make_thesis("别的。", slug="别的")
        text = body(client.get(reverse("theses_argdown")))
        assert text.count("\n\n[") == 1

    def test_none(self, client, db):
        assert body(client.get(reverse("theses_argdown"))) == "# —\n"

    def test_the_pages_lead_to_it(self, client, thesis):
        assert reverse("thesis_argdown", args=["平台"]) in body(page(client, thesis))
        assert f"{reverse('theses_argdown')}?state=unargued" in body(client.get("/theses/?state=unargued"))


def test_a_comparison_shows_how_its_theses_stand(client, thesis):
    organization = make.make_organization("阿里巴巴")
    comparison = make.make_comparison(organizations=[organization])
    case = make.make_case(organization=organization, body="引 [@k]")
    make.make_argument("有据。", thesis=thesis, cases=[case])
    make.make_argument("无据。", thesis=thesis)
    text = page(client, comparison).content.decode()
    section = text.partition('<h2 id="theses">')[2].partition("</section>")[0]
    assert "standing-supported" in section
    assert section.count("未注来源") == 1
