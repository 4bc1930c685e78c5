"""worker.py: what all peers do: load, check their results against ours, and work when they are asked to.

A peer is a process. It loads, runs once as a warm-up, prints `ready` and the largest difference from our results, and
then answers each line `R N` on its standard input: it does every N-th of its units of work, from the R-th on, and
prints `done`. A unit is a batch of sentences.

usage: SCRIPT.py KIND MODEL_DIR TOKENS REFERENCE THREADS PART PARTS

SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

import numpy as np
from safetensors.numpy import load_file

TOLERANCE = 1e-3


class Arguments:
    def __init__(self):
        self.kind, self.model, self.tokens, self.reference, *numbers = sys.argv[1:]
        self.threads, self.part, self.parts = map(int, numbers)


class Sentences:
    """Token ids and labels of a tokens file."""

    def __init__(self, path):
        tensors = load_file(path)
        self.ids = np.split(tensors["ids"].astype(np.int64), tensors["offsets"][1:-1])
        self.labels = tensors["labels"].astype(np.int64)

    def one_by_one(self):
        return [[s] for s in range(len(self.ids))]

    def by_length(self, tokens):
        """Batches of sentences in order of their length, of at most so many tokens with their padding."""
        units = [[]]
        for s in sorted(range(len(self.ids)), key=lambda s: len(self.ids[s])):
            if units[-1] and (len(units[-1]) + 1) * len(self.ids[s]) > tokens:
                units.append([])
            units[-1].append(s)
        return units

    def padded(self, unit):
        """ids [B,T] with zeros behind the sentences, and the mask [B,T] that is 1 where a token stands."""
        length = max(len(self.ids[s]) for s in unit)
        ids = np.zeros((len(unit), length), np.int64)
        mask = np.zeros((len(unit), length), np.int64)
        for row, s in enumerate(unit):
            ids[row, :len(self.ids[s])] = self.ids[s]
            mask[row, :len(self.ids[s])] = 1
        return ids, mask


def largest_difference(run, units, expected):
    """Of the results of these units, [B, …] each, from the expected ones of all sentences, [S, …]."""
    return max(np.abs(np.asarray(run(unit)) - expected[unit]).max() for unit in units)


def serve(run, units, difference):
    """Answers for the part of the units that is this process's."""
    print("ready", difference, flush=True)
    if not difference <= TOLERANCE:
        sys.exit(f"{sys.argv[1]}: differs by {difference} (at most {TOLERANCE})")
    for line in sys.stdin:
        first, step = map(int, line.split())
        for unit in units[first::step]:
            run(unit)
        print("done", flush=True)
