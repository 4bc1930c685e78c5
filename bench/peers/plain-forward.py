"""plain-forward.py: the logits of all sentences, by PyTorch, ONNX Runtime or CTranslate2.

In padded batches of sentences of about the same length.

The engines' files are made by bench.mk beside MODEL_DIR: model.onnx, ctranslate2/.

SPDX-License-Identifier: GPL-3.0-or-later
"""
from pathlib import Path

import numpy as np
from worker import Arguments, Sentences, largest_difference, load_file, serve

# Tokens in a padded batch: what was fastest of powers of two.
BATCH_TOKENS = {"pytorch": 512, "onnxruntime": 512, "ctranslate2": 4096}


def pytorch(folder, sentences, threads):
    import torch
    from classifier import Classifier

    torch.set_num_threads(threads)
    model = Classifier(folder).model

    @torch.inference_mode()
    def run(unit):
        ids, mask = map(torch.from_numpy, sentences.padded(unit))
        return model(input_ids=ids, attention_mask=mask).logits

    return run


def onnxruntime(folder, sentences, threads):
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    session = InferenceSession(Path(folder).parent / "model.onnx", options, providers=["CPUExecutionProvider"])
    names = {given.name: given.type for given in session.get_inputs()}
    kind = np.int32 if "int32" in names["input_ids"] else np.int64

    def run(unit):
        ids, mask = sentences.padded(unit)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return session.run(None, {name: inputs[name].astype(kind) for name in names})[0]

    return run


def ctranslate2(folder, sentences, threads):
    from ctranslate2 import Encoder

    # The engine has no classification head: two small products.
    weights = load_file(Path(folder) / "model.safetensors")
    encoder = Encoder(str(Path(folder).parent / "ctranslate2"), device="cpu", compute_type="float32",
                      intra_threads=threads)

    def linear(name, x):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def run(unit):
        output = encoder.forward_batch([sentences.ids[s].tolist() for s in unit])
        first = np.asarray(output.last_hidden_state)[:, 0]
        if "pre_classifier.weight" in weights:
            pooled = np.maximum(linear("pre_classifier", first), 0)
        else:
            pooled = np.tanh(linear("bert.pooler.dense", first))
        return linear("classifier", pooled)

    return run


arguments = Arguments()
sentences = Sentences(arguments.tokens)
make = {"pytorch": pytorch, "onnxruntime": onnxruntime, "ctranslate2": ctranslate2}[arguments.kind]
run = make(arguments.model, sentences, arguments.threads)
units = sentences.by_length(BATCH_TOKENS[arguments.kind])[arguments.part::arguments.parts]
serve(run, units, largest_difference(run, units, load_file(arguments.reference)["logits"]))
