"""training.py: steps of training by PyTorch (every parameter) or PEFT (LoRA), on batches padded to their longest.

REFERENCE is the log of a few steps of train without dropout on tokens-32.safetensors, which stands beside TOKENS and
is one batch: the losses are compared. The model folder's neighbour adapter/ is the adapter to start from.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import csv
from pathlib import Path

import numpy as np
import torch
from classifier import Classifier
from worker import Arguments, Sentences, serve

BATCH = 32


class Training:
    def __init__(self, kind, folder, dropout, rate):
        self.model = Classifier(folder).model
        if kind == "peft":
            from peft import PeftModel
            self.model = PeftModel.from_pretrained(self.model, Path(folder).parent / "adapter", is_trainable=True)
        self.model.train()
        for module in self.model.modules():
            if isinstance(module, torch.nn.Dropout) and not dropout:
                module.p = 0
            if hasattr(module, "dropout_prob") and not dropout:
                module.dropout_prob = 0
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.trained = trained
        groups = [{"params": [p for p in trained if p.dim() > 1], "weight_decay": 0.01},
                  {"params": [p for p in trained if p.dim() == 1], "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=rate, fused=True)

    def step(self, ids, mask, labels):
        loss = self.model(input_ids=ids, attention_mask=mask, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.item()

    def run(self, sentences, unit):
        ids, mask = map(torch.from_numpy, sentences.padded(unit))
        return self.step(ids, mask, torch.from_numpy(sentences.labels[unit]))


def loss_difference(kind, folder, sentences, log):
    """The largest, step by step, from the losses that train logged."""
    with open(log, newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    training = Training(kind, folder, dropout=False, rate=float(rows[0]["rate"]))
    unit = list(range(len(sentences.ids)))
    return max(abs(training.run(sentences, unit) - float(row["loss"])) for row in rows)


arguments = Arguments()
torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
sentences = Sentences(arguments.tokens)
one_batch = Sentences(Path(arguments.tokens).with_name("tokens-32.safetensors"))
difference = loss_difference(arguments.kind, arguments.model, one_batch, arguments.reference)
training = Training(arguments.kind, arguments.model, dropout=True, rate=1e-5)
order = np.random.default_rng(1).permutation(len(sentences.ids))
units = [order[i:i + BATCH].tolist() for i in range(0, len(order), BATCH)]
training.run(sentences, units[0])
serve(lambda unit: training.run(sentences, unit), units, difference)
