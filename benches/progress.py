"""Measures how honest the progress of runs is: the share that is told, and the time left.

  python benches/progress.py BINARY DATA... [--profile person|account] [--demo] [--runs N] [--timeframe 90] [--keep DIR]

Each DATA is a folder with persons, accounts and events in the plain layout, as .csv, .csv.gz or .parquet; --demo adds what
`propensity demo` generates. For each, a fresh workspace is made, and a score for Closed Won trained N times (2 unless told):
first with no run before it, then with one. Every run is followed as any session follows it, with `run watch --json`,
and once more by a second process that attaches half-way. Printed are, per run:

  half    seconds into the run at which it is half over, the moment of the estimate
  told    seconds left as told then (- where nothing was told), and as told by the one who attached half-way
  truth   seconds that were left then, and the ratio of what was told to it
  silent  share of the run in which no time left was told
  mean    mean of the relative errors of the whole time, wherever time left was told, from 3 seconds on
  back    how often the share went back
  jump    the largest growth of the share within 1.5 seconds (of a run of T seconds, 1.5/T would be even), and where

Standard library only.
"""
import argparse
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from compare import SUFFIXES, quietly

GOAL = "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won'"
KINDS = {"persons": "person", "accounts": "account", "opportunities": "opportunity", "events": "event"}


def workspace(home, data):
    sources = []
    for name, kind in KINDS.items():
        found = [data / (name + suffix) for suffix in SUFFIXES if (data / (name + suffix)).exists()]
        if found:
            sources.append(f'[[source]]\nkind = "{kind}"\npath = {json.dumps(str(found[0].resolve()))}\n')
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text("\n".join(sources))


def watch(program, run, lines):
    """Collects (time of the look, state) for every line that `run watch` prints."""
    process = subprocess.Popen(program + ["run", "watch", run, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for line in process.stdout:
        lines.append((time.time(), json.loads(line)))
    process.wait()


def seconds(stamp):
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def follow(program):
    """Starts a training and returns its timeline, and what a second watcher was told at once that attached half-way of
    the time that the run before took (or when the share reached a half)."""
    # The timeline of a watcher has the times at which a reader saw what it saw.
    started = json.loads(quietly(program + ["run", "start", "bench", "--detach", "--json"]))
    run = started["run"] if isinstance(started, dict) and "run" in started else started["id"]
    lines, late = [], []
    first = threading.Thread(target=watch, args=(program, run, lines))
    first.start()
    while first.is_alive() and not (lines and lines[-1][1]["work"]["share"] >= 0.5):
        time.sleep(0.02)
    if first.is_alive():
        watch(program, run, late)
    first.join()
    shown = json.loads(quietly(program + ["run", "show", run, "--json"]))
    if shown["status"] != "successful":
        sys.exit(f"the run was {shown['status']}: {shown['message']}")
    return seconds(shown["started_at"]), seconds(shown["finished_at"]), lines, late


def left(state, now):
    ends = state["work"]["ends_at"]
    return max(0.0, seconds(ends) - now) if ends else None


def at(lines, moment):
    before = [state for seen, state in lines if seen <= moment]
    return before[-1] if before else lines[0][1]


def measure(name, number, began, ended, lines, late):
    half = (began + ended) / 2
    told = left(at(lines, half), half)
    both = [(state, at(late, seen)) for seen, state in lines if late and late[0][0] + 0.3 <= seen < ended - 0.5]
    same = all(abs(seconds(a["work"]["ends_at"] or a["started_at"]) - seconds(b["work"]["ends_at"] or b["started_at"])) < 3
               for a, b in both if (a["last_at"] == b["last_at"]))
    shares = [(seen, state["work"]["share"]) for seen, state in lines]
    back = sum(b < a for (_, a), (_, b) in zip(shares, shares[1:]))
    live = [(seen, share) for seen, share in shares if seen < ended]
    jump, where = max(((b - a, a) for i, (s, a) in enumerate(live) for t, b in live[i:] if t - s <= 1.5), default=(0, 0))
    spoken = [(seen, left(state, seen)) for seen, state in lines if seen < ended]
    silent = sum(value is None for _, value in spoken) / max(1, len(spoken))
    errors = [abs((seen + value - began) / (ended - began) - 1) for seen, value in spoken if value is not None and seen > began + 3]
    mean = f"{100 * sum(errors) / len(errors):5.0f} %" if errors else "      -"
    truth = ended - half
    ratio = f"{told / truth:6.2f}" if told is not None else "     -"
    print(f"{name:14} run {number}  half {half - began:6.1f} s  told {'-' if told is None else f'{told:.1f}':>6} s  truth {truth:6.1f} s"
          f"  ratio {ratio}  silent {100 * silent:3.0f} %  mean {mean}  back {back}  jump {100 * jump:4.1f} % at {100 * where:2.0f} %"
          f" (even {150 / (ended - began):4.1f} %)  attached: {'same' if same and both else '-' if not both else 'DIFFERS'}", flush=True)
    return {"name": name, "run": number, "half": half - began, "told": told, "truth": truth, "back": back, "jump": jump}


def main():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("binary")
    arg.add_argument("data", nargs="*", help="folders with persons, accounts and events")
    arg.add_argument("--demo", action="store_true", help="what `propensity demo` generates, too")
    arg.add_argument("--profile", default="person", choices=["person", "account"])
    arg.add_argument("--timeframe", type=int, default=90)
    arg.add_argument("--runs", type=int, default=2)
    arg.add_argument("--keep", help="folder in which the workspaces stay, with the journals of the runs")
    a = arg.parse_intermixed_args()
    binary = pathlib.Path(a.binary).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(a.keep or folder)
        data = [pathlib.Path(d).resolve() for d in a.data]
        if a.demo:
            made = folder / "made"
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir(parents=True)
            subprocess.run([binary, "demo", "--headless", "--home", made], check=True, capture_output=True, stdin=subprocess.DEVNULL, cwd=made)
            # The demo's files lie beside its config.
            data.insert(0, next(path.parent for path in made.rglob("events.csv")).rename(folder / "demo-data"))
        for path in data:
            home = folder / f"home-{path.name}"
            shutil.rmtree(home, ignore_errors=True)
            workspace(home, path)
            program = [str(binary), "--home", str(home)]
            quietly(program + ["score", "create", "--name", "bench", "--profile", a.profile, "--goal", GOAL,
                               "--timeframe", a.timeframe, "--repeatable", "no"])
            for number in range(1, a.runs + 1):
                measure(path.name, number, *follow(program))


if __name__ == "__main__":
    main()
