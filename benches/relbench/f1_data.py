"""The Formula 1 database of Ergast as rel-f1 sees it: its two tasks' official rows, and the plain layout. Used by rel_f1.py.

The tables are joined as RelBench's own code does: a race without a time of day begins at midnight, and its qualifying lies
one day earlier. Drivers are numbered in the order of drivers.csv, from 0.
"""
from datetime import datetime, timedelta
import sys

import polars as pl

WINDOW = timedelta(days=30)
DATES_OF_A_SPLIT = 40
STARTS = {"val": datetime(2005, 1, 1), "test": datetime(2010, 1, 1)}
COUNTS = {"dnf": {"train": 11_411, "val": 566, "test": 702}, "top3": {"train": 1_353, "val": 588, "test": 726}}
FIELDS = ["status", "constructor", "circuit", "grid", "position", "positionOrder", "points", "laps", "fastestLapRank",
          "qualiPosition", "standingPoints", "standingPosition", "standingWins"]
PAUSE = timedelta(days=365)


def tables(folder):
    """The tables by name; results, qualifying and standings have `date` and `driver` (a number from 0)."""
    def read(name):
        path = folder / f"{name}.csv"
        if not path.exists():
            sys.exit(f"{path} does not exist")
        return pl.read_csv(path, null_values=["\\N"], infer_schema_length=None)

    races, drivers = read("races"), read("drivers")
    moment = pl.col("date") + " " + pl.col("time").fill_null("00:00:00")
    races = races.select("raceId", "circuitId", moment.str.to_datetime().alias("date"))
    drivers = drivers.with_row_index("driver").with_columns(pl.col("driver").cast(pl.Int64))
    found = {"drivers": drivers, "races": races, "circuits": read("circuits"), "constructors": read("constructors")}
    for name, file in [("results", "results"), ("qualifying", "qualifying"), ("standings", "driver_standings")]:
        found[name] = read(file).join(races, on="raceId").join(drivers.select("driverId", "driver"), on="driverId")
    found["qualifying"] = found["qualifying"].with_columns(pl.col("date") - timedelta(days=1))
    return found


def split_dates(split, first, last):
    """The dates of a split: backwards from the validation's start, or forwards for at most 40 windows."""
    if split == "train":
        start, end, step = STARTS["val"] - WINDOW, first, -1
    else:
        start, step = STARTS[split], 1
        end = min(start + WINDOW * (DATES_OF_A_SPLIT - 1), (STARTS["test"] if split == "val" else last) - WINDOW)
    return [start + step * number * WINDOW for number in range(abs(end - start) // WINDOW + 1)]


def official_rows(found, task, split):
    """driver, date and y of every driver that takes part in the 30 days after a date of the split.

    RelBench also asks for a part since one year before the date, which whoever takes part after it has: debutants are rows.
    Outcomes of the training and validation dates are read from what lies before the test.
    """
    entries = found["results" if task == "dnf" else "qualifying"]
    hit = pl.col("statusId") != 1 if task == "dnf" else pl.col("position") <= 3
    if split != "test":
        entries = entries.filter(pl.col("date") <= STARTS["test"])
    raced = found["results"]["date"]
    dates = pl.DataFrame({"at": split_dates(split, raced.min(), raced.max())})
    joined = dates.join_where(entries, pl.col("date") > pl.col("at"), pl.col("date") <= pl.col("at") + WINDOW)
    rows = joined.group_by("at", "driver").agg(hit.any().fill_null(False).cast(pl.Int64).alias("y"))
    return rows.rename({"at": "date"}).sort("date", "driver")


def check_rows(rows, official, task, split):
    """Ends the program unless the rows are the published ones: their number, and each of them where a folder is given."""
    if rows.height != COUNTS[task][split]:
        told = f"{task}, {split}: {rows.height} rows, and {COUNTS[task][split]} are published"
        sys.exit(f"{told}. Do the files end in March 2023?")
    if official is None:
        return
    theirs = pl.read_parquet(official / f"{task}_{split}.parquet").rename({"driverId": "driver"})
    theirs = theirs.select(pl.col("date").cast(pl.Datetime("us")), "driver", "y").sort("date", "driver")
    if not theirs.equals(rows.select("date", "driver", "y")):
        sys.exit(f"{task}, {split}: the rows differ from {official}")


def pauses(results):
    """`career.paused`, at the start of the day 365 days after a race that none followed until then."""
    raced = results.select("driver", pl.col("date").dt.truncate("1d")).unique().sort("driver", "date")
    following = pl.col("date").shift(-1).over("driver")
    last = results["date"].max()
    quiet = raced.filter(((following - pl.col("date")) > PAUSE) | following.is_null())
    paused = quiet.select("driver", pl.col("date") + PAUSE, pl.lit("career.paused").alias("event_type"))
    return paused.filter(pl.col("date") <= last)


def write_plain(found, folder, with_pauses):
    """accounts.csv and events.csv in the plain layout: a driver is an account."""
    names = found["constructors"].select("constructorId", pl.col("constructorRef").alias("constructor"))
    places = found["circuits"].select("circuitId", pl.col("circuitRef").alias("circuit"))
    results = found["results"].join(names, on="constructorId", how="left").join(places, on="circuitId", how="left")
    qualifying = found["qualifying"].join(names, on="constructorId", how="left")

    def kind(table, event_type, *kept, **renamed):
        fields = [pl.col(column).alias(field) for field, column in renamed.items()]
        return table.select("driver", "date", pl.lit(event_type).alias("event_type"), *kept, *fields)

    kinds = [
        kind(results.with_columns(pl.format("s{}", "statusId").alias("status")), "race.result", "status", "constructor", "circuit",
             "grid", "position", "positionOrder", "points", "laps", fastestLapRank="rank"),
        kind(qualifying, "qualifying.session", "constructor", qualiPosition="position"),
        kind(found["standings"], "standings.updated", standingPoints="points", standingPosition="position", standingWins="wins"),
    ]
    if with_pauses:
        kinds.append(pauses(found["results"]))
    texts = {"status", "constructor", "circuit"}
    numbers = [name for name in FIELDS if name not in texts]
    kinds = [k.with_columns(pl.col(name).cast(pl.Float64) for name in k.columns if name in numbers) for k in kinds]
    account = pl.format("d{}", pl.col("driver").cast(pl.String).str.zfill(4)).alias("account_id")
    moment = pl.col("date").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    events = pl.concat(kinds, how="diagonal").sort("date", "driver", "event_type", maintain_order=True)
    events = events.with_row_index("number")
    event_id = pl.format("e{}", pl.col("number").cast(pl.String).str.zfill(6)).alias("event_id")
    events.select(event_id, account, moment.alias("timestamp"), "event_type", *FIELDS).write_csv(folder / "events.csv")
    begun = events.group_by("driver").agg(pl.col("date").min())
    drivers = found["drivers"].join(begun, on="driver").sort("driver")
    name, born = pl.col("forename") + " " + pl.col("surname"), pl.col("dob").cast(pl.String).str.slice(0, 4)
    attributes = [name.alias("name"), pl.col("nationality").alias("country"), born.alias("birthYear")]
    drivers.select(account, moment.alias("created_at"), *attributes).write_csv(folder / "accounts.csv")
