"""Measures Nacre and llama.cpp in alternation on the same GGUF files; called by Benchmarks/compare-llama-cpp."""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

NACRE = ".build/release/nacre"
HERE = pathlib.Path(__file__).parent


def numbers(text):
    return [int(word) for word in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", default="tinyllama-1.1b")
    parser.add_argument("--types", default="q8_0,q4_0",
                        help="types that nacre synthesize writes; shape:type for another shape")
    parser.add_argument("--models", nargs="*", default=[], help="GGUF files to measure as well")
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--rows", type=numbers, default=[1, 4, 8])
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    return parser.parse_args()


def synthesized(shape, kind):
    if ":" in kind:
        shape, kind = kind.split(":")
    folder = pathlib.Path(os.environ.get("NACRE_SCRATCH", pathlib.Path.home() / ".cache/nacre/models"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{shape}-{kind}.gguf"
    if not path.exists():
        subprocess.run([NACRE, "synthesize", "--shape", shape, "--type", kind, "-o", path], check=True)
    return path


def run_json(command):
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(result.stdout.strip().splitlines()[-1])


def measure_nacre(path, threads, options):
    rows = ",".join(map(str, options.rows))
    result = run_json([
        NACRE, "bench", "model", "--model", str(path), "--threads", str(threads), "--rows", rows,
        "--prompt", str(options.prompt), "--rounds", "1", "--json"])
    return result | result["contexts"][0]


def measure_peer(path, threads, options):
    rows = ",".join(map(str, options.rows))
    return run_json([
        sys.executable, str(HERE / "peer.py"), str(path), "--threads", str(threads), "--rows", rows,
        "--prompt", str(options.prompt)])


class Output:
    """Prints lines, and keeps them for README.md."""

    lines = []

    def __call__(self, line):
        print(line, flush=True)
        self.lines.append(line)

    def write_readme(self):
        begin, end = "<!-- beside-llama-cpp -->\n", "<!-- /beside-llama-cpp -->"
        path = pathlib.Path("README.md")
        before, rest = path.read_text().split(begin)
        path.write_text(before + begin + "\n".join(self.lines) + "\n" + end + rest.split(end)[1])


output = Output()


def main():
    options = arguments()
    paths = [synthesized(options.shape, kind) for kind in options.types.split(",") if kind]
    paths += [pathlib.Path(path) for path in options.models]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    output(f"`{' '.join(['Benchmarks/compare-llama-cpp'] + sys.argv[1:])}`, commit {commit}, "
          f"{os.cpu_count()} CPUs, {cpu_name()}; medians of {options.rounds} alternated runs.\n")
    heads = ["model", "threads", "measure", "nacre", "llama.cpp", "ratio"]
    output("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for path in paths:
        for threads in options.threads:
            ours, theirs = [], []
            for turn in range(options.rounds):
                print(f"\r{path.name}, {threads} threads: round {turn + 1}/{options.rounds}", end="\033[K",
                      file=sys.stderr)
                ours.append(measure_nacre(path, threads, options))
                theirs.append(measure_peer(path, threads, options))
            print("\r\033[K", end="", file=sys.stderr)
            report(path.stem, threads, ours, theirs, options)
    if options.readme:
        output.write_readme()


def report(name, threads, ours, theirs, options):
    def line(measure, mine, peer, unit, ratio=None):
        a, b = statistics.median(mine), statistics.median(peer)
        ratio = a / b if ratio is None else ratio
        output(f"| {name} | {threads} | {measure} | {a:.2f} {unit} | {b:.2f} {unit} | {ratio:.2f} |")

    seconds = lambda runs, rows: [run["passSeconds"][str(rows)] for run in runs]
    line("decode", [1 / s for s in seconds(ours, 1)], [1 / s for s in seconds(theirs, 1)], "tokens/s")
    for rows in options.rows:
        if rows > 1:
            cost = lambda runs: [run["passSeconds"][str(rows)] / run["passSeconds"]["1"] for run in runs]
            line(f"T({rows})/T(1)", cost(ours), cost(theirs), "")
    rate = lambda runs: [options.prompt / run["promptSeconds"] for run in runs]
    line(f"prompt {options.prompt}", rate(ours), rate(theirs), "tokens/s")
    share = statistics.median(run["bandwidthShare"] for run in ours)
    output(f"| {name} | {threads} | share of read bandwidth | {share:.2f} | | |")


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
