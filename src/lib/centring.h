/* centring.h: the part of a head's effect on the logits that is the same for every sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A head may only shift the logits, like a bias. Over balanced classes such shifts cancel in the margins; among the
 * sentences of one class they do not, and the head looks important, or harmful, for that class. Its constant is
 *
 *   δ_h [classes] = mean over the classes of the mean over a class's sentences of z_without(s, h) - z(s)
 *
 * and the centred logits without the head are z_without(s, h) - δ_h. With the linear margin (to the mean of the others)
 * that takes the same number away from every sentence of a class, and over balanced classes nothing.
 *
 * With two classes, where there is no other margin, what is left to either class is the mean effect over both: the
 * centred truth of a class is then that of the whole, and only the scores are the class's own.
 */
#ifndef T_MODEL_CENTRING_H
#define T_MODEL_CENTRING_H

#include "logits.h"

#include <stdint.h>

/* Centres without [sentences, heads, classes], the logits without each head. Classes without sentences do not count. */
void centre_heads(const struct logits *logits, double *without, int64_t heads);

#endif
