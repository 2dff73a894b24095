"""Gates for the site in one file, as it is attached to a build or mailed."""

import re
from urllib.parse import unquote

import pytest

from sites import KEEPSAKE, Markup, run
from test_files import vnu
from visits import AXE, DESK, PHONE, WIDTHS, violations

pytestmark = pytest.mark.skipif(KEEPSAKE is None, reason="KEEPSAKE_BIN is not set")


@pytest.fixture(scope="module", params=["demo", "hostile"])
def site(request, sites):
    return sites[request.param]


@pytest.fixture(scope="module")
def file(site, tmp_path_factory):
    path = tmp_path_factory.mktemp("single") / "report.html"
    run(KEEPSAKE, "report", "-D", site.project, "--single-file", "-o", path)
    return path


def visible(tab):
    """The pages that are shown."""
    return tab.eval_on_selector_all(
        ".page", "pages => pages.filter(page => page.offsetParent !== null).map(page => page.id)")


def test_a_second_build_has_the_same_bytes(site, file, tmp_path):
    again = tmp_path / "again.html"
    run(KEEPSAKE, "report", "-D", site.project, "--single-file", "-o", again)
    assert again.read_bytes() == file.read_bytes()


def test_vnu_finds_no_error(file):
    # vnu does not know `:has`; the stylesheet of a folder is not given to it either.
    found = ["%s %s" % (message.get("lastLine"), message["message"]) for message in vnu([file])
             if not message["message"].startswith("CSS:")]
    assert not found, "%d, such as\n%s" % (len(found), "\n".join(found[:10]))


def test_every_reference_is_inside(file):
    markup = Markup(file.read_text(encoding="utf-8"))
    ids = [attributes["id"] for _, attributes in markup.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in markup.elements:
        for name in ["href", "src"]:
            link = attributes.get(name, "data:")
            if link.startswith("#"):
                assert unquote(link[1:]) in markup.ids, link
            else:
                assert re.match("data:|https?:|mailto:", link), link
                assert tag == "a" or link.startswith("data:"), (tag, link)
        for name in ["aria-labelledby", "aria-describedby", "for"]:
            for reference in (attributes.get(name) or "").split():
                assert reference in markup.ids, reference


@pytest.mark.parametrize("scripting", [True, False])
def test_links_show_the_other_pages(file, browser, scripting):
    context = browser.new_context(viewport=DESK, java_script_enabled=scripting)
    tab = context.new_page()
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(file.as_uri())
    assert tab.locator(".page >> visible=true").count() == 1
    tab.locator("#index table[data-rows] tbody a.id").first.click()
    page = tab.locator(".page >> visible=true")
    assert page.count() == 1
    assert page.get_attribute("id").startswith("e-")
    page.locator("nav.sections a").first.click()
    assert tab.locator(".page >> visible=true").get_attribute("id").startswith("e-")
    tab.locator(".site-title").click()
    assert tab.locator(".page >> visible=true").get_attribute("id") == "index"
    assert {url for url in requests if not url.startswith("data:")} == {file.as_uri()}
    context.close()


def test_the_script_sorts_filters_and_reads_values(file, browser):
    context = browser.new_context(viewport=DESK)
    tab = context.new_page()
    messages = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    tab.goto(file.as_uri())
    first = tab.locator("#index table[data-rows] tbody tr").first
    before = first.inner_text()
    tab.locator("#index th[data-key=created] button").click()
    tab.wait_for_function(
        "before => document.querySelector('#index table[data-rows] tbody tr').innerText !== before", arg=before)
    assert "sort=" in tab.evaluate("location.hash")
    tab.locator("#index table[data-rows] tbody a.id").first.click()
    assert visible(tab)[0].startswith("e-")
    slider = tab.locator(".page >> visible=true").locator("input.slider").first
    slider.focus()
    slider.press("ArrowLeft")
    tab.wait_for_function(
        "document.activeElement.getAttribute('aria-valuetext')?.startsWith('step')")
    assert not messages
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(file, browser, scheme):
    context = browser.new_context(viewport=DESK, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(file.as_uri())
    tab.evaluate(AXE)
    found = violations(tab)
    tab.locator("#index table[data-rows] tbody a.id").first.click()
    found += violations(tab)
    tab.set_viewport_size(PHONE)
    assert tab.evaluate(WIDTHS)[0] <= PHONE["width"]
    assert not found, "\n".join(found)
    context.close()


def test_a_foreign_file_is_left_alone(site, tmp_path):
    foreign = tmp_path / "report.html"
    foreign.write_text("<title>Mine</title>")
    with pytest.raises(AssertionError, match="no report"):
        run(KEEPSAKE, "report", "-D", site.project, "--single-file", "-o", foreign)
    assert foreign.read_text() == "<title>Mine</title>"
