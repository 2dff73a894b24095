"""Sites that Hugo builds of the pages that a report wrote.

Each page's content is the inside of its `main`, charts and tables included; Hugo's template puts the
rest around it, so that what Hugo writes is as large as what it was made from. Hugo is handed what a
report has to draw: this measures the writing of pages, not the making of charts.
"""

import os

CONFIGURATION = """
baseURL = "/"
title = "Experiments"
uglyURLs = true
disableKinds = ["home", "section", "taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404"]
[markup.goldmark.renderer]
unsafe = true
"""


def sources(report, folder, kind):
    """Writes a Hugo site whose content is of a kind, `md` or `html`; returns how many pages."""
    pages = os.path.join(report, "e")
    content = os.path.join(folder, "content", "e")
    layouts = os.path.join(folder, "layouts", "_default")
    os.makedirs(content)
    os.makedirs(layouts)
    with open(os.path.join(folder, "config.toml"), "w") as file:
        file.write(CONFIGURATION)
    names = sorted(name for name in os.listdir(pages) if name.endswith(".html"))
    for number, name in enumerate(names):
        with open(os.path.join(pages, name), encoding="utf-8") as file:
            head, rest = file.read().split('<main id="main">', 1)
        body, tail = rest.split("</main>", 1)
        stem = name[:-len(".html")]
        with open(os.path.join(content, "%s.%s" % (stem, kind)), "w", encoding="utf-8") as file:
            file.write('---\ntitle: "%s"\n---\n' % stem)
            file.write(body)
        if number == 0:
            template = head.replace(stem, "{{ .Title }}").replace(stem[:7], "{{ .Title }}")
            with open(os.path.join(layouts, "single.html"), "w", encoding="utf-8") as file:
                file.write('%s<main id="main">{{ .Content }}</main>%s' % (template, tail))
    return len(names)


def command(hugo, folder, output):
    return [hugo, "--quiet", "--source", folder, "--destination", output]
