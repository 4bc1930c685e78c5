/* library-failures.h: libraries that fail as every program does.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_LIBRARY_FAILURES_H
#define T_MODEL_LIBRARY_FAILURES_H

/* From now on a failure inside GSL, and memory that jansson cannot get, end the program by fail(). GSL would abort it;
 * jansson would go on with a part of the JSON missing. */
void catch_library_failures(void);

#endif
