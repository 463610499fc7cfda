"""What an analyst would write: window features at cutoffs every 30 days, LightGBM or a ridge logistic on them. Used by compare.py.

Needs numpy, polars, scikit-learn and lightgbm.
"""
import lightgbm
import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

WINDOWS = [7, 30, 90, 180]
STEP = 30
WON = "won"
STRENGTHS = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
FOLDS = 4
SETTINGS = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 1, "deterministic": True}


class Tables:
    """A business as arrays: counts of events by type, account and day; day 0 is the first with an event."""

    def __init__(self, folder, as_of):
        accounts = pl.read_csv(folder / "accounts.csv", schema_overrides={"created_at": pl.Date}).sort("account_id")
        events = pl.read_csv(folder / "events.csv", infer_schema_length=None)
        kind = pl.when(pl.col("stage") == "Closed Won").then(pl.lit(WON)).otherwise(pl.col("event_type")).alias("kind")
        day = pl.col("timestamp").str.slice(0, 10).str.to_date()
        events = events.select("account_id", kind, day.alias("day"))
        first = events["day"].min()
        self.ids = accounts["account_id"]
        self.as_of = (as_of - first).days
        self.kinds = events["kind"].unique().sort().to_list()
        place = {account: at for at, account in enumerate(self.ids)}
        rows = [place[a] for a in events["account_id"]]
        days = (events["day"] - first).dt.total_days().to_numpy()
        self.counts = np.zeros((len(self.kinds), len(self.ids), self.as_of + 1), dtype=np.float32)
        np.add.at(self.counts, ([self.kinds.index(k) for k in events["kind"]], rows, days + 1), 1)
        # Up to and without a day; and the last day on which there was one, before a day.
        happened = self.counts > 0
        self.until = self.counts.cumsum(axis=2)
        self.last = np.maximum.accumulate(np.where(happened, np.arange(self.as_of + 1) - 1, -10_000), axis=2)
        self.created = (accounts["created_at"] - first).dt.total_days().to_numpy()
        one_hot = accounts.select("industry", "country").fill_null("").to_dummies().to_numpy()
        employees = accounts["employees"].cast(pl.Float64).to_numpy()
        self.attributes = np.column_stack([one_hot, employees])

    def features(self, cutoff):
        """Counts per type and of all in each window and ever, days since the last, attributes, tenure."""
        columns = []
        for until, last in [*zip(self.until, self.last), (self.until.sum(axis=0), self.last.max(axis=0))]:
            now = until[:, cutoff]
            columns += [now - until[:, max(cutoff - window, 0)] for window in WINDOWS] + [now]
            columns.append(np.minimum(cutoff - last[:, cutoff], 2_000))
        return np.column_stack([*columns, self.attributes, cutoff - self.created])

    def labels(self, cutoff, horizon):
        if WON not in self.kinds:
            return np.zeros(len(self.ids))
        until = self.until[self.kinds.index(WON)]
        return (until[:, cutoff + horizon] > until[:, cutoff]).astype(float)

    def rows(self, horizon, one_off):
        """Features, labels and accounts of every cutoff whose outcome is known at the as-of date."""
        xs, ys, groups = [], [], []
        for cutoff in range(self.as_of - horizon, 30, -STEP):
            there = self.created < cutoff
            if one_off and WON in self.kinds:
                there &= self.until[self.kinds.index(WON)][:, cutoff] == 0
            there = np.flatnonzero(there)
            xs.append(self.features(cutoff)[there])
            ys.append(self.labels(cutoff, horizon)[there])
            groups.append(there)
        return np.concatenate(xs), np.concatenate(ys), np.concatenate(groups)


def boosted(x, y, new, trees, **settings):
    return lightgbm.train(SETTINGS | settings, lightgbm.Dataset(x, y), trees).predict(new)


def plain_lightgbm(x, y, groups, new):
    """250 trees of 15 leaves."""
    return boosted(x, y, new, 250, num_leaves=15, learning_rate=0.04)


def stopped_lightgbm(x, y, groups, new):
    """7 leaves; as many trees as are best for accounts that were held out, then fitted on all."""
    settings = {"num_leaves": 7, "learning_rate": 0.03, "min_data_in_leaf": 50, "lambda_l2": 5.0, "feature_fraction": 0.6}
    folds = [fold for fold in GroupKFold(FOLDS).split(x, y, groups) if y[fold[0]].any()]
    stop = lightgbm.early_stopping(30, verbose=False)
    found = lightgbm.cv(SETTINGS | settings, lightgbm.Dataset(x, y), 400, folds=folds, callbacks=[stop])
    return boosted(x, y, new, max(len(found["valid binary_logloss-mean"]), 1), **settings)


def ridge(x, y, groups, new):
    """A logistic regression with a quadratic penalty on standardised log1p features, its strength by grouped folds."""
    prepare = lambda values: np.log1p(np.maximum(np.where(np.isnan(values), np.nanmedian(x, axis=0), values), 0))
    x_log, new_log = prepare(x), prepare(new)
    model = lambda c: make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=300, tol=1e-3))
    folds = [fold for fold in GroupKFold(FOLDS).split(x, y, groups) if y[fold[0]].any()]

    def loss(c):
        told = [(y[out], model(c).fit(x_log[kept], y[kept]).predict_proba(x_log[out])[:, 1]) for kept, out in folds]
        return log_loss(np.concatenate([t[0] for t in told]), np.concatenate([t[1] for t in told]), labels=[0, 1])

    best = min(STRENGTHS, key=loss)
    return model(best).fit(x_log, y).predict_proba(new_log)[:, 1]


ANALYSTS = {"lightgbm": plain_lightgbm, "lightgbm, stopped": stopped_lightgbm, "ridge": ridge}


def predictions(folder, as_of, horizon, one_off):
    """Account ids, the day of the last event of each, and a probability for each by every analyst (None where nobody
    converted)."""
    tables = Tables(folder, as_of)
    recency = tables.last.max(axis=0)[:, tables.as_of]
    x, y, groups = tables.rows(horizon, one_off)
    new = tables.features(tables.as_of)
    learned = {name: learn(x, y, groups, new) if y.any() else None for name, learn in ANALYSTS.items()}
    return tables.ids.to_list(), recency, learned
