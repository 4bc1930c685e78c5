#!/usr/bin/env python3
"""measure.py: how fast the programs are, beside what the machine could do and, if they are installed, beside peers.

usage: measure.py [--repeats N] [--only TEXT] [--peers DIR] -o OUT.tsv [STAGE=TARGETS …]

In:  build/bench, where bench.mk has laid out models, tokens and the peers' forms of the models.
Out: a table on standard output; OUT.tsv: name, value, unit. A name is SHAPE.TASK.SENTENCES.CONTESTANT.QUANTITY.

A case is a task that several contestants do. In each repeat every contestant has its turn, and so has the machine's
peak; a value is the median of the repeats. Peers that take very long do one of as many parts of their work in each
repeat: their seconds are the sum. Loading a model does not count, neither ours nor the peers', who have also been
warmed up. A peer whose results differ from ours, or that is not here, has NA.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import json
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import time
from pathlib import Path

BENCH, BIN, PEERS = Path("build/bench"), Path("build/bin"), Path(__file__).parent / "peers"
CORES = len(os.sched_getaffinity(0))

PROGRAMS = {
    "forward": ["forward"],
    "ablate": ["ablate", "--removals", "zero"],
    "train-full": ["train", "--method", "full", "--epochs", "1"],
    "train-lora": ["train", "--method", "lora", "--epochs", "1"],
}

# name: script and kind, folders of packages, processes that share cores and work out, whether it takes very long
PEER_KINDS = {
    "pytorch": (["plain-forward.py", "pytorch"], ["pytorch"], 1, False),
    "onnxruntime": (["plain-forward.py", "onnxruntime"], ["onnxruntime", "pytorch"], 1, False),
    "ctranslate2": (["plain-forward.py", "ctranslate2"], ["ctranslate2", "pytorch"], 1, False),
    "pytorch-hooks": (["sweep.py", "hooks"], ["pytorch"], 1, True),
    "pytorch-hooks-processes": (["sweep.py", "hooks"], ["pytorch"], CORES, True),
    "pytorch-padded": (["sweep.py", "padded"], ["pytorch"], 1, True),
    "pytorch-reuse": (["sweep.py", "reuse"], ["pytorch"], 1, False),
    "pytorch-step": (["training.py", "pytorch"], ["pytorch"], 1, False),
    "peft-step": (["training.py", "peft"], ["pytorch"], 1, False),
}
FORWARD = ["pytorch", "onnxruntime", "ctranslate2"]
SWEEP = ["pytorch-hooks", "pytorch-hooks-processes", "pytorch-padded", "pytorch-reuse"]

# shape, task, sentences, most repeats, other contestants
CASES = [
    ("minilm", "forward", 80, 99, FORWARD),
    ("minilm", "forward", 872, 99, FORWARD),
    ("minilm", "ablate", 80, 99, SWEEP),
    ("minilm", "ablate", 872, 1, ["pytorch-reuse"]),
    ("minilm", "train-full", 256, 99, ["pytorch-step"]),
    ("minilm", "train-lora", 256, 99, ["peft-step"]),
    ("distilbert", "forward", 80, 99, FORWARD),
    ("distilbert", "forward", 872, 1, FORWARD),
    ("distilbert", "ablate", 80, 1, SWEEP),
    ("distilbert", "ablate", 872, 1, []),
    ("distilbert", "train-full", 64, 99, ["pytorch-step"]),
    ("bert-base", "forward", 80, 99, FORWARD),
    ("bert-base", "forward", 872, 1, FORWARD),
    ("bert-base", "ablate", 80, 1, ["pytorch-reuse"]),
    ("bert-base", "ablate", 872, 1, []),
    ("bert-base", "train-full", 64, 1, ["pytorch-step"]),
    ("bert-base", "train-lora", 64, 1, ["peft-step"]),
    # time and memory against the number of sentences, and of threads
    ("minilm", "forward", 800, 99, ["t-model-1-thread"]),
    ("minilm", "forward", 8000, 1, []),
    ("minilm", "ablate", 4, 99, []),
    ("minilm", "ablate", 40, 99, ["t-model-1-thread"]),
    ("minilm", "ablate", 400, 1, []),
]


def wait(process):
    """Its status and its largest resident memory in MB."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss / 1000


def count_tokens(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size))["ids"]["shape"][0]


class Case:
    def __init__(self, shape, task, sentences):
        self.shape, self.task, self.sentences = shape, task, sentences
        self.name = f"{shape}.{task}.{sentences}"
        self.model = BENCH / shape / "model"
        self.tokens = BENCH / f"tokens-{sentences}.safetensors"
        self.training = task.startswith("train")
        self.output = BENCH / shape / (task if self.training else f"{task}-{sentences}.safetensors")
        # what peers are compared with
        self.reference = BENCH / shape / task.replace("train", "check") / "log.tsv" if self.training else self.output


class Contestant:
    """seconds: one of each repeat."""

    def __init__(self, name):
        self.name, self.seconds, self.in_parts = name, [], False
        self.operations = self.memory = self.difference = None

    def time(self):
        if not self.seconds:
            return None
        return sum(self.seconds) if self.in_parts else statistics.median(self.seconds)


class Program(Contestant):
    """One of our programs, started anew for each repeat; -v tells the seconds after loading and the operations."""

    def __init__(self, name, case, threads):
        super().__init__(name)
        self.case = case
        program, *options = PROGRAMS[case.task]
        self.command = [BIN / program, "-v", "--threads", str(threads), *options, case.model, case.tokens,
                        "-o", case.output]

    def run(self, repeat, repeats):
        if self.case.training:  # a run that stopped half-way would be taken up
            shutil.rmtree(self.case.output, ignore_errors=True)
        process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        messages = process.stderr.read()
        status, self.memory = wait(process)
        told = re.search(r", ([\d.]+) s, (\S+) operations", messages)
        if status != 0 or not told:
            sys.exit(f"measure: {' '.join(map(str, self.command))}: {messages.strip() or status}")
        self.seconds.append(float(told[1]))
        self.operations = float(told[2])

    def close(self):
        pass


class Peer(Contestant):
    """Processes that stay from repeat to repeat; see peers/worker.py for what is said between us."""

    def __init__(self, name, case, folder):
        super().__init__(name)
        (script, *kind), packages, processes, self.in_parts = PEER_KINDS[name]
        threads = str(CORES // processes)
        environment = {**os.environ, "PYTHONPATH": ":".join(str(folder / package) for package in packages),
                       "OMP_NUM_THREADS": threads, "HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        self.log = open(BENCH / f"{case.name}.{name}.log", "w", encoding="utf-8")
        self.processes = []
        for part in range(processes):
            command = [sys.executable, PEERS / script, *kind, case.model, case.tokens, case.reference, threads,
                       str(part), str(processes)]
            self.processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                   stderr=self.log, env=environment, text=True))
        answers = [process.stdout.readline().split() for process in self.processes]
        self.failed = any(answer[:1] != ["ready"] for answer in answers)
        if not self.failed:
            self.difference = max(float(answer[1]) for answer in answers)

    def run(self, repeat, repeats):
        if self.failed:
            return
        begin = time.perf_counter()
        try:
            for process in self.processes:
                print(*([repeat, repeats] if self.in_parts else [0, 1]), file=process.stdin, flush=True)
            self.failed = not all([process.stdout.readline() for process in self.processes])
        except BrokenPipeError:
            self.failed = True
        if not self.failed:
            self.seconds.append(time.perf_counter() - begin)

    def close(self):
        memory = 0
        for process in self.processes:
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass
            status, used = wait(process)
            memory += used
            self.failed |= status != 0
        self.memory = memory
        self.log.close()
        if self.failed:
            self.seconds, self.memory, self.difference = [], None, None
            print(f"measure: {self.name}: failed; see {self.log.name}", file=sys.stderr)


class Machine:
    """Every reading of bench-machine; the numbers' medians."""

    def __init__(self):
        self.readings = []

    def run(self):
        path = BENCH / "machine.tsv"
        subprocess.run([BIN / "bench-machine", "--seconds", "0.1", "-o", path], check=True)
        self.readings.append([line.split("\t") for line in path.read_text().splitlines()[1:]])

    def rows(self):
        for name, value, unit in self.readings[0]:
            if unit == "GFLOP/s":
                value = statistics.median(float(dict((n, v) for n, v, _ in rows)[name]) for rows in self.readings)
            yield name, value, unit


def run_case(case, others, repeats, machine, peers):
    ours = Program("t-model", case, CORES)
    contestants = [ours]
    if peers and others and not case.training:
        ours.run(0, 1)  # the results that peers are compared with
        ours.seconds = []
    for name in others:
        if name == "t-model-1-thread":
            contestants.append(Program(name, case, 1))
        elif peers:
            contestants.append(Peer(name, case, peers))
    for repeat in range(repeats):
        print(f"measure: {case.name}, repeat {repeat + 1} of {repeats}", file=sys.stderr)
        machine.run()
        for contestant in contestants:
            contestant.run(repeat, repeats)
    for contestant in contestants:
        contestant.close()
    return contestants


def quantities(case, contestant, ours, peak):
    """name: value, unit; None where there is none."""
    seconds, tokens = contestant.time(), count_tokens(case.tokens)
    rate = contestant.operations and 1e-9 * contestant.operations / seconds
    return {
        "seconds": (seconds, "s"),
        "tokens_per_second": (seconds and tokens / seconds, "tokens/s"),
        "gflops": (rate, "GFLOP/s"),
        "share_of_sgemm": (rate and 100 * rate / peak, "%"),
        "memory": (contestant.memory, "MB"),
        "times_ours": (seconds and seconds / ours.time(), "ratio"),
        "difference": (contestant.difference, "logit"),
    }


def run_stages(stages):
    """name and seconds of each stage of make paper, from nothing, in a copy of the sources."""
    tree = BENCH / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(".", tree, ignore=lambda folder, _: {"build", "inputs", ".git"} if folder == "." else set())
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    make = ["make", "-C", tree, f"INPUTS={Path(os.environ.get('INPUTS', 'inputs')).resolve()}"]
    with open(BENCH / "stages.log", "w", encoding="utf-8") as log:
        for stage in stages:
            name, targets = stage.split("=", 1)
            print(f"measure: make paper: {name}", file=sys.stderr)
            begin = time.perf_counter()
            status = subprocess.run([*make, *targets.split()], stdout=log, stderr=log, env=environment, check=False)
            yield name, time.perf_counter() - begin if status.returncode == 0 else None


def show(value):
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def print_table(header, rows):
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    for row in [header, *rows]:
        print(row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:])), sep="  ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="", help="regular expression of the cases' names")
    parser.add_argument("--peers", type=Path, help="folder of the peers' packages")
    parser.add_argument("stages", nargs="*", metavar="STAGE=TARGETS", help="of make, in their order, to be timed")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    options = parser.parse_args()

    machine, results = Machine(), []
    for *what, most, others in CASES:
        case = Case(*what)
        if re.search(options.only, case.name):
            results.append((case, run_case(case, others, min(most, options.repeats), machine, options.peers)))
    machine.run()
    facts = list(machine.rows())
    peak = dict((name, value) for name, value, _ in facts)["sgemm"]

    table = [(f"machine.{name}", value, unit) for name, value, unit in facts]
    lines = []
    for case, contestants in results:
        for contestant in contestants:
            named = quantities(case, contestant, contestants[0], peak)
            table += [(f"{case.name}.{contestant.name}.{name}", value, unit) for name, (value, unit) in named.items()
                      if value is not None or name == "seconds"]
            lines.append([case.name, contestant.name, *(show(value) for value, _ in named.values())])
    for name, seconds in run_stages(options.stages if re.search(options.only, "paper") else []):
        table.append((f"paper.{name}.seconds", seconds, "s"))
        lines.append(["make paper", name, show(seconds), *[""] * 6])

    aside = options.output.with_suffix(".new")
    with open(aside, "w", encoding="utf-8") as file:
        print("name", "value", "unit", sep="\t", file=file)
        for name, value, unit in table:
            print(name, "NA" if value is None else value if isinstance(value, str) else f"{value:.6g}", unit, sep="\t",
                  file=file)
    aside.replace(options.output)
    for name, value, unit in facts:
        print(f"{name}: {show(value)} {'' if unit == 'NA' else unit}".rstrip())
    print()
    print_table(["case", "who", "seconds", "tokens/s", "GFLOP/s", "% of sgemm", "MB", "times ours", "difference"],
                [[cell or "NA" if column == 2 else cell for column, cell in enumerate(line)] for line in lines])


if __name__ == "__main__":
    main()
