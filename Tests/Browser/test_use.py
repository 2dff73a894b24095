"""What a reader does on the pages: sort, filter, read values off charts, follow what was found."""

import shutil

import pytest

import generated
from sites import KEEPSAKE, report, run
from visits import DESK, PHONE

pytestmark = pytest.mark.skipif(KEEPSAKE is None, reason="KEEPSAKE_BIN is not set")


def longest_experiment(sites, name):
    return max((page for page in sites[name].pages if page.kind == "experiment"),
               key=lambda page: len(page.text)).path


def cells(tab, column):
    """The texts of a column, which is known by its key."""
    return tab.evaluate("""key => {
      const heads = [...document.querySelectorAll('thead tr:last-child > *')];
      const place = heads.findIndex(head => head.dataset.key === key);
      return [...document.querySelectorAll('tbody tr')].map(row => row.children[place].textContent);
    }""", column)


def test_the_script_draws_the_table_that_the_page_has(opened):
    tab = opened("demo", "index.html")
    # A no-break space counts.
    words = lambda: tab.inner_text("table").replace("\xa0", "_").split()
    before = words()
    tab.fill(".tools input[type=search]", "adam")
    tab.wait_for_function("() => document.querySelector('output').value")
    tab.fill(".tools input[type=search]", "")
    tab.wait_for_function("() => !document.querySelector('output').value")
    assert words() == before


@pytest.mark.parametrize("filter", [
    "created > 2020", "created >= 2020-01", "created < 2100-01-01", "val/loss < inf", "seed != NaN",
])
def test_a_filter_of_the_page_means_what_it_means_on_the_command_line(opened, filter):
    tab = opened("demo", "index.html")
    tab.fill(".tools input[type=search]", filter)
    tab.wait_for_function("() => document.querySelector('output').value")
    assert tab.inner_text("output") == "40 of 40"


def test_filter_order_and_columns_stand_in_the_address(opened):
    tab = opened("large", "index.html")
    tab.click("th[data-key='p:learning_rate'] button")
    tab.wait_for_selector("th[data-key='p:learning_rate'][aria-sort]")
    tab.fill(".tools input[type=search]", "optimizer = adam layers > 2")
    tab.wait_for_function("() => document.querySelector('output').value")
    tab.click(".chooser summary")
    tab.click(".chooser-list label:has-text('created')")
    rows = tab.inner_text("tbody")
    fragment = tab.evaluate("location.hash")
    again = opened("large", "index.html" + fragment)
    again.wait_for_function("() => document.querySelector('output').value")
    assert again.inner_text("tbody") == rows
    assert again.locator("th[data-key=created]").count() == 0
    rates = [float(text) for text in cells(again, "p:learning_rate")]
    assert rates == sorted(rates, reverse=True) and len(rates) > 3


def test_the_first_click_on_a_difference_puts_the_best_first(browser, sites, tmp_path):
    project = sites["demo"].project
    baseline = run(KEEPSAKE, "ls", "-q", "-D", project).split()[0]
    report(project, tmp_path / "report", "--baseline", baseline)
    tab = browser.new_page()
    tab.goto((tmp_path / "report" / "index.html").as_uri())
    header = "th[data-key='d:%s']" % tab.inner_text("th[data-key=score]").split()[0]
    assert tab.inner_text(header + " .name") == "Δ val/loss"
    tab.click(header + " button")
    tab.wait_for_selector(header + "[aria-sort=ascending]")
    differences = cells(tab, "d:val/loss")
    assert differences[0].startswith("−") and "0" in differences
    assert tab.locator("tbody tr").first.get_attribute("class") == "best"
    tab.click(".chooser summary")
    tab.wait_for_selector(".chooser-list label")
    names = tab.locator(".chooser-list label").all_inner_texts()
    assert len(names) == len(set(names)) > 5
    tab.close()


def test_the_primary_metric_is_in_sight_on_a_phone(opened):
    tab = opened("demo", "index.html", PHONE)
    box = tab.locator("th[data-key=score]").bounding_box()
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("filter, count", [
    ("batch_size = 15", "40 of 40"), ("Batch_Size > 15", "0 of 40"),
    (
        "colour = red",
        "This table has no column called colour; keepsake report --filter knows all.",
    ),
])
def test_what_is_the_same_everywhere_can_be_filtered_by(opened, filter, count):
    tab = opened("demo", "index.html")
    tab.fill(".tools input[type=search]", filter)
    tab.wait_for_function("() => document.querySelector('output').value")
    assert tab.inner_text("output") == count


def test_a_filter_says_that_its_data_is_missing(browser, sites, tmp_path):
    site = tmp_path / "report"
    shutil.copytree(sites["demo"].root, site)
    [rows] = (site / "data").glob("rows.*.js")
    rows.rename(site / "elsewhere.js")
    tab = browser.new_page()
    tab.goto((site / "index.html").as_uri())
    tab.fill(".tools input[type=search]", "adam")
    tab.wait_for_function("() => document.querySelector('output').value")
    assert tab.inner_text("output").startswith("Cannot load data/rows.")
    (site / "elsewhere.js").rename(rows)
    tab.fill(".tools input[type=search]", "momentum")
    tab.wait_for_function("() => / of 40$/.test(document.querySelector('output').value)")
    tab.close()


def test_the_keyboard_keeps_its_place(opened):
    tab = opened("large", "index.html")
    tab.focus(".tools input[type=search]")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.focus(".chooser-list input >> nth=0")
    tab.keyboard.press("Escape")
    assert not tab.locator(".chooser-list").is_visible()
    assert tab.evaluate("document.activeElement.textContent") == "Columns"
    # Down to the last page, where there is no next one.
    tab.fill(".tools input[type=search]", "seed >= 0")
    tab.wait_for_selector(".pager button")
    pages = int(tab.inner_text(".pager span").split()[-1])
    tab.focus(".pager button >> nth=1")
    for page in [*range(2, pages + 1), pages]:
        tab.keyboard.press("Enter")
        tab.wait_for_function("text => document.querySelector('.pager span').innerText === text",
                              arg="Page %d of %d" % (page, pages))
        assert tab.evaluate("document.activeElement.textContent") == "Next"
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Previous"


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_choice_of_columns_stays_in_the_window(opened, viewport):
    tab = opened("hostile", "index.html", viewport)
    tab.click(".chooser summary")
    tab.wait_for_selector(".chooser-list input")
    box = tab.locator(".chooser-list").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"]
    names = tab.locator(".chooser-list label").all_inner_texts()
    assert all(name.strip() for name in names)


def test_reading_a_chart_moves_nothing(opened):
    tab = opened("demo", "compare/best.html")
    figure = figures(tab, ".line-chart")[0]
    sizes = "[...document.querySelectorAll('figure, html')].map(box => box.scrollHeight)"
    before = tab.evaluate(sizes)
    tab.hover("#%s svg >> nth=-1" % figure)
    assert reading(tab, figure)
    assert tab.evaluate(sizes) == before


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("scripting", [True, False])
def test_a_long_table_keeps_the_names_of_its_columns_in_sight(opened, viewport, scripting):
    tab = opened("large", "index.html", viewport, java_script_enabled=scripting)
    box = tab.locator(".table-scroll")
    assert box.bounding_box()["height"] < viewport["height"]
    box.focus()
    tab.keyboard.press("End")
    tab.locator("tbody tr >> nth=-1").scroll_into_view_if_needed()
    assert tab.locator("thead").bounding_box()["y"] == box.bounding_box()["y"]
    assert tab.locator("tbody tr >> nth=-1").is_visible()


def test_print_has_every_column_and_row(opened):
    tab = opened("large", "index.html")
    tab.emulate_media(media="print")
    # Letter in landscape without its margins, in CSS pixels.
    tab.set_viewport_size({"width": 965, "height": 725})
    assert tab.evaluate("document.scrollingElement.scrollWidth") <= 965
    box = tab.locator(".table-scroll")
    assert box.evaluate("box => getComputedStyle(box).maxHeight") == "none"
    assert not tab.locator("nav").first.is_visible()


@pytest.mark.parametrize("name", ["demo", "hostile"])
def test_print_cuts_nothing(opened, sites, name):
    for page in sites[name].samples:
        tab = opened(name, page.path)
        tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        tab.emulate_media(media="print")
        tab.set_viewport_size({"width": 965, "height": 725})
        assert not tab.evaluate("""[...document.querySelectorAll('body *:not(svg, svg *, .unseen)')]
          .filter(box => getComputedStyle(box).overflowX !== 'visible'
            && box.scrollWidth > box.clientWidth + 1)
          .map(box => `${box.tagName}.${box.className}: ${box.textContent.slice(0, 80)}`)
          """), page


def test_print_has_the_folded_project_notes(opened):
    tab = opened("demo", "index.html", java_script_enabled=False)
    assert not tab.locator(".box > .prose").is_visible()
    tab.emulate_media(media="print")
    assert tab.locator(".box > .prose").evaluate("notes => notes.checkVisibility()")


def reading(tab, figure):
    tab.wait_for_selector("#%s .reading" % figure)
    return tab.inner_text("#%s .readout" % figure)


def figures(tab, kind):
    return tab.evaluate(
        "kind => [...document.querySelectorAll(kind)].map(figure => figure.id)", kind)


@pytest.mark.parametrize("path, kind", [
    ("compare/best.html", ".line-chart"), ("params.html", ".scatter-chart"),
    ("params.html", ".parallel-chart"),
])
def test_charts_are_read_with_the_keyboard(opened, path, kind):
    tab = opened("demo", path)
    for figure in figures(tab, kind):
        slider = "#%s .slider" % figure
        tab.focus(slider)
        first = reading(tab, figure)
        tab.keyboard.press("ArrowRight" if kind != ".line-chart" else "ArrowLeft")
        tab.wait_for_function(
            "([figure, text]) => document.querySelector(`#${figure} .readout`).innerText !== text",
            arg=[figure, first])
        assert tab.get_attribute(slider, "aria-valuetext")
        tab.evaluate("document.activeElement.blur()")


def test_runs_that_ended_are_not_read_and_the_best_is_read_first(browser, tmp_path):
    repository = generated.Repository(tmp_path)
    for number, (name, count, loss) in enumerate([("a", 9, 3), ("b", 4, 1), ("c", 9, 2)]):
        repository.add(generated.experiment(name, 60 * number, {"number": number}, [
            generated.checkpoint(name, 60 * number + step, step, {"loss": loss + 1 / (step + 1)})
            for step in range(count)]))
    report(tmp_path, tmp_path / "report")
    tab = browser.new_page()
    tab.goto((tmp_path / "report" / "compare" / "best.html").as_uri())
    figure = figures(tab, ".line-chart")[0]
    slider = "#%s .slider" % figure
    best_first = [generated.identifier(name)[:7] for name in "bca"]

    def read(step):
        tab.focus(slider)
        reading(tab, figure)
        tab.fill(slider, str(step))
        items = tab.locator("#%s .readout > span" % figure).all_inner_texts()
        assert items[0] == "step %d" % step
        assert tab.locator("#%s .cursor circle" % figure).count() == len(items) - 1
        return [item.split()[0] for item in items[1:]]

    assert read(3) == best_first
    assert read(4) == best_first[1:]
    tab.close()


def test_a_band_is_read_as_mean_and_deviation(opened):
    tab = opened("demo", "compare/best.html")
    figure = next(name for name in figures(tab, ".line-chart") if name.startswith("seeds-"))
    tab.hover("#%s svg >> nth=-1" % figure)
    assert "±" in reading(tab, figure)


def test_a_point_leads_to_its_experiment(opened, sites):
    tab = opened("demo", "params.html")
    figure = figures(tab, ".scatter-chart")[0]
    label = tab.inner_text("#%s .chart-summary a" % figure)
    ring = tab.locator("#%s circle.s4" % figure).bounding_box()
    middle = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    tab.mouse.move(*middle)
    assert reading(tab, figure).startswith(label)
    tab.mouse.click(*middle)
    tab.wait_for_url("**/e/*.html")
    assert label in tab.title()


def test_a_tap_reads_a_chart_until_the_next_one_elsewhere(opened):
    tab = opened("demo", "compare/best.html", PHONE, has_touch=True)
    first, second = figures(tab, ".line-chart")[:2]
    tab.tap("#%s svg >> nth=-1" % first)
    read = reading(tab, first)
    tab.wait_for_timeout(100)
    assert reading(tab, first) == read and read.startswith("step ")
    tab.tap("#%s svg >> nth=-1" % second)
    assert reading(tab, second)
    assert tab.locator("#%s .reading" % first).count() == 0
    tab.tap("h1")
    assert tab.locator(".reading").count() == 0


def test_a_first_tap_reads_a_point_and_a_second_leads_to_its_experiment(opened):
    tab = opened("demo", "params.html", PHONE, has_touch=True)
    figure = figures(tab, ".scatter-chart")[0]
    label = tab.inner_text("#%s .chart-summary a" % figure)
    ring = tab.locator("#%s circle.s4" % figure)
    ring.scroll_into_view_if_needed()
    box = ring.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.touchscreen.tap(*middle)
    assert reading(tab, figure).startswith(label)
    tab.wait_for_timeout(100)
    assert tab.url.endswith("/params.html")
    tab.touchscreen.tap(*middle)
    tab.wait_for_url("**/e/*.html")
    assert label in tab.title()


def test_lines_can_be_shown_as_measured(opened, sites):
    tab = opened("large", longest_experiment(sites, "large"), java_script_enabled=False)
    shown = lambda kind: tab.locator("svg path.%s" % kind).first.is_visible()
    assert shown("sm") and shown("raw")
    tab.check("#sm-off")
    assert shown("raw") and not shown("sm")
    tab.check("#raw-off")
    assert shown("sm") and not shown("raw")


def test_a_chart_that_does_not_fit_scrolls(opened, sites):
    tab = opened("large", longest_experiment(sites, "large"), PHONE)
    sizes = "box => [box.scrollWidth > box.clientWidth, box.tabIndex, box.scrollLeft]"
    box = tab.locator(".chart-scroll").first
    assert box.evaluate(sizes) == [True, 0, 0]
    box.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("() => document.querySelector('.chart-scroll').scrollLeft > 0")
