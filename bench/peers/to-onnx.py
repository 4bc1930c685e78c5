"""to-onnx.py: MODEL_DIR as a fused graph for ONNX Runtime.

usage: to-onnx.py MODEL_DIR OUT.onnx

transformers exports it, then ONNX Runtime's own optimizer for transformers fuses attention, GELU and norms.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

import torch
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import AutoModelForSequenceClassification

folder, out = sys.argv[1:]
model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
ids = torch.randint(5, 100, (2, 16))
mask = torch.ones_like(ids)
mask[1, 12:] = 0
names = ["input_ids", "attention_mask"]
torch.onnx.export(model, (ids, mask), out, input_names=names, output_names=["logits"], dynamo=False,
                  dynamic_axes={name: {0: "batch", 1: "length"} for name in names}, opset_version=17)
fused = optimize_model(out, model_type="bert", num_heads=model.config.num_attention_heads,
                       hidden_size=model.config.hidden_size, optimization_options=FusionOptions("bert"))
fused.save_model_to_file(out)
print(fused.get_fused_operator_statistics(), file=sys.stderr)
