#!/usr/bin/env python3
"""make-sentences.py: a table of labelled sentences to measure speed on, the same in every run.

usage: make-sentences.py COUNT VOCABULARY [SENTENCES.tsv] > OUT.tsv

The sentences of SENTENCES.tsv, over and over until there are COUNT; without it, words drawn from the vocabulary
(vocab.txt), in lengths that follow the quantiles of SST-2's dev sentences.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import itertools
import random
import sys

# Tokens of a sentence, [CLS] and [SEP] included, at the quantiles 0, 1/10, …, 1 of SST-2's 872 dev sentences.
QUANTILES = [4, 12, 16, 19, 22, 25, 27, 30, 34, 40, 55]


def draw_length(generator):
    below, share = divmod(generator.random() * (len(QUANTILES) - 1), 1)
    low, high = QUANTILES[int(below):int(below) + 2]
    return round(low + share * (high - low)) - 2


def drawn_sentences(vocabulary):
    generator = random.Random(1)
    with open(vocabulary, encoding="utf-8") as lines:
        words = [word for word in lines.read().split("\n") if word.isascii() and word.isalpha()]
    for label in itertools.cycle("01"):
        drawn = [words[int(generator.random() * len(words))] for _ in range(draw_length(generator))]
        yield " ".join(drawn) + "\t" + label


def given_sentences(table):
    with open(table, encoding="utf-8") as lines:
        header, *rows = lines.read().splitlines()
    if header != "sentence\tlabel":
        sys.exit(f"make-sentences: {table}: has no columns sentence and label")
    return itertools.cycle(rows)


count, vocabulary, *table = sys.argv[1:]
sys.stdout.reconfigure(encoding="utf-8")
print("sentence\tlabel")
for row in itertools.islice(given_sentences(*table) if table else drawn_sentences(vocabulary), int(count)):
    print(row)
