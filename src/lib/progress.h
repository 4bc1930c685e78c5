/* progress.h: done / total, rate and time left on standard error, when that is a terminal.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_PROGRESS_H
#define T_MODEL_PROGRESS_H

#include <stdint.h>

/* Starts counting to total; what: a plural noun. One progress at a time. */
void progress_begin(const char *what, int64_t total);
/* Some more are done; may be called from several threads. */
void progress_add(int64_t count);
/* Ends the line. With -v it says how long it took, and how many operations in matrix products that was. */
void progress_end(void);

#endif
