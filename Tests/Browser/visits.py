"""Opens pages in Chromium in all ways that readers open them, and notes what happened.

Everything that several gates want to know of a page is gathered in one visit: opening pages is
what these tests spend their time on.
"""

import http.server
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from sites import Page

CHROMIUM = os.environ.get("KEEPSAKE_CHROMIUM", "/usr/bin/chromium")
AXE = Axe().axe_script
# What Jenkins sends with every file of a published report.
JENKINS = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WIDTHS = "[document.scrollingElement.scrollWidth, window.innerWidth]"
COLOURS = """(() => {
  const of = (selector, property) => {
    const element = document.querySelector(selector);
    return element && getComputedStyle(element)[property];
  };
  return {
    surface: of('body', 'backgroundColor'), text: of('body', 'color'),
    ticks: of('svg .tick', 'fill'), halo: of('svg .halo', 'stroke'),
  };
})()"""


@dataclass
class Visit:
    page: Page
    console: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    dialogs: list = field(default_factory=list)
    violations: dict = field(default_factory=dict)
    phone_widths: dict = field(default_factory=dict)
    shown_text: str = ""
    printed: dict = field(default_factory=dict)
    pdf: bytes = b""
    plain: bytes = b""
    jenkins: bytes = b""


class Handler(http.server.SimpleHTTPRequestHandler):
    policy = None

    def end_headers(self):
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_):
        pass


class JenkinsHandler(Handler):
    policy = JENKINS


class Server:
    """Serves a folder on this machine only."""

    def __init__(self, handler, folder):
        self.http = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(handler, directory=str(folder)))
        self.address = "http://127.0.0.1:%d/" % self.http.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self.address

    def __exit__(self, *_):
        self.http.shutdown()


def violations(tab, rules=None):
    """What axe finds, as lines."""
    # Preloading is a request of axe's own, which the page's policy refuses.
    options = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    else:
        options["rules"] = {"target-size": {"enabled": True}}
    found = tab.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [
        "%s: %d, such as %s" % (rule["id"], len(rule["nodes"]), rule["nodes"][0]["html"][:200])
        for rule in found
    ]


def page_has_table(tab):
    return tab.locator(".chooser").count() > 0


def with_script(browser, visit, address):
    context = browser.new_context(viewport=DESK, color_scheme="light")
    tab = context.new_page()
    tab.on("console", lambda message: visit.console.append(message.text)
           if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: visit.console.append(str(error)))
    tab.on("requestfailed", lambda request: visit.failed.append(request.url))
    tab.on("request", lambda request: visit.requests.append(request.url))

    def dismiss(dialog):
        visit.dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", dismiss)
    tab.goto(address)
    visit.shown_text = tab.evaluate("document.body.textContent")
    tab.evaluate(AXE)
    visit.violations["light"] = violations(tab)
    # What is folded, and what the script makes when it is opened.
    tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    if page_has_table(tab):
        tab.wait_for_selector(".chooser-list input")
    visit.violations["light, unfolded"] = violations(tab)
    tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = false")
    # Structure was looked at above and is looked at in the dark without the script.
    tab.emulate_media(color_scheme="dark")
    visit.violations["dark"] = violations(tab, rules=["color-contrast", "link-in-text-block"])
    tab.emulate_media(media="print", color_scheme="dark")
    visit.printed = tab.evaluate(COLOURS)
    visit.pdf = tab.pdf()
    tab.emulate_media(media="screen", color_scheme="light")
    tab.set_viewport_size(PHONE)
    visit.phone_widths["script"] = tab.evaluate(WIDTHS)
    context.close()


def with_empty_script(browser, visit, address):
    # axe needs scripting itself, so the page's script is what is left out.
    context = browser.new_context(viewport=DESK, color_scheme="dark")
    context.route(
        "**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    tab = context.new_page()
    tab.goto(address)
    tab.evaluate(AXE)
    visit.violations["dark, without the script"] = violations(tab)
    context.close()


def screenshot(browser, address, scripting):
    context = browser.new_context(
        viewport=DESK, color_scheme="light", java_script_enabled=scripting)
    tab = context.new_page()
    tab.goto(address, wait_until="load")
    picture = tab.screenshot(full_page=True, animations="disabled")
    tab.set_viewport_size(PHONE)
    widths = tab.evaluate(WIDTHS)
    context.close()
    return picture, widths


def visit_some(pages, root, plain, jenkins):
    visits = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for page in pages:
            visit = Visit(page)
            file = page.site.root / page.path
            with_script(browser, visit, file.as_uri())
            with_empty_script(browser, visit, file.as_uri())
            path = file.relative_to(root).as_posix()
            visit.plain, visit.phone_widths["no script"] = screenshot(browser, plain + path, False)
            visit.jenkins, visit.phone_widths["Jenkins"] = screenshot(browser, jenkins + path, True)
            visits.append(visit)
        browser.close()
    return visits


def visit_all(pages, root):
    """Visits in two browsers at once, longest pages first."""
    pages = sorted(pages, key=lambda page: -len(page.text))
    with Server(Handler, root) as plain, Server(JenkinsHandler, root) as jenkins:
        with ThreadPoolExecutor(2) as pool:
            halves = [pool.submit(visit_some, half, root, plain, jenkins)
                      for half in (pages[::2], pages[1::2])]
            return [visit for half in halves for visit in half.result()]
