"""Small businesses with known truth: how well propensity and an analyst's models rank them, and how well they are calibrated.

  python benches/small/compare.py [--binary target/release/propensity] [--conversions 10,20,40,100,400] [--seeds 20]
                                  [--first-seed 1] [--accounts 300] [--one-off] [--thresholds default|open]
                                  [--extra-arguments "..."] [--without-analysts] [--deciles] [--generator FILE] [--json FILE]

For each number of conversions and each seed, `benches/small/generate.rs` makes a business; each model learns from its history and
predicts who converts within 90 days. Needs numpy, polars, scikit-learn and lightgbm.
"""
import argparse
from datetime import date, timedelta
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

import numpy as np
import polars as pl

from analysts import ANALYSTS, predictions

GOAL = "opportunity.updated where stage is 'Closed Won'"
HORIZON = 90
OURS, ORACLE, RECENCY = "propensity", "oracle", "recency alone"
KINDS = {"person": "persons", "account": "accounts", "event": "events"}
# Nothing stops a run but the impossible, so that every seed has a score.
OPEN = "[thresholds]\naccounts = 1\ncontacts = 0\nevents = 1\nconversions = 1\ntrain_conversions = 1\nstop_auc = 0.0\n"
# As-of dates turn with the seed, so that no season is the only one that is asked for.
ENDS = [date(2025, 2, 1), date(2024, 11, 15), date(2025, 4, 1), date(2024, 9, 1), date(2025, 5, 15)]


def built():
    """Builds the generator and returns its path."""
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(["cargo", "bench", "--bench", "small", "--no-run", "--message-format=json"], cwd=root,
                          stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "small")


def expected_auc(scores, probabilities):
    """The AUC that is expected of scores whose rows convert with these probabilities: no luck of one draw is in it."""
    weights = np.outer(probabilities, 1 - probabilities)
    np.fill_diagonal(weights, 0)
    over = np.sign(scores[:, None] - scores[None, :]) / 2 + 0.5
    return float((weights * over).sum() / weights.sum())


def ours(a, folder, end):
    """Scores and probabilities by account id, and what the run told of its test; or the reason why there are none."""
    with tempfile.TemporaryDirectory() as temporary:
        home = pathlib.Path(temporary)
        paths = {kind: json.dumps(str(folder / f"{name}.csv")) for kind, name in KINDS.items()}
        config = "\n".join(f'[[source]]\nkind = "{kind}"\npath = {path}\n' for kind, path in paths.items())
        (home / "config.toml").write_text(config + ("\n" + OPEN if a.thresholds == "open" else ""))

        def ask(*arguments):
            command = [str(a.binary), "--home", str(home), *arguments]
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            return done.stdout if done.returncode == 0 else None, done

        created, done = ask("score", "create", "--name", "small", "--profile", "account", "--goal", GOAL,
                            "--timeframe", str(HORIZON), "--repeatable", "no" if a.one_off else "yes", *a.extra)
        if created is None:
            sys.exit(f"The score was not created:\n{done.stderr[-2000:]}")
        run, done = ask("run", "start", "small", "--as-of", str(end), "--threads", "1", "--json")
        if run is None:
            told = [line.strip() for line in done.stderr.splitlines() if line.startswith(("stopped", "error", "failed"))]
            return None, f"exit code {done.returncode}: {(told or done.stderr.strip().splitlines() or ['no message'])[-1]}"
        table = pl.read_csv(ask("score", "export", "small")[0].encode(), infer_schema_length=None)
        by_id = dict(zip(table["profile_id"], zip(table["score"], table["probability"])))
        return by_id, json.loads(run).get("metrics")


def one_business(a, conversions, seed):
    """All figures of one business."""
    end = ENDS[seed % len(ENDS)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        wanted = {"folder": folder, "seed": seed, "accounts": a.accounts, "conversions": conversions, "end": end,
                  "horizon": HORIZON, "repeatable": "no" if a.one_off else "yes"}
        command = [a.generator, *(f"{name}={value}" for name, value in wanted.items())]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"The generator ended with {done.returncode}:\n{done.stderr[-2000:]}")
        truth = pl.read_csv(folder / "truth.csv")
        p, converted = truth["probability"].to_numpy(), truth["converted"].to_numpy()
        figures = {"conversions": conversions, "seed": seed, "end": str(end), "seconds": {}, "predicted": {},
                   "auc": {ORACLE: expected_auc(p, p)}, "true": p.tolist(), "converted": converted.tolist()}
        if not a.without_analysts:
            began = time.perf_counter()
            ids, recency, by_model = predictions(folder, end, HORIZON, a.one_off)
            figures["seconds"]["analysts"] = time.perf_counter() - began
            order = {account: at for at, account in enumerate(ids)}
            places = [order[account] for account in truth["account_id"]]
            figures["auc"][RECENCY] = expected_auc(recency[places], p)
            for name, values in by_model.items():
                if values is not None:
                    figures["auc"][name] = expected_auc(values[places], p)
                    figures["predicted"][name] = values[places].tolist()
        began = time.perf_counter()
        scores, told = ours(a, folder, end)
        figures["seconds"][OURS] = time.perf_counter() - began
        if scores is None:
            figures["stopped"] = told
            return figures
        # Whoever has no score stands last, with no chance.
        values = np.array([scores.get(account, (-1.0, 0.0)) for account in truth["account_id"]])
        figures["unscored"] = int((values[:, 0] < 0).sum())
        figures["auc"][OURS] = expected_auc(values[:, 0], p)
        figures["predicted"][OURS] = values[:, 1].tolist()
        figures["interval"] = (told or {}).get("auc")
        return figures


def mean_and_error(values):
    values = np.array(values)
    error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return values.mean(), error


def ranking(found, conversions):
    """Lines of the table for one number of conversions: AUC of each, and propensity's difference to it."""
    of = [f for f in found if f["conversions"] == conversions]
    for name in [OURS, *ANALYSTS, RECENCY, ORACLE]:
        aucs = [f["auc"][name] for f in of if name in f["auc"]]
        if not aucs:
            continue
        line = f"{conversions:11}  {name:18}{len(aucs):6}{np.mean(aucs):8.3f}"
        pairs = [f["auc"][OURS] - f["auc"][name] for f in of if name in f["auc"] and OURS in f["auc"]]
        if name != OURS and pairs:
            mean, error = mean_and_error(pairs)
            line += f"{mean:+11.3f} ± {error:.3f}"
        yield line


def calibration(found, conversions):
    """Lines for one number of conversions: what each predicts over all seeds, and its log loss under the true probabilities."""
    for name in [OURS, *ANALYSTS]:
        of = [f for f in found if f["conversions"] == conversions and name in f["predicted"]]
        if not of:
            continue
        q, p, y = (np.concatenate([pick(f) for f in of]) for pick in
                   (lambda f: f["predicted"][name], lambda f: f["true"], lambda f: f["converted"]))
        clipped = np.clip(q, 1e-4, 1 - 1e-4)
        loss = -(p * np.log(clipped) + (1 - p) * np.log(1 - clipped)).mean()
        least = -(p * np.log(p) + (1 - p) * np.log(1 - p)).mean()
        line = f"{conversions:11}  {name:18}{q.sum():11.1f}{p.sum():9.1f}{y.sum():10}{q.sum() / p.sum():8.2f}"
        yield f"{line}{loss:10.4f}{least:9.4f}", (q, p, y)


def deciles(q, p, y):
    order = np.argsort(q, kind="stable")
    for number, part in enumerate(np.array_split(order, 10), 1):
        yield f"{'':13}decile {number:2}{q[part].sum():20.1f}{p[part].sum():9.1f}{y[part].sum():10}"


def coverage(found, conversions):
    """How often the 95 % interval of a run's test AUC holds the AUC that is expected of its scores."""
    of = [f for f in found if f["conversions"] == conversions and OURS in f["auc"]]
    stopped = [f for f in found if f["conversions"] == conversions and "stopped" in f]
    told = [f for f in of if (f.get("interval") or {}).get("low") is not None and f["interval"].get("high") is not None]
    line = f"{conversions:11}{len(stopped):9}{sum(f['unscored'] for f in of):10}{len(of) - len(told):13}"
    if told:
        inside = [f["interval"]["low"] <= f["auc"][OURS] <= f["interval"]["high"] for f in told]
        width = np.mean([f["interval"]["high"] - f["interval"]["low"] for f in told])
        bias = np.mean([f["interval"]["value"] - f["auc"][OURS] for f in told])
        line += f"{sum(inside):9} of {len(told):3}{width:8.3f}{bias:+10.3f}"
    return line


def report(a, found):
    levels = sorted({f["conversions"] for f in found})
    print(f"\nRanking: AUC expected under the true probabilities, mean over {a.seeds} seeds; difference: propensity less the "
          "other, paired")
    print(f"{'conversions':>11}  {'model':18}{'seeds':>6}{'AUC':>8}{'difference':>11}")
    for level in levels:
        print(*ranking(found, level), sep="\n")
    print("\nCalibration: conversions within 90 days, all seeds together")
    print(f"{'conversions':>11}  {'model':18}{'predicted':>11}{'true':>9}{'realised':>10}{'ratio':>8}{'log loss':>10}"
          f"{'least':>9}")
    for level in levels:
        for line, arrays in calibration(found, level):
            print(line)
            if a.deciles:
                print(*deciles(*arrays), sep="\n")
    print("\nThe run's own test AUC: how often its 95 % interval holds the AUC that its scores are expected to have")
    print(f"{'conversions':>11}{'stopped':>9}{'unscored':>10}{'no interval':>13}{'held':>16}{'width':>8}{'bias':>10}")
    print(*(coverage(found, level) for level in levels), sep="\n")
    reasons = sorted({f["stopped"] for f in found if "stopped" in f})
    if reasons:
        print("\nStopped by:", *reasons, sep="\n  ")


def arguments():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("--binary", type=pathlib.Path, default="target/release/propensity")
    arg.add_argument("--conversions", default="10,20,40,100,400", help="expected conversions of the histories")
    arg.add_argument("--seeds", type=int, default=20)
    arg.add_argument("--first-seed", type=int, default=1)
    arg.add_argument("--accounts", type=int, default=300)
    arg.add_argument("--one-off", action="store_true", help="an account converts once; needs more accounts than conversions")
    arg.add_argument("--thresholds", choices=["default", "open"], default="default", help="open: no quality check stops a run")
    arg.add_argument("--extra-arguments", default="", help="further arguments of `score create`")
    arg.add_argument("--without-analysts", action="store_true")
    arg.add_argument("--deciles", action="store_true", help="calibration by decile of the predictions")
    arg.add_argument("--generator", help="the built generator; left out: it is built")
    arg.add_argument("--json", type=pathlib.Path, help="file for the figures of every business")
    a = arg.parse_args()
    if not a.binary.exists():
        sys.exit(f"{a.binary} does not exist")
    a.binary, a.extra = a.binary.resolve(), shlex.split(a.extra_arguments)
    a.generator = a.generator or built()
    return a


def main():
    a = arguments()
    found = []
    for conversions in map(int, a.conversions.split(",")):
        for seed in range(a.first_seed, a.first_seed + a.seeds):
            found.append(one_business(a, conversions, seed))
            last = found[-1]
            aucs = ", ".join(f"{name} {auc:.3f}" for name, auc in last["auc"].items())
            times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in last["seconds"].items())
            stopped = f"; {last['stopped']}" if "stopped" in last else ""
            print(f"{conversions} conversions, seed {seed}: {aucs}; {times}{stopped}", file=sys.stderr)
        if a.json:
            a.json.write_text(json.dumps(found))
    report(a, found)


if __name__ == "__main__":
    main()
