"""`ls` of ours and of 0.4.2."""

import json

from measuring import compare, fail, interleave, measure, median


def lists(table, folder, tools, runs, runs_042):
    """`ls -q` and `ls --json`. Both must name the same experiments."""
    medians = {}
    for name, arguments in (("ls -q", ["ls", "-q"]), ("ls --json", ["ls", "--json"])):
        ours = lambda: measure([tools.ours] + arguments, folder)
        theirs = lambda: measure([tools.theirs] + arguments, folder)
        ours()  # Both find the files in memory.
        our_runs, their_runs = interleave(runs_042, ours, theirs)
        our_runs += interleave(runs - runs_042, ours)[0]
        a, b = our_runs[0].output, their_runs[0].output
        if arguments[1] == "-q":
            same = sorted(a.split()) == sorted(b.split())
        else:
            ids = lambda text: sorted(row["id"] for row in json.loads(text))
            same = ids(a) == ids(b)
        if not same:
            fail("`%s` of both name different experiments in %s" % (name, folder))
        compare(table, name, our_runs, their_runs)
        medians[name] = median(our_runs)
    return medians
