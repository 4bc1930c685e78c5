/* training-state.h: where a training run stands, in memory and in the file from which it goes on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TRAINING_STATE_H
#define T_MODEL_TRAINING_STATE_H

#include "optimizer.h"

#include <jansson.h>
#include <stdint.h>

struct training_state {
	int64_t step;         /* steps done */
	double loss_sum;      /* since the last line of the log */
	int64_t loss_count;
	double gradient_norm; /* of the last step, before clipping */
	double held_out_accuracy, held_out_loss; /* as last measured */
	char *log;            /* log.tsv so far */
};

/* Appends to the log. */
void training_state_log(struct training_state *state, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes values, moments and the rest. history: this run's arguments and inputs, which name it. */
void training_state_write(
	const struct training_state *state, const struct optimizer *optimizer, const char *path, const json_t *history);

/* Takes up a run: reads the file into the trained values, the moments and the rest. Without a file the state
 * is that of a start. Fails where the file was written by a run with other arguments or inputs. */
void training_state_read(
	struct training_state *state, struct optimizer *optimizer, const char *path, const json_t *history);

#endif
