"""How readers choose experiments in the table and compare them."""

import re

import pytest

import generated
from sites import KEEPSAKE, report, run
from visits import AXE, DESK, PHONE, WIDTHS, violations

pytestmark = pytest.mark.skipif(KEEPSAKE is None, reason="KEEPSAKE_BIN is not set")

CHOSEN = "compare/chosen.html"


def stems(tab, places=None):
    """The stems of the rows of a table that was not drawn anew, all or some."""
    links = tab.eval_on_selector_all("tbody .id", "all => all.map(link => link.href)")
    found = [re.search(r"e/(\w+)\.html", link).group(1) for link in links]
    return found if places is None else [found[place] for place in places]


def ticked(tab):
    return tab.eval_on_selector_all(
        ".choose", "boxes => boxes.filter(box => box.checked).map(box => box.value)")


def fragment(tab):
    return tab.evaluate("location.hash")


# Choosing


def test_a_choice_survives_sorting_filtering_paging_and_reloading(opened):
    tab = opened("large", "index.html")
    chosen = stems(tab, [3, 1])
    for place in [3, 1]:
        tab.check(".choose >> nth=%d" % place)
    assert fragment(tab) == "#chosen=" + ",".join(chosen)
    link = tab.locator(".chosen a")
    assert link.inner_text() == "Compare 2"
    assert link.get_attribute("href") == CHOSEN + "#ids=" + ",".join(chosen)

    tab.click("th[data-key='created'] button")
    tab.wait_for_selector("th[data-key='created'][aria-sort=ascending]")
    assert ticked(tab) == []
    tab.click(".pager button >> text=Next")
    tab.wait_for_selector("text=Page 2 of 2")
    assert sorted(ticked(tab)) == sorted(chosen)
    tab.fill(".tools input[type=search]", "seed >= 0")
    tab.wait_for_function("() => document.querySelector('output').value")
    assert link.inner_text() == "Compare 2"

    again = opened("large", "index.html#chosen=" + ",".join(chosen))
    assert sorted(ticked(again)) == sorted(chosen)
    assert again.locator("tbody tr").count() == 100
    best = opened("large", "best.html#chosen=" + ",".join(chosen))
    assert best.inner_text(".chosen a") == "Compare 2"


def test_a_choice_goes_along_to_the_other_pages_of_the_table(opened):
    tab = opened("large", "index.html")
    tab.check(".choose >> nth=0")
    assert tab.inner_text(".chosen").split() == ["1", "chosen", "Clear"]
    tab.click(".pager a >> text=2")
    tab.wait_for_url("**/index-2.html#chosen=*")
    rows = tab.locator("tbody tr").count()
    tab.check(".choose >> nth=0")
    assert tab.locator("tbody tr").count() == rows == 20
    assert tab.inner_text(".chosen a") == "Compare 2"
    tab.click(".chosen button")
    assert not ticked(tab) and not fragment(tab) and not tab.inner_text(".chosen")
    assert tab.evaluate("document.activeElement.ariaLabel") == "Experiments"


def test_the_shift_key_chooses_all_between(opened):
    tab = opened("demo", "index.html")
    tab.click(".choose >> nth=5")
    tab.click(".choose >> nth=2", modifiers=["Shift"])
    assert ticked(tab) == stems(tab, [2, 3, 4, 5])
    tab.click(".choose >> nth=4")
    tab.click(".choose >> nth=3", modifiers=["Shift"])
    assert ticked(tab) == stems(tab, [2, 5])


def test_experiments_are_chosen_and_compared_with_the_keyboard(opened):
    tab = opened("demo", "index.html")
    for place in [0, 1]:
        name = "Compare " + tab.locator("tbody .id").nth(place).inner_text()
        tab.get_by_role("checkbox", name=name).focus()
        tab.keyboard.press("Space")
    tab.focus(".chosen a")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/chosen.html#ids=*")
    tab.wait_for_selector(".compare-table")
    assert tab.inner_text("h1") == "Compare 2 experiments"


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("name", ["demo", "recorded"])
def test_the_link_to_what_was_chosen_stays_in_sight_and_moves_nothing(opened, name, viewport):
    tab = opened(name, "index.html", viewport)
    place = lambda: tab.locator("tbody tr").first.bounding_box()["y"]
    before = place()
    for row in [0, 1]:
        tab.check(".choose >> nth=%d" % row)
    assert place() == before
    tab.locator("tbody tr").last.scroll_into_view_if_needed()
    tab.locator(".choose").last.focus()
    box = tab.locator(".chosen a").bounding_box()
    assert 0 <= box["y"] <= viewport["height"] - box["height"]
    assert box["x"] + box["width"] <= viewport["width"]
    assert tab.evaluate(WIDTHS)[0] <= viewport["width"]


def test_nothing_can_be_chosen_where_there_is_nothing_to_compare(browser, opened, tmp_path):
    assert opened("demo", "index.html", java_script_enabled=False).locator(".choose").count() == 0
    repository = generated.Repository(tmp_path)
    repository.add(generated.experiment("a", 0, {"a": 1}, []))
    report(tmp_path, tmp_path / "report")
    assert not (tmp_path / "report" / "compare").exists()
    tab = browser.new_page()
    tab.goto((tmp_path / "report" / "index.html").as_uri())
    assert tab.locator(".tools").count() == 1 and tab.locator(".choose").count() == 0
    tab.close()


# Comparing


def compared(opened, name, ids, more="", **options):
    """The page that compares experiments, with all its charts."""
    tab = opened(name, "%s#ids=%s%s" % (CHOSEN, ",".join(ids), more), **options)
    tab.wait_for_selector(".tools label")
    settle(tab)
    return tab


def settle(tab):
    """Waits until no chart was drawn for a while."""
    tab.evaluate("""() => new Promise(resolve => {
      let timer = setTimeout(resolve, 300);
      new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(resolve, 300);
      }).observe(document.querySelector('.charts'), {childList: true});
    })""")


PICTURES = """() => Object.fromEntries(
  [...document.querySelectorAll('section > .charts > figure, main > .charts > figure')]
  .filter(figure => !figure.id.startsWith('seeds'))
  .map(figure => {
    const svg = figure.querySelector('.chart-scroll > svg');
    const ends = key => svg.dataset[key].split(' ').map(Number);
    return [figure.dataset.metric, {
      x: ends('x'), y: ends('y'), log: 'log' in svg.dataset,
      left: [...svg.querySelectorAll('.tick')][0].textContent,
      bad: svg.querySelectorAll('.bad').length,
      best: Number(svg.querySelector('circle:not(.halo)')?.getAttribute('cy')),
      lines: [...svg.querySelectorAll('g[data-series]')].map(line => line.dataset.series),
      dashes: [...svg.querySelectorAll('g[data-series] .line')]
        .map(line => line.getAttribute('stroke-dasharray')),
    }];
  }))"""


@pytest.mark.parametrize("options", [
    [], ["--smooth", "0.9"], ["--smooth", "0"], ["--log", "all"], ["--x", "time"],
])
@pytest.mark.parametrize("name", ["demo", "large"])
def test_charts_are_those_that_the_report_draws(browser, sites, tmp_path, name, options):
    project = sites[name].project
    report(project, tmp_path / "report", *options)
    tab = browser.new_page()
    tab.goto((tmp_path / "report" / "compare" / "best.html").as_uri())
    drawn = tab.evaluate(PICTURES)
    ids = [href[5:-5] for href in tab.eval_on_selector_all(
        ".compare-table thead a", "all => all.map(link => link.getAttribute('href'))")]
    heads = tab.locator(".compare-table").first.locator("thead a").all_inner_texts()
    assert len(ids) == 8 and len(drawn) >= 3
    tab.goto((tmp_path / "report" / CHOSEN).as_uri() + "#ids=" + ",".join(ids))
    tab.wait_for_selector("figure")
    settle(tab)
    assert tab.locator(".compare-table thead a").all_inner_texts() == heads
    here = tab.evaluate(PICTURES)
    assert list(here) == list(drawn)
    whole = [metric for metric in drawn if len(here[metric]["lines"]) == 8]
    assert len(whole) >= 3
    for metric in whole:
        # Times are milliseconds here.
        for ends, unit in [("x", 1e-3 if "time" in options else 0), ("y", 0)]:
            expected = pytest.approx(drawn[metric].pop(ends), rel=1e-9, abs=unit)
            assert here[metric].pop(ends) == expected, metric
        assert here[metric] == drawn[metric], metric
    tab.close()


def test_the_table_shows_what_differs_and_on_request_what_does_not(opened):
    ids = stems(opened("demo", "index.html"), [1, 6])
    tab = compared(opened, "demo", ids)
    table = tab.locator(".compare-table")
    shown = [row.split()[0] for row in table.locator("tbody tr").all_inner_texts() if row]
    assert shown[:2] == ["Metrics", "val/loss"] and "batch_size" not in shown
    best = table.locator("td.best")
    values = [float(text) for text in
              table.locator("tr", has_text="val/loss").first.locator("td").all_inner_texts()]
    assert best.count() == 1 and float(best.inner_text()) == min(values)
    label = tab.locator("label[for=show-same]")
    count = int(re.search(r"\d+", label.inner_text()).group())
    assert table.locator("tr.same").count() == count
    label.click()
    assert table.locator("tr.same", has_text="batch_size").is_visible()


def test_the_view_stands_in_the_address(opened):
    ids = stems(opened("large", "index.html"), [1, 2, 3])
    tab = compared(opened, "large", ids)
    before = tab.get_attribute(".chart svg[role=img]", "data-y")
    tab.select_option("select >> nth=0", "time")
    tab.select_option("select >> nth=1", "log")
    tab.locator(".tools [type=range]").fill("0.5")
    assert fragment(tab) == "#ids=%s&x=time&y=log&smooth=0.5" % ",".join(ids)
    settle(tab)
    svg = tab.locator(".chart svg[role=img]").first
    assert svg.get_attribute("data-log") == "" and svg.get_attribute("data-y") != before
    # A checkpoint a second.
    assert svg.get_attribute("data-x") == "0 39"
    assert svg.get_attribute("data-unit") == "seconds"
    for note in ["seconds since the start", "log scale · smoothed 0.5"]:
        assert note in svg.inner_html()
    again = compared(opened, "large", ids, "&x=time&y=log&smooth=0.5")
    assert again.locator(".chart svg[role=img]").first.inner_html() == svg.inner_html()
    assert again.locator("select").nth(0).input_value() == "time"
    assert again.locator("select").nth(1).input_value() == "log"
    assert again.locator(".tools [type=range]").input_value() == "0.5"


def test_charts_are_read_over_steps_and_over_time(opened):
    ids = stems(opened("large", "index.html"), [1, 2])
    for more, first in [("", "step 39"), ("&x=time", "39 seconds")]:
        tab = compared(opened, "large", ids, more)
        tab.focus("#c-1 .slider")
        tab.wait_for_selector("#c-1 .reading")
        items = tab.locator("#c-1 .readout > span").all_inner_texts()
        assert items[0] == first and len(items) == 3
        assert items[1].split()[0] == ids[0][:7]


def test_measured_values_are_faint_beneath_up_to_two_smoothed_lines(opened):
    ids = stems(opened("large", "index.html"), [1, 2, 3])
    two = compared(opened, "large", ids[:2], "&smooth=0.9")
    assert two.locator("#c-1 path.raw").count() == 2
    assert "measured values faint" in two.locator("#c-1").inner_html()
    three = compared(opened, "large", ids, "&smooth=0.9")
    assert three.locator("#c-1 path.raw").count() == 0


def test_an_experiment_is_removed_in_its_column(opened):
    ids = stems(opened("demo", "index.html"), [1, 2, 3])
    tab = compared(opened, "demo", ids)
    tab.check("#show-same")
    tab.get_by_role("button", name="Remove " + ids[1][:7]).focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector("text=Compare 2 experiments")
    settle(tab)
    assert fragment(tab) == "#ids=%s,%s" % (ids[0], ids[2])
    assert tab.is_checked("#show-same")
    assert tab.locator("#c-1 g[data-series]").count() == 2
    assert tab.evaluate("document.activeElement.ariaLabel") == "Remove " + ids[2][:7]
    tab.keyboard.press("Enter")
    assert "Only %s is chosen." % ids[0][:7] in tab.inner_text("main")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/index.html#chosen=" + ids[0])
    assert ticked(tab) == [ids[0]]


def test_a_link_within_the_page_leaves_the_comparison(opened):
    tab = compared(opened, "demo", stems(opened("demo", "index.html"), [1, 2]))
    tab.focus(".skip")
    tab.keyboard.press("Enter")
    tab.wait_for_function("() => location.hash === '#main'")
    tab.wait_for_timeout(50)
    assert tab.inner_text("h1") == "Compare 2 experiments"


def test_of_many_the_best_have_colours(opened):
    ids = stems(opened("demo", "best.html"))[:12]
    tab = compared(opened, "demo", ids[::-1])
    assert "The best 8 by val/loss have colours; the others are grey." in tab.inner_text("main")
    assert tab.locator(".compare-table thead .key").count() == 8
    lines = tab.eval_on_selector_all("#c-1 g[data-series]", "all => all.map(g => g.dataset.series)")
    assert sorted(lines) == sorted(ids[:8])
    assert tab.get_attribute("#c-1 g.other path", "d").count("M") >= 4
    assert "12 series, 8 in colour." in tab.inner_text("#c-1 .chart-summary")


@pytest.mark.parametrize("ids, expected", [
    ("", "No experiments are chosen. Tick two or more in the table"),
    ("nothing,<b>x</b>", "Not an experiment of this report: nothing, <b>x</b>."),
])
def test_without_a_choice_the_page_says_what_to_do(opened, ids, expected):
    tab = opened("demo", CHOSEN + "#ids=" + ids)
    tab.wait_for_selector("text=No experiments are chosen.")
    assert expected in tab.inner_text("main")
    tab.click("main a")
    tab.wait_for_url("**/index.html")


def test_the_start_of_an_id_is_enough_where_no_other_has_it(opened):
    ids = stems(opened("demo", "index.html"))
    starts = [id[0] for id in ids]
    # Forty experiments, sixteen digits.
    common = next(start for start in starts if starts.count(start) > 1)
    tab = opened("demo", "%s#ids=%s,%s,%s" % (CHOSEN, ids[0][:7], common, ids[1] + "0" * 52))
    tab.wait_for_selector("text=Compare 2 experiments")
    assert "Not an experiment of this report: %s." % common in tab.inner_text("main")
    assert tab.locator(".compare-table thead a").all_inner_texts() == [id[:7] for id in ids[:2]]


def test_without_the_script_the_page_says_what_it_is_for(opened):
    tab = opened("demo", CHOSEN + "#ids=a,b", java_script_enabled=False)
    assert "for which the browser must run scripts" in tab.inner_text("main")
    links = tab.eval_on_selector_all("main a", "all => all.map(link => link.getAttribute('href'))")
    assert links == ["../index.html", "../compare/best.html"]


def test_experiments_without_pages_are_compared_without_lines(browser, sites, tmp_path):
    report(sites["demo"].project, tmp_path / "report", "--details", "1")
    tab = browser.new_page()
    tab.goto((tmp_path / "report" / "index.html").as_uri())
    paged = [box for box in tab.eval_on_selector_all(".choose", "all => all.map(box => box.value)")
             if len(box) > 7]
    plain = tab.locator("tbody code.id").first.inner_text()
    tab.goto((tmp_path / "report" / CHOSEN).as_uri() + "#ids=%s,%s" % (plain, paged[0]))
    tab.wait_for_selector("figure")
    settle(tab)
    assert plain + " has no page in this report" in tab.inner_text("main")
    assert tab.locator("#c-1 g[data-series]").count() == 1
    assert tab.locator(".compare-table thead th").count() == 2
    tab.close()


def test_what_cannot_be_loaded_or_placed_is_said(browser, tmp_path):
    repository = generated.Repository(tmp_path)
    for name, start in [("a", 60), ("b", 120), ("c", 180)]:
        points = [generated.checkpoint(name, start + step, step, {"loss": step, name: step})
                  for step in range(4)]
        if name == "b":
            for point in points:
                point["created"] = "0001-01-01T00:00:00Z"
        repository.add(generated.experiment(name, start, {"name": name}, points))
    report(tmp_path, tmp_path / "report")
    ids = [generated.identifier(name)[:12] for name in "abc"]
    (tmp_path / "report" / "data" / "e" / (ids[2] + ".js")).unlink()
    tab = browser.new_page()
    tab.goto((tmp_path / "report" / CHOSEN).as_uri() + "#ids=" + ",".join(ids) + "&x=time")
    tab.wait_for_selector("figure")
    settle(tab)
    assert "The values of %s cannot be loaded." % ids[2][:7] in tab.inner_text("main")
    assert tab.locator("figure").count() == 3
    assert tab.locator("figure[data-metric=loss] g[data-series]").count() == 1
    assert "No values were recorded at a known time." in tab.inner_text("figure[data-metric=b]")
    tab.select_option("select >> nth=0", "step")
    settle(tab)
    assert tab.locator("figure[data-metric=loss] g[data-series]").count() == 2
    tab.close()


def test_hostile_names_are_compared_as_text(opened, sites):
    everything = generated.identifier("everything")[:12]
    others = [generated.identifier(number)[:12] for number in [0, 3, 9]]
    tab = opened("hostile", "health.html")
    messages = []
    tab.on("dialog", lambda dialog: (messages.append(dialog.message), dialog.dismiss()))
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    tab.goto((sites["hostile"].root / CHOSEN).as_uri() + "#ids=" + ",".join([everything, *others]))
    tab.wait_for_selector("figure")
    settle(tab)
    assert messages == []
    assert tab.locator("main script, main img").count() == 0
    text = tab.inner_text("main")
    for name in [generated.SCRIPT, generated.BRACES, generated.EMOJI]:
        assert name in text
    assert "[U+202E]" in text and "values not finite" in text
    assert "24 of " in text and tab.locator("figure").count() == 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name, count, viewport", [
    ("demo", 3, DESK), ("demo", 12, PHONE), ("hostile", 9, PHONE),
])
def test_axe_finds_nothing_on_a_comparison(opened, name, count, viewport, scheme):
    start = opened(name, "index.html", color_scheme=scheme)
    ids = stems(start)[:count]
    tab = compared(opened, name, ids, viewport=viewport, color_scheme=scheme)
    tab.evaluate(AXE)
    found = violations(tab)
    tab.check("#show-same")
    found += violations(tab)
    assert not found, "\n".join(found)
    assert tab.evaluate(WIDTHS)[0] <= viewport["width"]


def test_axe_finds_nothing_where_experiments_are_chosen(opened):
    tab = opened("demo", "index.html", color_scheme="dark")
    for place in [0, 1]:
        tab.check(".choose >> nth=%d" % place)
    tab.evaluate(AXE)
    assert not violations(tab)


@pytest.fixture
def spiky(tmp_path):
    """Two runs with the same best accuracy, and a count that is nearly always 0; their stems too."""
    repository = generated.Repository(tmp_path)
    for name, start in [("a", 60), ("b", 120)]:
        points = [
            generated.checkpoint(
                name, start + step, step,
                {"accuracy": min(1, step / 100), "count": max(0, step - 985)}, "accuracy", "maximize")
            for step in range(1000)]
        repository.add(generated.experiment(name, start, {"name": name}, points))
    report(tmp_path, tmp_path / "report")
    page = (tmp_path / "report" / CHOSEN).as_uri()
    return page, [generated.identifier(name)[:12] for name in "ab"]


def test_of_equals_the_table_and_the_chart_have_the_first_as_the_best(browser, spiky):
    page, ids = spiky
    tab = browser.new_page()
    for order in [ids, ids[::-1]]:
        tab.goto("about:blank")
        tab.goto("%s#ids=%s" % (page, ",".join(order)))
        tab.wait_for_selector("figure[data-metric=accuracy]")
        cells = tab.locator(".compare-table tr", has_text="accuracy").first.locator("td")
        assert "best" in cells.first.get_attribute("class").split()
        assert "Best: %s with 1." % order[0][:7] in tab.inner_text("figure[data-metric=accuracy]")
    tab.close()


def test_a_logarithmic_axis_is_fitted_to_positive_values_and_a_linear_one_to_all(browser, spiky):
    page, ids = spiky
    tab = browser.new_page()
    ends = {}
    for scale in ["log", "linear"]:
        tab.goto("about:blank")
        tab.goto("%s#ids=%s&y=%s" % (page, ",".join(ids), scale))
        tab.wait_for_selector("figure[data-metric=count]")
        text = tab.get_attribute("figure[data-metric=count] svg[role=img]", "data-y")
        ends[scale] = [float(end) for end in text.split()]
    assert 0.5 < ends["log"][0] <= 1 and 14 <= ends["log"][1] < 20
    assert ends["linear"] == [0, 14]
    tab.close()
