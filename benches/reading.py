"""Files as they come against polars: an XLSX workbook, a CSV in UTF-16, and experience events in XDM, read by both.

  python benches/reading.py BINARY [--rows 200000] [--runs 3]

`propensity data check` reads, understands and checks every cell; polars reads the same file into a frame (`read_excel` with fastexcel,
`read_csv` after decoding, `read_ndjson`). Printed are the CPU seconds of both, medians of runs that take turns, and the largest memory.
Needs polars, fastexcel and xlsxwriter.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta

POLARS = {
    "xlsx": "import polars as pl; print(pl.read_excel('{path}', engine='calamine').height)",
    "utf16": "import polars as pl; print(pl.read_csv(open('{path}', encoding='utf-16').read().encode()).height)",
    "utf8": "import polars as pl; print(pl.read_csv('{path}').height)",
    "xdm": "import polars as pl; print(pl.read_ndjson('{path}').height)",
}
NAMES = {"xlsx": "events.xlsx", "utf16": "events-utf16.csv", "utf8": "events.csv", "xdm": "events.jsonl"}


def rows(count):
    """The same made-up events for every format."""
    draws = random.Random(7)
    start = datetime(2024, 1, 1)
    for number in range(count):
        at = start + timedelta(seconds=number * 300)
        yield f"p{draws.randrange(20_000):06}", at, draws.choice(["web.visit", "email.opened", "form.filled"]), round(draws.random() * 1e4, 2)


def write(folder, count):
    import xlsxwriter

    head = ["person_id", "timestamp", "event_type", "amount", "note"]
    book = xlsxwriter.Workbook(str(folder / NAMES["xlsx"]), {"constant_memory": True})
    sheet, stamp = book.add_worksheet("Events"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, head)
    utf8 = open(folder / NAMES["utf8"], "w", encoding="utf-8", newline="")
    utf16 = open(folder / NAMES["utf16"], "w", encoding="utf-16", newline="")
    xdm = open(folder / NAMES["xdm"], "w", encoding="utf-8")
    for text in (utf8, utf16):
        text.write(",".join(head) + "\r\n")
    for number, (person, at, kind, amount) in enumerate(rows(count)):
        line = f"{person},{at.isoformat(sep=' ')},{kind},{amount},Zoë\r\n"
        utf8.write(line)
        utf16.write(line)
        sheet.write_string(number + 1, 0, person)
        sheet.write_datetime(number + 1, 1, at, stamp)
        sheet.write_string(number + 1, 2, kind)
        sheet.write_number(number + 1, 3, amount)
        sheet.write_string(number + 1, 4, "Zoë")
        key = {"sourceType": "Marketo", "sourceInstanceID": "123-ABC-456", "sourceID": person, "sourceKey": f"{person}@123-ABC-456.Marketo"}
        event = {"_id": str(number), "personKey": key, "timestamp": at.isoformat() + "Z", "eventType": kind, "web": {"amount": amount}}
        xdm.write(json.dumps(event) + "\n")
    book.close()
    for text in (utf8, utf16, xdm):
        text.close()


def cpu(command, environment=None):
    """CPU seconds and peak memory (MB) of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["/usr/bin/env", "bash", "-c", 'exec "$@"', "x", *command], capture_output=True, text=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("binary", type=pathlib.Path)
    arg.add_argument("--rows", type=int, default=200_000)
    arg.add_argument("--runs", type=int, default=3)
    a = arg.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write(folder, a.rows)
        print(f"{a.rows} rows; CPU seconds, medians of {a.runs}")
        for kind, name in NAMES.items():
            home = folder / kind
            home.mkdir()
            (home / "config.toml").write_text(f'[[source]]\nkind = "event"\npath = "{folder / name}"\n')
            ours, theirs = [], []
            for _ in range(a.runs):
                ours.append(cpu([str(a.binary), "--home", str(home), "data", "check", "--json"], dict(os.environ)))
                theirs.append(cpu([sys.executable, "-c", POLARS[kind].format(path=folder / name)], dict(os.environ)))
            mine, polars = statistics.median(ours), statistics.median(theirs)
            print(f"{kind:6} propensity {mine:6.2f}   polars {polars:6.2f}   ratio {mine / polars:.2f}")


if __name__ == "__main__":
    main()
