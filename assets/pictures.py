#!/usr/bin/env python3
"""Makes the pictures of the README from the real program, on the demo workspace.

  cargo build --release
  pip install pyte pillow
  python assets/pictures.py [--program target/release/propensity] [--font DejaVuSansMono.ttf]

Each picture is the program's own screen: it runs in a pseudo-terminal, keys are sent to it, and what it writes is
interpreted and painted.
"""

import argparse, datetime, fcntl, json, os, pathlib, pty, select, shutil, signal, struct, subprocess, sys, tempfile, termios, time
import pyte
from PIL import Image, ImageDraw, ImageFont

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS, ROWS, SIZE = 120, 36, 17
DARK, LIGHT = ((22, 24, 29), (222, 224, 228)), ((255, 255, 255), (36, 38, 44))
NAMED = {
    "black": (40, 42, 48), "red": (224, 92, 92), "green": (118, 190, 120), "brown": (214, 174, 96),
    "blue": (98, 150, 224), "magenta": (190, 130, 210), "cyan": (94, 184, 200), "white": (222, 224, 228),
}
FONTS = ["/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
         "/Library/Fonts/Menlo.ttc"]


class Screen:
    """The program in a pseudo-terminal, of a dark or a light one."""

    def __init__(self, program, home, look=DARK):
        self.ground, self.text = look
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(PROPENSITY_HOME=str(home), TERM="xterm-256color", COLORTERM="truecolor", USER="ann")
            os.environ.pop("NO_COLOR", None)
            os.environ.pop("COLORFGBG", None)
            os.execv(program, [program])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds):
        """Takes in what comes until nothing has come for a while."""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                written = os.read(self.fd, 65536)
                if b"\x1b]11;?" in written:
                    # As terminals answer what their background is.
                    os.write(self.fd, b"\x1b]11;rgb:%02x%02x/%02x%02x/%02x%02x\x07" % tuple(c for c in self.ground for _ in (0, 1)))
                self.stream.feed(written)
            except OSError:
                return

    def wait(self, text, seconds=120):
        end = time.time() + seconds
        while text not in "\n".join(self.screen.display):
            if time.time() > end:
                sys.exit(f"'{text}' did not come:\n" + "\n".join(self.screen.display))
            self.read(0.05)

    def keys(self, *keys):
        for key in keys:
            os.write(self.fd, key.encode())
            self.read(0.15)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)

    def paint(self, path, font, bold, settle=0.3):
        """What is on the screen; `settle` 0 is as it is, while it goes on."""
        if settle:
            self.read(settle)
        width, height = int(font.getlength("M")), int(SIZE * 1.25)
        image = Image.new("RGB", (COLUMNS * width + 2 * width, ROWS * height + height), self.ground)
        draw = ImageDraw.Draw(image)
        for y in range(ROWS):
            for x in range(COLUMNS):
                cell = self.screen.buffer[y][x]
                front, back = colour(cell.fg, self.text), colour(cell.bg, self.ground)
                if cell.reverse:
                    front, back = back, front
                left, top = x * width + width, y * height + height // 2
                if back != self.ground:
                    draw.rectangle([left, top, left + width - 1, top + height - 1], fill=back)
                block(draw, cell.data, left, top, width, height, front) or draw.text(
                    (left, top + 1), cell.data, font=bold if cell.bold else font, fill=front)
        image.save(path, optimize=True)
        print(path)


QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"


def block(draw, char, left, top, width, height, fill):
    """Blocks and lines are painted, not written, so that neighbours touch."""
    if char == " ":
        return True
    if char in "▁▂▃▄▅▆▇█":
        rise = height * ("▁▂▃▄▅▆▇█".index(char) + 1) // 8
        draw.rectangle([left, top + height - rise, left + width - 1, top + height - 1], fill=fill)
    elif char in QUARTERS:
        bits = QUARTERS.index(char)
        middle, half = left + width // 2, top + height // 2
        for bit, (x, y, right, bottom) in enumerate([
            (left, top, middle - 1, half - 1), (middle, top, left + width - 1, half - 1),
            (left, half, middle - 1, top + height - 1), (middle, half, left + width - 1, top + height - 1),
        ]):
            if bits >> bit & 1:
                draw.rectangle([x, y, right, bottom], fill=fill)
    elif char == "│":
        draw.line([left + width // 2, top, left + width // 2, top + height - 1], fill=fill)
    elif char == "─":
        draw.line([left, top + height // 2, left + width - 1, top + height // 2], fill=fill)
    else:
        return False
    return True


def colour(name, default):
    if name == "default":
        return default
    if name in NAMED:
        return NAMED[name]
    if name.startswith("bright"):
        return tuple(min(255, c + 30) for c in NAMED.get(name[6:], default))
    return tuple(int(name[i:i + 2], 16) for i in (0, 2, 4))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", default="target/release/propensity")
    arguments.add_argument("--font", default=next((f for f in FONTS if os.path.exists(f)), None))
    arguments.add_argument("--out", default=str(HERE))
    given = arguments.parse_args()
    if not given.font:
        sys.exit("No monospaced font was found: name one with --font.")
    program, out = str(pathlib.Path(given.program).resolve()), pathlib.Path(given.out)
    font = ImageFont.truetype(given.font, SIZE)
    boldly = given.font.replace("Mono.ttf", "Mono-Bold.ttf")
    bold = ImageFont.truetype(boldly if os.path.exists(boldly) else given.font, SIZE)
    place = tempfile.mkdtemp()
    try:
        # The name of the folder is shown nowhere, but the time of its runs is: they are fresh.
        subprocess.run([program, "--home", place, "demo", "--headless"], check=True, stdout=subprocess.DEVNULL)
        home = pathlib.Path(place) / "demo"
        # An earlier day and today again: so that there is a change to tell.
        earlier = (datetime.date.today() - datetime.timedelta(days=14)).isoformat()
        for more in (["--as-of", earlier], []):
            run = ["run", "start", "Closed Won in 90 days", "--kind", "scoring", *more]
            subprocess.run([program, "--home", str(home), *run], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        light(Screen(program, home, LIGHT), out / "light", font, bold)
        services(Screen(program, home), out, font, bold)
        backfill(program, home)
        monitoring(Screen(program, home), out, font, bold)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def services(screen, out, font, bold):
    """The Services screen, one profile, the wizard's goal step, a running score, the Data screen."""
    escape, enter, tab, down = "\x1b", "\r", "\t", "\x1b[B"
    screen.wait("Lead converted in 30 days")
    screen.wait("Influential factors")
    screen.keys("/", "closed", enter, escape)
    screen.paint(out / "services.png", font, bold)
    # One account, with the run of two weeks before to compare with.
    screen.keys("p")
    screen.wait("Likely")
    screen.keys(down, enter)
    screen.wait("score without them")
    screen.keys(down, down, enter)
    screen.paint(out / "profile.png", font, bold)
    screen.keys(escape, escape)
    # Define your goal, as in the tutorial.
    screen.keys("c", enter, "acc", enter, tab, "Enterprise, Closed Won in 90 days", "\x13")
    screen.wait("Define your goal")
    screen.keys(enter, "opportunityUpd", enter, tab, enter, "attributeName", enter, tab, enter, enter, tab, "Stage", enter, "\x06")
    screen.keys(enter, "newValue", enter, tab, enter, enter, tab, "Closed Won", enter, tab)
    screen.wait("Enough to learn from.")
    screen.paint(out / "goal.png", font, bold)
    left = "\x1b[D"
    screen.keys(escape, left, enter)
    # A run, while it trains.
    screen.keys("r", left, enter)
    screen.wait("▸ train and test")
    screen.paint(out / "running.png", font, bold, settle=0)
    screen.wait(" scored, ")
    # What the sources hold: the one with refused rows, and its columns.
    screen.keys("4")
    screen.wait("Event types")
    screen.keys(down, down, down)
    screen.wait("Refused rows")
    screen.paint(out / "data.png", font, bold)
    screen.close()


def light(screen, out, font, bold):
    """Every kind of screen on a light terminal."""
    escape, enter, tab = "\x1b", "\r", "\t"
    out.mkdir(exist_ok=True)
    screen.wait("Influential factors")
    screen.paint(out / "services.png", font, bold)
    screen.keys("c")
    screen.paint(out / "form.png", font, bold)
    screen.keys(escape, "d")
    screen.paint(out / "question.png", font, bold)
    screen.keys(escape, "?")
    screen.paint(out / "help.png", font, bold)
    screen.keys(escape, "p")
    screen.wait("Likely")
    screen.paint(out / "profiles.png", font, bold)
    screen.keys(enter)
    screen.wait("the average odds")
    screen.paint(out / "profile.png", font, bold)
    screen.keys("3")
    screen.wait("Runs in 90 days")
    screen.paint(out / "monitoring.png", font, bold)
    screen.keys(enter)
    screen.wait("Overview")
    screen.keys(tab)
    screen.paint(out / "run.png", font, bold)
    screen.close()


def backfill(program, home):
    """Runs of the past: each is really made, as of its day, and then dated back to it, as if the timer had called."""
    def run(score, *more, fails=False):
        done = subprocess.run([program, "--home", str(home), "run", "start", score, *more], capture_output=True)
        assert fails or done.returncode == 0, done.stderr.decode()

    today = datetime.date.today()
    config = home / "config.toml"
    scores = {"Lead converted in 30 days": "lead-converted-in-30-days", "Closed Won in 90 days": "closed-won-in-90-days"}
    # The first model is one of the past, so that what it predicts can be held against what came.
    for score, folder in scores.items():
        first = (today - datetime.timedelta(days=120)).isoformat()
        run(score, "--kind", "training", "--as-of", first)
        newest = max(p.name for p in (home / "data/runs" / folder).iterdir() if not p.name.startswith("."))
        subprocess.run([program, "--home", str(home), "score", "promote", score, newest], check=True, capture_output=True)
    for back in range(75, 0, -1):
        day = today - datetime.timedelta(days=back)
        if back in (37, 52):
            continue
        for score, folder in scores.items():
            kind = "training" if back in (60, 30) else "scoring"
            kept = config.read_text()
            if back in (44, 12):
                # So many events there are not: code 403.
                config.write_text(kept + "\n[thresholds]\nevents = 1000000000\n")
            before = set(p.name for p in (home / "data/runs" / folder).iterdir())
            run(score, "--kind", kind, "--as-of", day.isoformat(), fails=back in (44, 12))
            config.write_text(kept)
            date_back(home / "data/runs" / folder, before, day)
    for score in scores:
        run(score, "--kind", "scoring")


def date_back(runs, before, day):
    """Gives the run that is new the time of a day."""
    [folder] = [p for p in runs.iterdir() if p.name not in before and not p.name.startswith(".")]
    summary = json.loads((folder / "run.json").read_text())
    start = datetime.datetime.fromisoformat(summary["started_at"].replace("Z", "+00:00"))
    end = datetime.datetime.fromisoformat(summary["finished_at"].replace("Z", "+00:00"))
    at = datetime.datetime.combine(day, datetime.time(6, 30, 7), datetime.timezone.utc)
    for key, value in (("started_at", at), ("finished_at", at + (end - start))):
        summary[key] = value.isoformat().replace("+00:00", "Z")
    (folder / "run.json").write_text(json.dumps(summary))


def monitoring(screen, out, font, bold):
    """The Monitoring screen, and the evaluation and the past of one run."""
    enter, tab, back_tab = "\r", "\t", "\x1b[Z"
    screen.wait("Lead converted in 30 days")
    screen.keys("3")
    screen.wait("Runs in 90 days")
    screen.read(1)
    screen.paint(out / "monitoring.png", font, bold)
    screen.keys("o", "lead", enter)
    screen.wait("scoring")
    screen.keys(enter)
    screen.wait("Overview")
    screen.keys(tab)
    screen.paint(out / "run.png", font, bold)
    screen.keys(tab, tab, tab)
    screen.paint(out / "past.png", font, bold)
    screen.close()


if __name__ == "__main__":
    main()
