#!/usr/bin/env python3
"""costs.py: what a start of each stage costs and what each further sentence does, from which predict-cost goes on.

usage: costs.py [--shapes NAME,…] -o OUT.tsv

In:  build/bench, where bench.mk has laid out models and tokens.
Out: a row a shape and stage, measured with as many processes of one thread at the same time as there are cores, as shards
     run: on the fewer and on the more sentences of SIZES; what is more, by sentences, is a sentence's share, and what is
     left at none is the start's. Then rows of a largest run: `largest`, a stage after the other as shards, one a core,
     measured as a whole, which the paper sets beside its prediction.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import json
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

BENCH, BIN = Path("build/bench"), Path("build/bin")
CORES = len(os.sched_getaffinity(0))

# shape: fewer and more sentences, those of the statistics
SIZES = {"minilm": (32, 80, 400), "bert-base": (8, 32, 80), "bert-large": (4, 8, 32)}
LARGEST = ("bert-base", 80)

# stage: program, options, files it reads beside model and tokens
STAGES = {
    "forward": ("forward", [], []),
    "score": ("score", [], []),
    "decompose-gradient": ("decompose-gradient", [], []),
    "ablate": ("ablate", [], []),
    "prune": ("prune", [], ["ablate", "score", "decompose-gradient"]),
}
STATISTICS = {"correlate": ["ablate", "score", "decompose-gradient"]}
HEADER = """shape layers heads hidden intermediate vocabulary stage tokens start_seconds sentence_seconds start_mb
    sentence_mb sentence_kb""".split()


def tokens_of(sentences):
    return BENCH / f"tokens-{sentences}.safetensors"


def mean_tokens(sentences):
    with open(tokens_of(sentences), "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size))["ids"]["shape"][0] / sentences


def run(commands):
    """All at the same time: seconds until the last has ended, the largest memory of one in MB."""
    begin = time.perf_counter()
    processes = [subprocess.Popen([str(word) for word in command]) for command in commands]
    memory = 0
    for process in processes:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = max(memory, usage.ru_maxrss / 1000)
        if process.returncode != 0:
            sys.exit(f"costs: {' '.join(map(str, process.args))}: status {process.returncode}")
    return time.perf_counter() - begin, memory


def file_of(shape, stage, sentences, core=0):
    return BENCH / shape / f"cost-{stage}-{sentences}{f'-{core}' if core else ''}.safetensors"


def measure(shape, stage, sentences):
    """seconds, MB and the bytes of its file, of one of as many processes as there are cores"""
    program, options, reads = STAGES[stage]
    print(f"costs: {shape}, {stage}, {sentences} sentences", file=sys.stderr)
    seconds, memory = run([
        [BIN / program, "--threads", "1", *options, BENCH / shape / "model", tokens_of(sentences),
         *(file_of(shape, name, sentences) for name in reads), "-o", file_of(shape, stage, sentences, core)]
        for core in range(CORES)])
    return seconds, memory, file_of(shape, stage, sentences).stat().st_size


def measure_statistic(shape, stage, sentences):
    print(f"costs: {shape}, {stage}, {sentences} sentences", file=sys.stderr)
    out = BENCH / shape / f"cost-{stage}.tsv"
    seconds, memory = run([[BIN / stage, *(file_of(shape, name, sentences) for name in STATISTICS[stage]), "-o", out]])
    return seconds, memory, 0


def share(fewer, more, sizes):
    """start and a sentence's share; neither is below 0, whatever the noise"""
    sentence = max((more - fewer) / (sizes[1] - sizes[0]), 0)
    return max(fewer - sizes[0] * sentence, 0), sentence


def row(shape, stage, sizes, measured):
    config = json.loads((BENCH / shape / "model" / "config.json").read_text())
    (start_seconds, sentence_seconds), (start_mb, sentence_mb), (_, sentence_bytes) = (
        share(fewer, more, sizes) for fewer, more in zip(*measured))
    return [shape, config["num_hidden_layers"], config["num_attention_heads"], config["hidden_size"],
            config["intermediate_size"], config["vocab_size"], stage, f"{mean_tokens(sizes[1]):.4g}",
            *(f"{value:.4g}" for value in (start_seconds, sentence_seconds, start_mb, sentence_mb, sentence_bytes / 1000))]


def costs_of(shape):
    fewer, more, _ = SIZES[shape]
    for stage in STAGES:
        yield row(shape, stage, (fewer, more), [measure(shape, stage, size) for size in (fewer, more)])
    for stage in STATISTICS:
        yield row(shape, stage, (fewer, more), [measure_statistic(shape, stage, size) for size in (fewer, more)])


def largest_run():
    """stage, sentences, cores, seconds, memory and disk in MB: shards, one a core."""
    shape, sentences = LARGEST
    for stage, (program, options, reads) in STAGES.items():
        print(f"costs: {shape}, {stage}, {sentences} sentences in {CORES} shards", file=sys.stderr)
        shards = [f"{core * sentences // CORES}:{(core + 1) * sentences // CORES}" for core in range(CORES)]
        files = [file_of(shape, f"{stage}-shard", sentences, core + 1) for core in range(CORES)]
        seconds, memory = run([
            [BIN / program, "--threads", "1", *options, "--sentences", part, BENCH / shape / "model", tokens_of(sentences),
             *(file_of(shape, name, sentences) for name in reads), "-o", file] for part, file in zip(shards, files)])
        subprocess.run([BIN / "merge", *files, "-o", file_of(shape, stage, sentences)], check=True)
        yield (shape, stage, sentences, CORES, seconds, memory, file_of(shape, stage, sentences).stat().st_size / 1e6,
               mean_tokens(sentences))


def write(path, header, rows):
    aside = path.with_suffix(".new")
    with open(aside, "w", encoding="utf-8") as file:
        for line in [header, *rows]:
            print(*(f"{cell:.4g}" if isinstance(cell, float) else cell for cell in line), sep="\t", file=file)
    aside.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shapes", default=",".join(SIZES))
    parser.add_argument("-o", dest="output", type=Path, required=True)
    parser.add_argument("--largest", type=Path, required=True)
    options = parser.parse_args()
    write(options.output, HEADER, [line for shape in options.shapes.split(",") for line in costs_of(shape)])
    write(options.largest, "shape stage sentences cores seconds memory_mb disk_mb tokens".split(), largest_run())


if __name__ == "__main__":
    main()
