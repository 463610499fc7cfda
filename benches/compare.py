"""Runs the reference implementation and ours side by side on the same data and prints a table with the ratios.

  python benches/compare.py --reference PATH/reference.py --data DIR --profile person|account
                            [--binary target/release/propensity] [--runs N] [--timeframe 90] [--json FILE]

DIR holds persons, accounts and events in the plain layout, as .csv, .csv.gz or .parquet. Both do the same job: read,
train, test out of time, score every eligible profile and explain it, for the one-off goal Closed Won. Measured are the
CPU seconds (user and system) and the peak memory of the process, from the kernel when the process ends, the wall
time, and the test AUC that each reports. With --runs N the two take turns and medians are printed.

Standard library only; the reference is run with this same Python and needs numpy, polars, lightgbm and scikit-learn.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

GOAL = "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won'"
SUFFIXES = (".parquet", ".csv", ".csv.gz")  # in the order in which the reference looks
KINDS = {"persons": "person", "accounts": "account", "events": "event"}
MEASURES = [("cpu", "CPU, s", 1), ("peak", "peak memory, MB", 0), ("wall", "wall, s", 1), ("auc", "test AUC", 4)]


def measured(command, folder):
    """Runs a command to its end and returns its stdout with CPU seconds, peak megabytes and wall seconds."""
    out, err = folder / "stdout.txt", folder / "stderr.txt"
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen([str(c) for c in command], stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}:\n{err.read_text(errors='replace')[-4000:]}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss: bytes there, kilobytes elsewhere
    figures = {"cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / unit, "wall": wall}
    return out.read_text(), figures


def quietly(command):
    """Runs a command whose cost does not matter and returns its stdout."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(c) for c in command)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.stdout


def source(data, name):
    for suffix in SUFFIXES:
        if (path := data / (name + suffix)).exists():
            return path
    sys.exit(f"{data} has no {name} as {', '.join(SUFFIXES)}")


def run_ours(a, data):
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        sources = [f'[[source]]\nkind = "{kind}"\npath = {json.dumps(str(source(data, name)))}\n' for name, kind in KINDS.items()]
        (home / "config.toml").write_text("\n".join(sources))
        program = [a.binary, "--home", home]
        quietly(program + ["score", "create", "--name", "bench", "--profile", a.profile, "--goal", GOAL,
                           "--timeframe", a.timeframe, "--repeatable", "no"])
        _, figures = measured(program + ["run", "start", "bench"], home)
        shown = json.loads(quietly(program + ["run", "show", "bench", "--json"]))
        auc = shown["metrics"]["auc"]
        return figures | {"auc": auc["value"], "low": auc.get("low"), "high": auc.get("high"),
                          "stages": shown.get("stages"), "population": shown.get("population")}


def run_reference(a, data):
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        command = [sys.executable, a.reference, data, "--profile", a.profile, "--timeframe", a.timeframe, "--explain",
                   "--out", home / "scores.parquet"]
        out, figures = measured(command, home)
        told = json.loads(out.strip().splitlines()[-1])
        return figures | {"auc": told["auc"], "stages": told["stages"]}


def median(runs, key):
    values = [run[key] for run in runs if run[key] is not None]
    return statistics.median(values) if values else None


def table(reference, ours):
    def cell(value, digits):
        return "–" if value is None else f"{value:,.{digits}f}"

    lines = [f"{'':18}{'reference':>12}{'propensity':>12}{'ratio':>9}"]
    for key, name, digits in MEASURES:
        theirs, own = median(reference, key), median(ours, key)
        if theirs is None or own is None:
            ratio = "–"
        else:  # of an AUC the difference says more than the ratio
            ratio = f"{own - theirs:+.4f}" if key == "auc" else f"{own / theirs:.2f}"
        lines.append(f"{name:18}{cell(theirs, digits):>12}{cell(own, digits):>12}{ratio:>9}")
    return "\n".join(lines)


def main():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("--reference", required=True, help="the reference implementation, a Python file")
    arg.add_argument("--data", required=True, help="folder with persons, accounts and events")
    arg.add_argument("--profile", required=True, choices=["person", "account"])
    arg.add_argument("--binary", default="target/release/propensity")
    arg.add_argument("--timeframe", type=int, default=90)
    arg.add_argument("--runs", type=int, default=1, help="pairs of runs; medians are printed")
    arg.add_argument("--json", help="file for the figures of every run")
    a = arg.parse_args()
    data = pathlib.Path(a.data).resolve()
    for path in (data, pathlib.Path(a.reference), pathlib.Path(a.binary)):
        if not path.exists():
            sys.exit(f"{path} does not exist")
    a.binary = pathlib.Path(a.binary).resolve()
    if a.runs < 1:
        sys.exit("--runs is at least 1")

    reference, ours = [], []
    for pair in range(a.runs):
        # Who goes first alternates, because the first one warms the file cache for the other.
        jobs = [(run_reference, reference), (run_ours, ours)]
        for job, results in jobs if pair % 2 == 0 else jobs[::-1]:
            results.append(job(a, data))
            last = results[-1]
            name = job.__name__.removeprefix("run_")
            print(f"pair {pair + 1}, {name}: {last['cpu']:.1f} s CPU, {last['peak']:.0f} MB, AUC {last['auc']}", file=sys.stderr)
    print(f"{data.name}, {a.profile} score, {a.timeframe} days, {a.runs} run{'s' if a.runs > 1 else ''}")
    print(table(reference, ours))
    if a.json:
        pathlib.Path(a.json).write_text(json.dumps({"reference": reference, "propensity": ours}, indent=2))


if __name__ == "__main__":
    main()
