"""Scores rel-f1's official rows with propensity and prints AUROC × 100 beside the published figures.

  python benches/relbench/rel_f1.py --ergast FOLDER [--binary target/release/propensity] [--task dnf|top3] [--split val|test]
                                    [--protocol one|anew] [--population exclusion|rule|none] [--train-as-of DATE]
                                    [--extra-arguments "..."] [--value score|probability] [--check FOLDER] [--keep FOLDER] [--json FILE]

FOLDER holds the CSV files of the Ergast database (to March 2023). What is left out runs for both: both tasks, both splits, both
protocols. Needs polars and scikit-learn.
"""
import argparse
from datetime import datetime
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import polars as pl
from sklearn.metrics import roc_auc_score

import f1_data

GOALS = {"dnf": "race.result where status is not 's1'", "top3": "qualifying.session where qualiPosition <= 3"}
POPULATIONS = {
    "exclusion": ["--exclude", "career.paused", "--without", "career.paused"],
    "rule": ["--who", "had race.result, or qualifying.session within 365 days"],
    "none": [],
}
# On the test: graph networks (history up to its start only), then models that see the history up to each date.
PUBLISHED = {
    ("dnf", "test"): "graph networks 72.6–75.9, KumoRFM 82.4, RT fine-tuned 84.2",
    ("top3", "test"): "graph networks 75.5–85.7, KumoRFM 91.1, RT fine-tuned 92.1",
}
# How many windows before the start of a split the one model may be trained, where the trainings after it stop.
EARLIER = 4
PROTOCOLS = {"one": "one model", "anew": "fitted anew"}


class Workspace:
    """A home with the plain files as its sources. A command that fails gives None and why."""

    def __init__(self, binary, home, data):
        self.command = [str(binary), "--home", str(home)]
        sources = [("account", "accounts.csv"), ("event", "events.csv")]
        text = "".join(f'[[source]]\nkind = "{kind}"\npath = {json.dumps(str(data / file))}\n' for kind, file in sources)
        (home / "config.toml").write_text(text)

    def ask(self, *arguments):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = [line for line in words if line.startswith(("error", "failed", "stopped"))]
        if done.returncode == 0:
            return done.stdout, ""
        return None, f"exit code {done.returncode}: {(told[:1] or words[-1:] or ['no message'])[0]}"

    def create(self, name, task, population, extra):
        out, why = self.ask("score", "create", "--name", name, "--profile", "account", "--timeframe", "30", "--goal", GOALS[task],
                            "--repeatable", "yes", *POPULATIONS[population], *extra)
        if out is None:
            sys.exit(f"The score {name} was not created. {why}")

    def run(self, name, kind, date):
        """What `run start` tells of a run, as JSON."""
        out, why = self.ask("run", "start", name, "--kind", kind, "--as-of", f"{date:%Y-%m-%d}", "--json")
        return (None, why) if out is None else (json.loads(out), "")

    def scores(self, name, run, value):
        out, why = self.ask("score", "export", name, "--run", run["id"])
        if out is None:
            return None, why
        driver = pl.col("profile_id").str.slice(1).cast(pl.Int64).alias("driver")
        table = pl.read_csv(out.encode(), infer_schema_length=None)
        return table.select(driver, pl.col(value).cast(pl.Float64).alias("value")), ""


def scored_by_one_model(workspace, a, task, split, dates):
    """Trains at the start of the split (where that stops, a window earlier) and scores at every date; gives (date, scores or
    None, what happened)."""
    name = f"{task}-{split}-one"
    workspace.create(name, task, a.population, a.extra)
    start = a.train_as_of or f1_data.STARTS[split]
    for back in range(1 if a.train_as_of else EARLIER + 1):
        at = start - back * f1_data.WINDOW
        trained, why = workspace.run(name, "training", at)
        if trained is not None:
            break
        yield at, None, f"the training stopped, {why}"
    if trained is None:
        return
    if at != start:
        yield at, None, "trained here"
    for date in dates:
        run, why = workspace.run(name, "scoring", date)
        yield (date, None, why) if run is None else (date, *workspace.scores(name, run, a.value))


def scored_anew(workspace, a, task, split, dates):
    """Trains at every date, in a score of its own; where that stops, the last model that there is scores instead."""
    last = None
    for date in dates:
        name = f"{task}-{split}-{date:%Y-%m-%d}"
        workspace.create(name, task, a.population, a.extra)
        run, why = workspace.run(name, "training", date)
        if run is not None:
            last = name
            yield date, *workspace.scores(name, run, a.value)
        elif last is None:
            yield date, None, f"the training stopped, {why}; there is no earlier model"
        else:
            run, other = workspace.run(last, "scoring", date)
            scores, other = (None, other) if run is None else workspace.scores(last, run, a.value)
            instead = f"the model before did not score, {other}" if scores is None else "scored by the model before"
            yield date, scores, f"the training stopped, {why}; {instead}"


def pooled(rows, results):
    """The rows with a value each: a row without a score has the mean of its date, one of a date without any the mean of all."""
    at = lambda date: pl.lit(date).cast(pl.Datetime("us")).alias("date")
    scores = [scores.with_columns(at(date)) for date, scores, _ in results if scores is not None]
    if not scores:
        return None
    value = pl.col("value")
    joined = rows.join(pl.concat(scores), on=["date", "driver"], how="left").with_columns(value.is_null().alias("unscored"))
    return joined.with_columns(value.fill_null(value.mean().over("date")).fill_null(value.mean()))


def measured(a, found, data, task, split, protocol):
    rows = f1_data.official_rows(found, task, split)
    dates = rows["date"].unique().sort().to_list()
    home = a.keep / f"{task}-{split}-{protocol}"
    home.mkdir(parents=True, exist_ok=True)
    job = scored_by_one_model if protocol == "one" else scored_anew
    results = list(job(Workspace(a.binary, home, data), a, task, split, dates))
    for date, _, why in results:
        if why:
            print(f"  {task} {split}, {PROTOCOLS[protocol]}, {date:%Y-%m-%d}: {why}", file=sys.stderr)
    values = pooled(rows, results)
    figures = {"task": task, "split": split, "protocol": protocol, "rows": rows.height, "dates": len(dates),
               "stopped": sum("stopped" in why for _, _, why in results)}
    if values is not None:
        days = [day for day in values.partition_by("date") if day["y"].n_unique() == 2]
        within = [100 * roc_auc_score(day["y"], day["value"]) for day in days]
        figures |= {"auroc": 100 * roc_auc_score(values["y"], values["value"]), "unscored": int(values["unscored"].sum()),
                    "mean_of_dates": sum(within) / len(within)}
    return figures


def told(figures):
    auroc = f"{'–':>8}{'–':>10}{'–':>10}"
    if "auroc" in figures:
        auroc = f"{figures['auroc']:8.1f}{figures['mean_of_dates']:10.1f}{figures['unscored']:10}"
    published = PUBLISHED.get((figures["task"], figures["split"]), "–")
    return (f"{figures['task']:6}{figures['split']:6}{PROTOCOLS[figures['protocol']]:13}{figures['rows']:6}{auroc}"
            f"{figures['stopped']:9}   {published}")


def arguments():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("--ergast", type=pathlib.Path, required=True, help="folder of the CSV files")
    arg.add_argument("--binary", type=pathlib.Path, default="target/release/propensity")
    arg.add_argument("--task", choices=GOALS, action="append")
    arg.add_argument("--split", choices=["val", "test"], action="append")
    arg.add_argument("--protocol", choices=PROTOCOLS, action="append")
    arg.add_argument("--population", choices=POPULATIONS, default="exclusion",
                     help="who is scored: by an exclusion that is written into the data, by a rule of the score, or everybody")
    arg.add_argument("--train-as-of", type=datetime.fromisoformat, help="date of the one model, instead of the start of the split")
    arg.add_argument("--extra-arguments", default="", help="further arguments of `score create`")
    arg.add_argument("--value", choices=["score", "probability"], default="score", help="what is pooled over the dates")
    arg.add_argument("--check", type=pathlib.Path, help="folder with the official rows as TASK_SPLIT.parquet, to compare with")
    arg.add_argument("--keep", type=pathlib.Path, help="folder in which data and workspaces stay")
    arg.add_argument("--json", type=pathlib.Path, help="file for the figures")
    a = arg.parse_args()
    if not a.binary.exists():
        sys.exit(f"{a.binary} does not exist")
    a.binary, a.extra = a.binary.resolve(), shlex.split(a.extra_arguments)
    return a


def main():
    a = arguments()
    found = f1_data.tables(a.ergast)
    for task in GOALS:
        for split in ["train", "val", "test"]:
            f1_data.check_rows(f1_data.official_rows(found, task, split), a.check, task, split)
    print("The rows are " + ("the official ones." if a.check else "as many as the official ones."))
    with tempfile.TemporaryDirectory() as temporary:
        a.keep = (a.keep or pathlib.Path(temporary)).resolve()
        data = a.keep / "plain"
        data.mkdir(parents=True, exist_ok=True)
        f1_data.write_plain(found, data, with_pauses=a.population == "exclusion")
        print(f"{'task':6}{'split':6}{'protocol':13}{'rows':>6}{'AUROC':>8}{'by date':>10}{'unscored':>10}{'stopped':>9}"
              "   published")
        figures = []
        for task in a.task or GOALS:
            for split in a.split or ["val", "test"]:
                for protocol in a.protocol or PROTOCOLS:
                    figures.append(measured(a, found, data, task, split, protocol))
                    print(told(figures[-1]), flush=True)
    if a.json:
        a.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
