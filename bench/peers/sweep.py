"""sweep.py: the logits without each head, by PyTorch: [S, layers, heads, C].

    hooks    what is usually written: a sentence at a time, a hook that sets a head's context to zero, a forward pass
    padded   the same with padded batches of sentences of about the same length
    reuse    what ablate does too: the layers below the head are not run again, a removed head is the attention's output
             minus its own contribution, all heads of a layer are one batch, the last layer is run for the
             classification token alone

SPDX-License-Identifier: GPL-3.0-or-later
"""
import torch
from torch.nn.functional import gelu, linear, scaled_dot_product_attention
from worker import Arguments, Sentences, largest_difference, load_file, serve
from classifier import Classifier

# What was fastest of powers of two: tokens in a padded batch; tokens of the sentences whose heads are one batch.
PADDED_TOKENS, REUSE_TOKENS = 512, 96


class Hooks:
    def __init__(self, classifier, sentences):
        self.classifier, self.sentences = classifier, sentences

    def logits_without(self, layer, head, **inputs):
        def remove(_, arguments):
            arguments[0][..., self.classifier.columns(head)] = 0

        handle = self.classifier.layers[layer].projection.register_forward_pre_hook(remove)
        logits = self.classifier.model(**inputs).logits
        handle.remove()
        return logits

    @torch.inference_mode()
    def run(self, unit):
        ids, mask = map(torch.from_numpy, self.sentences.padded(unit))
        inputs = {"input_ids": ids} if len(unit) == 1 else {"input_ids": ids, "attention_mask": mask}
        self.classifier.model(**inputs)  # the whole model, as ablate's file has it too
        return torch.stack([
            torch.stack([self.logits_without(layer, head, **inputs) for head in range(self.classifier.heads)], 1)
            for layer in range(len(self.classifier.layers))], 1)


class Reuse:
    def __init__(self, classifier, sentences):
        self.classifier, self.sentences = classifier, sentences
        for layer in classifier.layers:
            layer.maps = layer.query, layer.key, layer.value
            layer.qkv = [torch.cat([getattr(m, name) for m in layer.maps]).detach() for name in ("weight", "bias")]
            # [heads, head_dim, H]: what each head's part of the context adds to the output
            layer.contribution = layer.projection.weight.detach().T.reshape(
                classifier.heads, classifier.head_dim, classifier.hidden).contiguous()

    def split(self, x):
        """[N,T,H] -> [N,heads,T,head_dim]"""
        return x.view(*x.shape[:2], self.classifier.heads, self.classifier.head_dim).transpose(1, 2)

    def attend(self, layer, x, mask):
        """The context [N,T,heads,head_dim]; T is 1 in the last layer."""
        hidden = self.classifier.hidden
        weight, bias = layer.qkv
        if layer is self.classifier.layers[-1]:
            return self.attend_first(x, mask, *layer.maps)
        query, key, value = linear(x, weight, bias).split(hidden, 2)
        return scaled_dot_product_attention(
            self.split(query), self.split(key), self.split(value), attn_mask=mask).transpose(1, 2)

    def attend_first(self, x, mask, query, key, value):
        """The first token's context; as in encoder-first.c neither keys nor values of the others are computed."""
        by_head = (self.classifier.heads, self.classifier.head_dim, -1)
        q = self.split(query(x[:, :1])).transpose(0, 1).squeeze(2)                     # [heads,N,head_dim]
        folded = torch.bmm(q, key.weight.view(by_head)).transpose(0, 1)                # [N,heads,H]
        scores = torch.bmm(folded, x.transpose(1, 2)) / self.classifier.head_dim**0.5  # [N,heads,T]
        if mask is not None:
            scores = scores.masked_fill(~mask.squeeze(1), -torch.inf)
        mixed = torch.bmm(scores.softmax(2), x).transpose(0, 1)                        # [heads,N,H]
        context = torch.bmm(mixed, value.weight.view(by_head).transpose(1, 2)).transpose(0, 1)
        return (context + value.bias.view(by_head[:2]))[:, None]                       # [N,1,heads,head_dim]

    def project(self, layer, x, context):
        """The sum before the first norm, [N,T,H]."""
        return x[:, :context.shape[1]] + layer.projection(context.flatten(2))

    def go_on(self, layer, total):
        """From that sum to the layer's output."""
        attended = layer.attention_norm(total)
        return layer.output_norm(attended + layer.outer(gelu(layer.inner(attended))))

    @torch.inference_mode()
    def run(self, unit):
        ids, mask = map(torch.from_numpy, self.sentences.padded(unit))
        heads, hidden = self.classifier.heads, self.classifier.hidden
        one_length = bool(mask.all())
        mask = None if one_length else mask.bool()[:, None, None, :]                # [B,1,1,T]
        mask_of_heads = None if one_length else mask.repeat(heads, 1, 1, 1)         # [heads B,1,1,T]
        layers, logits = self.classifier.layers, []
        x = self.classifier.embeddings(ids)
        for index, layer in enumerate(layers):
            context = self.attend(layer, x, mask)
            total = self.project(layer, x, context)                                 # [B,T,H]
            by_head = context.permute(2, 0, 1, 3).reshape(heads, -1, context.shape[3])
            own = torch.bmm(by_head, layer.contribution).view(heads, *total.shape)  # [heads,B,T,H]
            variants = self.go_on(layer, (total - own).view(-1, *total.shape[1:]))  # [heads B,T,H]
            for later in layers[index + 1:]:
                sums = self.project(later, variants, self.attend(later, variants, mask_of_heads))
                variants = self.go_on(later, sums)
            logits.append(self.classifier.classify(variants[:, 0]).view(heads, len(unit), -1).transpose(0, 1))
            x = self.go_on(layer, total)
        self.classifier.classify(x[:, 0])
        return torch.stack(logits, 1)


arguments = Arguments()
torch.set_num_threads(arguments.threads)
sentences = Sentences(arguments.tokens)
sweep = {"hooks": Hooks, "padded": Hooks, "reuse": Reuse}[arguments.kind](Classifier(arguments.model), sentences)
units = {"hooks": sentences.one_by_one, "padded": lambda: sentences.by_length(PADDED_TOKENS),
         "reuse": lambda: sentences.by_length(REUSE_TOKENS)}[arguments.kind]()
units = units[arguments.part::arguments.parts]
checked = units if arguments.kind == "reuse" else units[len(units) // 2:][:1]  # running the others once takes too long
serve(sweep.run, units, largest_difference(sweep.run, checked, load_file(arguments.reference)["logits_without"]))
