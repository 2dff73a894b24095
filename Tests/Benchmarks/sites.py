"""`report`, beside Hugo, `cp -r` and 0.4.2's `ls -q`."""

import filecmp
import itertools
import os
import shutil

import hugo
from measuring import (
    Table, best, fail, interleave, measure, median, megabytes, seconds, summary, tree)
from repositories import add_checkpoint, repository

# What `report` may take, as a multiple of what these take.
LIMITS = {
    "Hugo from Markdown": 1, "Hugo from ready HTML": 1, "0.4.2 ls -q": 0.5, "cp -r": 4,
}


class Site:
    """Builds of one project's site, each into a folder that is not there yet.

    Nothing is deleted in between: deleting thousands of files slows ext4 for what follows.
    """

    def __init__(self, tools, folder, scratch):
        self.tools, self.folder, self.scratch = tools, folder, scratch
        self.numbers = itertools.count()
        self.newest = None

    def fresh(self, name):
        return os.path.join(self.scratch, "%s-%d" % (name, next(self.numbers)))

    def build(self):
        self.newest = self.fresh("site")
        return self.rebuild()

    def rebuild(self):
        return measure([self.tools.ours, "report", "-o", self.newest], self.folder)

    def copy(self):
        return measure(["cp", "-r", self.newest, self.fresh("copy")], self.folder)

    def hugo(self, source):
        output = self.fresh("hugo")
        run = measure(hugo.command(self.tools.hugo, source, output), self.folder)
        ours, theirs = tree(os.path.join(self.newest, "e")), tree(output)
        if ours[0] != theirs[0] or not 0.95 < theirs[1] / ours[1] < 1.05:
            fail("Hugo wrote %d files of %d bytes, not %d of %d" % (*theirs, *ours))
        return run

    def list_042(self):
        return measure([self.tools.theirs, "ls", "-q"], self.folder)


def compare(tools, folder, runs, scratch):
    """The table of one project's site, and how far each limit is."""
    site = Site(tools, folder, scratch)
    site.build()
    commands = {"report": site.build, "cp -r": site.copy}
    if tools.hugo:
        for kind, name in (("md", "Hugo from Markdown"), ("html", "Hugo from ready HTML")):
            source = site.fresh("hugo-" + kind)
            hugo.sources(site.newest, source, kind)
            commands[name] = lambda source=source: site.hugo(source)
    commands["0.4.2 ls -q"] = site.list_042
    results = dict(zip(commands, interleave(runs, *commands.values())))

    count, size = tree(site.newest)
    pages, page_size = tree(os.path.join(site.newest, "e"))
    table = Table(
        "a site of them: %s files, %s, of which %s pages of experiments, %s;"
        " into fresh folders, in turns, %d runs" % (
            format(count, ","), megabytes(size), format(pages, ","), megabytes(page_size), runs),
        "", "best", "median", "CPU", "peak", "report / this: best", "median", "allowed", "met")
    ours = results["report"]
    table.add("report", *summary(ours), "—", "—", "—", "—")
    for name, limit in LIMITS.items():
        if name not in results:
            continue
        ratios = [of(ours) / of(results[name]) for of in (best, median)]
        table.add(
            name, *summary(results[name]), *("%.2f" % ratio for ratio in ratios),
            "below %g" % limit if limit <= 1 else "at most %g" % limit,
            "yes" if max(ratios) <= limit else "at best" if min(ratios) <= limit else "no")
    table.print()
    if tools.hugo:
        print("\nHugo wrote the pages of experiments only, out of their own markup.")
    else:
        print("\nhugo is not installed: `apt-get install hugo` (Debian) adds its two rows.")


def rebuild(tools, folder, runs, scratch):
    """Builds, adds a checkpoint that is not the best, and builds again, so many times."""
    project = os.path.join(scratch, "project")
    shutil.copytree(folder, project)
    site = Site(tools, project, scratch)
    builds, rebuilds = [], []
    for _ in range(runs):
        builds.append(site.build())
        add_checkpoint(project)
        rebuilds.append(site.rebuild())
    again = site.newest
    site.build()
    names = [
        os.path.relpath(os.path.join(path, name), again)
        for path, _, names in os.walk(again) for name in names]
    _, different, missing = filecmp.cmpfiles(again, site.newest, names, shallow=False)
    if different or missing or len(names) != tree(site.newest)[0]:
        fail("a rebuild made other files than a build: %s" % (different + missing)[:3])
    table = Table(
        "one more checkpoint, not the best; the files are those of a new build", "", "best",
        "median", "CPU", "peak", "of a build: best", "median", "allowed", "met")
    table.add("build", *summary(builds), "—", "—", "—", "—")
    ratios = [of(rebuilds) / of(builds) for of in (best, median)]
    table.add(
        "rebuild", *summary(rebuilds), *("%.2f" % ratio for ratio in ratios), "at most 0.25",
        "yes" if max(ratios) <= 0.25 else "at best" if min(ratios) <= 0.25 else "no")
    table.print()


def large(tools, work, scratch, folder):
    """The limits that are no ratios."""
    table = Table("large repositories, one run each", "", "wall", "peak", "allowed", "met")
    run = Site(tools, folder, os.path.join(scratch, "large")).build()
    table.add(
        os.path.basename(folder), seconds(run.wall), megabytes(run.rss), "peak below 500 MB",
        "yes" if run.rss < 500e6 else "no")
    long = repository(work, 1, checkpoints=100_000)
    run = Site(tools, long, os.path.join(scratch, "long")).build()
    table.add(
        os.path.basename(long), seconds(run.wall), megabytes(run.rss), "wall below 3 s",
        "yes" if run.wall < 3 else "no")
    table.print()
