"""classifier.py: a BERT or DistilBERT classifier of transformers, its parts under one set of names.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import torch
from transformers import AutoModelForSequenceClassification


class Layer:
    """The linear maps and norms of one layer."""

    def __init__(self, module, bert):
        if bert:
            attention = module.attention.self
            self.query, self.key, self.value = attention.query, attention.key, attention.value
            self.projection, self.attention_norm = module.attention.output.dense, module.attention.output.LayerNorm
            self.inner, self.outer = module.intermediate.dense, module.output.dense
            self.output_norm = module.output.LayerNorm
        else:
            attention = module.attention
            self.query, self.key, self.value = attention.q_lin, attention.k_lin, attention.v_lin
            self.projection, self.attention_norm = attention.out_lin, module.sa_layer_norm
            self.inner, self.outer = module.ffn.lin1, module.ffn.lin2
            self.output_norm = module.output_layer_norm


class Classifier:
    def __init__(self, folder):
        self.model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="sdpa").eval()
        config = self.model.config
        self.heads, self.hidden = config.num_attention_heads, config.hidden_size
        self.head_dim, self.classes = config.hidden_size // config.num_attention_heads, config.num_labels
        bert = config.model_type == "bert"
        self.embeddings = (self.model.bert if bert else self.model.distilbert).embeddings
        modules = self.model.bert.encoder.layer if bert else self.model.distilbert.transformer.layer
        self.layers = [Layer(module, bert) for module in modules]
        self.pooler = self.model.bert.pooler.dense if bert else self.model.pre_classifier
        self.pool = torch.tanh if bert else torch.relu

    def columns(self, head):
        """A head's columns of a context vector."""
        return slice(head * self.head_dim, (head + 1) * self.head_dim)

    def classify(self, first):
        """Logits [N,C] of the first tokens' last hidden states [N,H]."""
        return self.model.classifier(self.pool(self.pooler(first)))
