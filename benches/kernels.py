"""Measures our scoring and our contributions against LightGBM's and CatBoost's on the same rows.

  python benches/kernels.py [--data crm|continuous|both] [--home DIR [--profile person|account]] [--rows 100_000]
                            [--trees 300] [--repeat 3] [--binary FILE] [--json FILE]

All three train on the same rows: so many trees of 31 leaves at the same learning rate (ours and LightGBM), of depth 5 and
so 32 leaves at twice the rate (CatBoost, whose symmetric trees learn less each). Where CatBoost separates better than
ours, it also takes part with only as many of its trees as reach our AUC. Then, taking turns, they score the test rows
(margins) and compute exact contributions of all of them, except LightGBM, which gets the first 4,000 rows for the
contributions. Figures are rows per CPU second (user and system, all threads, all cores): medians of the repetitions.
Ours lays its tables out anew in every repetition, and CatBoost gets its pool ready-made.

  crm         counts of 30 kinds of events in eight nested windows, mostly zero, days since the last, and some facts
  continuous  280 columns of Gaussian noise, 20 of which matter: no two rows fall alike, which is the worst case
  --home      the training rows and the test that our own pipeline makes of the sources of this workspace

Codes of categories, where there are any, count as numbers for all three. Linux only: the CPU clock of another process is
read. Needs numpy, lightgbm, catboost and scikit-learn; without --binary our side is built with cargo first.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial

import catboost
import lightgbm
import numpy as np
from sklearn.metrics import roc_auc_score

FEW = 4_000  # rows that LightGBM explains
LEAVES = 31
DAYS = (3, 7, 14, 30, 60, 90, 180, 365)


def crm(rows, rng):
    """Counts in nested windows, days since the last, some facts; a few kinds of events tell of an intent."""
    activity = rng.gamma(.6, 1., rows)
    intent = (rng.random(rows) < .08) * rng.gamma(2, 1, rows)
    columns = []
    for _ in range(30):
        rate = .02 * np.exp(rng.normal(0, 1.2))
        telling = 2.5 * intent if rng.random() < .3 else 0
        total, before, last = np.zeros(rows), 0, np.full(rows, np.nan)
        for days in DAYS:
            count = rng.poisson(rate * activity * (1 + (telling if days <= 60 else 0)) * (days - before))
            first = (count > 0) & np.isnan(last)
            last[first] = rng.integers(before, days, first.sum())
            total, before = total + count, days
            columns.append(total)
        columns.append(last)
    fit, size = rng.normal(0, 1, rows), np.round(np.exp(rng.normal(5, 1.5, rows)))
    odds = -3.2 + .9 * intent + .6 * fit + .15 * np.log1p(activity) + .2 * (np.log(size + 1) - 5)
    size[rng.random(rows) < .2] = np.nan
    columns += [fit, size, rng.integers(0, 900, rows)] + [rng.integers(0, 2, rows) for _ in range(7)]
    return np.stack(columns, 1).astype(np.float32), rng.random(rows) < 1 / (1 + np.exp(-odds))


def continuous(rows, rng):
    values = rng.normal(0, 1, (rows, 280)).astype(np.float32)
    odds = -1 + values[:, :20] @ rng.normal(0, .4, 20) + .5 * values[:, 1] * values[:, 2]
    return values, rng.random(rows) < 1 / (1 + np.exp(-odds))


def made(kind, rows, folder):
    values, labels = {"crm": crm, "continuous": continuous}[kind](2 * rows, np.random.default_rng(7))
    values[:rows].tofile(folder / "train.f32")
    values[rows:].tofile(folder / "test.f32")
    labels[:rows].astype(np.float32).tofile(folder / "labels.f32")
    labels[rows:].astype(np.float32).tofile(folder / "outcomes.f32")


def read(folder):
    train, labels, test, outcomes = (np.fromfile(folder / f"{n}.f32", np.float32)
                                     for n in ("train", "labels", "test", "outcomes"))
    return train.reshape(len(labels), -1), labels, test.reshape(len(outcomes), -1), outcomes


class Ours:
    """Our side: a process that trains once and then does what it is told, line by line."""

    def __init__(self, binary, folder, trees):
        self.folder = folder
        self.process = subprocess.Popen([binary, "serve", folder, str(trees), str(LEAVES)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.model = self.answer()
        # The number under which Linux knows the CPU clock of another process, see clock_getcpuclockid(3).
        self.clock = (~self.process.pid << 3) | 2

    def answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else sys.exit("our side ended early")

    def do(self, what):
        """CPU seconds and the answer."""
        began = time.clock_gettime(self.clock)
        print(what, file=self.process.stdin, flush=True)
        answer = self.answer()
        return time.clock_gettime(self.clock) - began, answer

    def margins(self):
        return np.fromfile(self.folder / "margins.f64")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def timed(work, *arguments):
    began = time.process_time()
    result = work(*arguments)
    return time.process_time() - began, result


def as_good(model, pool, outcomes, auc):
    """The model with its first trees only, as many as reach the AUC; none where it takes all."""
    for trees, margins in enumerate(model.staged_predict(pool, "RawFormulaVal", eval_period=10), 1):
        if 10 * trees < model.tree_count_ and roc_auc_score(outcomes, margins) >= auc:
            short = model.copy()
            short.shrink(10 * trees)
            return short
    return None


def measured(a, folder):
    train, labels, test, outcomes = read(folder)
    print(f"  {train.shape[0]:,} rows to train on, {test.shape[0]:,} to test, {train.shape[1]} columns", file=sys.stderr)
    ours = Ours(a.binary, folder, a.trees)
    theirs = lightgbm.train({"objective": "binary", "num_leaves": LEAVES, "learning_rate": .05, "max_bin": 255,
                             "min_sum_hessian_in_leaf": 5, "min_data_in_leaf": 1, "lambda_l2": 5, "verbose": -1,
                             "bagging_fraction": .8, "bagging_freq": 1, "feature_fraction": .6},
                            lightgbm.Dataset(train, labels), a.trees)
    cat = catboost.CatBoostClassifier(iterations=a.trees, depth=5, learning_rate=.1, border_count=254, verbose=0,
                                      allow_writing_files=False).fit(train, labels)
    pool = catboost.Pool(test, outcomes)
    ours.do("score")
    few_trees = as_good(cat, pool, outcomes, roc_auc_score(outcomes, ours.margins()))
    models = {"CatBoost": cat} | ({"at our AUC": few_trees} if few_trees else {})
    few = test[:FEW]
    speeds, auc = {}, {}

    def note(what, rows, cpu):
        speeds.setdefault(what, []).append(rows / cpu)

    # The first round warms up.
    for number in range(a.repeat + 1):
        runs = [
            (("ours", "score"), len(test), lambda: ours.do("score")),
            (("LightGBM", "score"), len(test), lambda: timed(lambda: theirs.predict(test, raw_score=True))),
            (("ours", "explain"), len(test), lambda: ours.do("explain")),
            (("LightGBM", "explain"), len(few), lambda: timed(lambda: theirs.predict(few, pred_contrib=True))),
        ]
        for who, model in models.items():
            runs.append(((who, "score"), len(test), partial(timed, lambda m: m.predict(pool, "RawFormulaVal"), model)))
            runs.append(((who, "explain"), len(test),
                         partial(timed, lambda m: m.get_feature_importance(pool, type="ShapValues"), model)))
        for (who, what), rows, run in runs:
            if number == 0 and what == "explain":
                continue
            cpu, result = run()
            if who == "ours" and what == "explain" and result["off"] > 1e-9:
                sys.exit(f"contributions do not add up to the margin: {result}")
            if what == "score":
                auc[who] = roc_auc_score(outcomes, ours.margins() if who == "ours" else result)
            if number > 0:
                note((who, what), rows, cpu)
    ours.end()
    leaves = theirs.trees_to_dataframe()["split_feature"].isna().sum()
    sizes = {"ours": (ours.model["trees"], ours.model["leaves"]), "LightGBM": (theirs.num_trees(), int(leaves))}
    sizes |= {who: (model.tree_count_, len(model.get_leaf_values())) for who, model in models.items()}
    return {who: {"trees": trees, "leaves": leaves, "auc": auc[who],
                  "score": statistics.median(speeds[who, "score"]),
                  "explain": statistics.median(speeds[who, "explain"])} for who, (trees, leaves) in sizes.items()}


def shown(name, figures):
    ours = figures["ours"]
    print(f"\n{name}\n{'':12}{'trees':>7}{'leaves':>8}{'AUC':>8}{'scored/CPU s':>15}{'ours':>7}{'explained/CPU s':>18}{'ours':>7}")
    for who, f in figures.items():
        print(f"{who:12}{f['trees']:7}{f['leaves']:8}{f['auc']:8.4f}{f['score']:15,.0f}{ours['score'] / f['score']:6.1f}x"
              f"{f['explain']:18,.0f}{ours['explain'] / f['explain']:6.1f}x")


def built():
    """Builds our side and returns its path."""
    root = pathlib.Path(__file__).resolve().parent.parent
    done = subprocess.run(["cargo", "bench", "--bench", "kernels", "--no-run", "--message-format=json"], cwd=root,
                          stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "kernels")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", choices=["crm", "continuous", "both"], default="both")
    arguments.add_argument("--home")
    arguments.add_argument("--profile", choices=["person", "account"], default="person")
    for name, default in (("rows", 100_000), ("trees", 300), ("repeat", 3)):
        arguments.add_argument("--" + name, type=int, default=default)
    arguments.add_argument("--binary")
    arguments.add_argument("--json")
    a = arguments.parse_args()
    a.binary = a.binary or built()
    all_figures = {}
    for kind in [a.home] if a.home else ["crm", "continuous"] if a.data == "both" else [a.data]:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            if a.home:
                subprocess.run([a.binary, "matrix", a.home, a.profile, folder], check=True)
                kind = "our pipeline"
            else:
                made(kind, a.rows, folder)
            all_figures[kind] = measured(a, folder)
            shown(kind, all_figures[kind])
    if a.json:
        pathlib.Path(a.json).write_text(json.dumps(all_figures, indent=1))


if __name__ == "__main__":
    main()
