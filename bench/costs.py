#!/usr/bin/env python3
"""costs.py: what a start of each stage costs and what each further sentence does, from which predict-cost goes on.

usage: costs.py [--only SHAPE] -o OUT.tsv --largest LARGEST.tsv

In:  build/bench, where bench.mk has laid out models and tokens.
Out: a row a shape and stage, measured with as many processes of one thread at the same time as there are cores, as shards
     run (statistics: one process), on fewer and on more sentences. What is more, by sentences, is a sentence's share, and
     what is left at none is the start's. A stage is called as its program, with the options that make it another one.
     LARGEST.tsv: a largest study, a stage after the other as shards, one a core, measured as a whole, which the paper sets
     beside its prediction.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

BENCH, BIN = Path("build/bench"), Path("build/bin")
CORES = len(os.sched_getaffinity(0))

SCORES = ["ablate", "score", "decompose-gradient"]

# stage: the stages whose files it reads beside model and tokens
OF_SENTENCES = {
    "forward": [],
    "score": [],
    "sum-contexts": [],
    "decompose-gradient": [],
    "decompose-gradient --temperatures": [],
    "ablate": [],
    "prune": SCORES,
    "score-gates": [],
    "attribute --drop": [],
    "integrate-gates": [],
    "sample-shapley": [],
}
# stage: those whose files are all that it reads
STATISTICS = {
    "correlate": SCORES,
    "measure-classes": SCORES,
    "measure-sizes": SCORES,
    "measure-multiverse": ["ablate", "score", "decompose-gradient --temperatures"],
}
READS = {**OF_SENTENCES, **STATISTICS}
VALUES = {"decompose-gradient --temperatures": ["2,4,16,inf"]} # as many as a study has
FORWARD_AND_BACK = [stage for stage in OF_SENTENCES if stage.split()[0] in ("forward", "score", "decompose-gradient")]

# shape, stages, fewer and more sentences: enough that a start does not hide them, nor products of few rows what larger ones
# take. A stage that would take an hour so on a shape is left out there, and is predicted from its nearest shape.
MEASURED = [
    ("minilm", [*FORWARD_AND_BACK, "sum-contexts", "score-gates"], (80, 872)),
    ("minilm", ["ablate", "attribute --drop", "integrate-gates"], (32, 80)),
    ("minilm", ["prune"], (80, 256)),
    ("minilm", ["sample-shapley"], (8, 32)),
    ("minilm", list(STATISTICS), (80, 400)),
    ("bert-base", FORWARD_AND_BACK, (80, 400)),
    ("bert-base", ["ablate"], (8, 32)),
    ("bert-large", FORWARD_AND_BACK, (32, 80)),
    ("bert-large", ["ablate"], (4, 8)),
]
LARGEST = ("bert-base", [*FORWARD_AND_BACK, "ablate", "prune"], 80)

HEADER = """shape layers heads hidden intermediate vocabulary stage tokens start_seconds sentence_seconds start_mb
    sentence_mb sentence_kb reads_kb""".split()


def tokens_of(sentences):
    return BENCH / f"tokens-{sentences}.safetensors"


def mean_tokens(sentences):
    with open(tokens_of(sentences), "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size))["ids"]["shape"][0] / sentences


def file_of(shape, stage, sentences):
    ending = "tsv" if stage in STATISTICS else "safetensors"
    return BENCH / shape / "costs" / f"{stage.replace(' --', '-')}-{sentences}.{ending}"


def reads_of(shape, stage, sentences):
    return [file_of(shape, read, sentences) for read in READS[stage]]


def command_of(shape, stage, sentences, *options, out=None):
    program, *further = *stage.split(), *VALUES.get(stage, [])
    model = [BENCH / shape / "model", tokens_of(sentences)] if stage in OF_SENTENCES else []
    return [str(word) for word in [BIN / program, *further, *options, *model, *reads_of(shape, stage, sentences),
                                   "-o", out or file_of(shape, stage, sentences)]]


def run(commands):
    """All at the same time: seconds until the last has ended, the largest memory of one in MB."""
    begin = time.perf_counter()
    processes = [subprocess.Popen(command) for command in commands]
    memory = 0
    for process in processes:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = max(memory, usage.ru_maxrss / 1000)
        if process.returncode != 0:
            sys.exit(f"costs: {' '.join(process.args)}: status {process.returncode}")
    return time.perf_counter() - begin, memory


def make_reads(shape, stage, sentences):
    """What a stage reads, if no measurement has left it."""
    for read in READS[stage]:
        if not file_of(shape, read, sentences).exists():
            run([command_of(shape, read, sentences)])


def measure(shape, stage, sentences):
    """seconds, MB, and the bytes of its file, of one process when all cores are busy"""
    make_reads(shape, stage, sentences)
    print(f"costs: {shape}, {stage}, {sentences} sentences", file=sys.stderr)
    out = file_of(shape, stage, sentences)
    if stage in STATISTICS:
        return *run([command_of(shape, stage, sentences)]), 0
    outs = [out, *(out.with_suffix(f".{core}") for core in range(1, CORES))]
    measured = run([command_of(shape, stage, sentences, "--threads", 1, out=core) for core in outs])
    return *measured, out.stat().st_size


def share(fewer, more, sizes):
    """start and a sentence's share; neither is below 0, whatever the noise"""
    sentence = max((more - fewer) / (sizes[1] - sizes[0]), 0)
    return max(fewer - sizes[0] * sentence, 0), sentence


def costs_of(shape, stage, sizes):
    config = json.loads((BENCH / shape / "model" / "config.json").read_text())
    measured = [measure(shape, stage, sentences) for sentences in sizes]
    (start_seconds, sentence_seconds), (start_mb, sentence_mb), (_, sentence_bytes) = (
        share(fewer, more, sizes) for fewer, more in zip(*measured))
    reads = sum(read.stat().st_size for read in reads_of(shape, stage, sizes[1])) / sizes[1]
    return [shape, config["num_hidden_layers"], config["num_attention_heads"], config["hidden_size"],
            config["intermediate_size"], config["vocab_size"], stage, mean_tokens(sizes[1]), start_seconds, sentence_seconds,
            start_mb, sentence_mb, sentence_bytes / 1000, reads / 1000]


def largest_study():
    """stage, sentences, cores, seconds, memory and disk in MB, tokens of a sentence: shards, one a core."""
    shape, stages, sentences = LARGEST
    for stage in stages:
        print(f"costs: {shape}, {stage}, {sentences} sentences in {CORES} shards", file=sys.stderr)
        file = file_of(shape, stage, sentences)
        shards = [file.with_suffix(f".shard-{core}") for core in range(CORES)]
        seconds, memory = run([
            command_of(shape, stage, sentences, "--threads", 1, "--sentences",
                       f"{core * sentences // CORES}:{(core + 1) * sentences // CORES}", out=shard)
            for core, shard in enumerate(shards)])
        subprocess.run([BIN / "merge", *shards, "-o", file], check=True)
        yield shape, stage, sentences, CORES, seconds, memory, file.stat().st_size / 1e6, mean_tokens(sentences)


def write(path, header, rows):
    aside = path.with_suffix(".new")
    with open(aside, "w", encoding="utf-8") as file:
        for line in [header, *rows]:
            print(*(f"{cell:.4g}" if isinstance(cell, float) else cell for cell in line), sep="\t", file=file)
    aside.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", help="this shape alone")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    parser.add_argument("--largest", type=Path, required=True)
    options = parser.parse_args()
    measured = [case for case in MEASURED if options.only in (None, case[0])]
    for shape in {case[0] for case in measured}:
        shutil.rmtree(BENCH / shape / "costs", ignore_errors=True)
        (BENCH / shape / "costs").mkdir()
    write(options.output, HEADER,
          (costs_of(shape, stage, sizes) for shape, stages, sizes in measured for stage in stages))
    if options.only in (None, LARGEST[0]):
        write(options.largest, "shape stage sentences cores seconds memory_mb disk_mb tokens".split(), largest_study())


if __name__ == "__main__":
    main()
