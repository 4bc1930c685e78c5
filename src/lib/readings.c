/* readings.c: margins and doubts of sentences, read in one way or another.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "readings.h"

#include "fail.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* ---- from the command line ---- */

static struct reading *add_reading(struct readings *readings, char *name, enum margin_kind kind)
{
	for (int i = 0; i < readings->count; i++)
		if (strcmp(readings->list[i].name, name) == 0)
			fail_usage("--groups: a reading '%s' is there already", name);
	readings->list = reallocate(readings->list, (size_t)readings->count + 1, sizeof *readings->list);
	readings->list[readings->count] = (struct reading){.name = name, .kind = kind};
	return &readings->list[readings->count++];
}

/* The place of a name among comma-separated names, or -1. */
static int64_t place_among(const char *names, const char *name)
{
	int64_t place = 0, found = -1;

	for (char *other; found < 0 && (other = next_name(&names)); free(other), place++)
		if (strcmp(other, name) == 0)
			found = place;
	return found;
}

static void join_group(bool *group, const char *name, const char *class_name, const char *classes, const char *path)
{
	int64_t place = place_among(classes, class_name);

	if (place < 0)
		fail(path, "has no class '%s', as --groups has in '%s' (found %s)", class_name, name, classes);
	if (group[place])
		fail_usage("--groups: '%s' has the class '%s' twice", name, class_name);
	group[place] = true;
}

/* stated: "NAME=CLASS+CLASS", which is cut into pieces. */
static void add_group(struct readings *readings, char *stated, const char *classes, int64_t count, const char *path)
{
	char *members = strchr(stated, '=');
	int64_t joined = 0;

	if (!members || members == stated)
		fail_usage("--groups: '%s' is not NAME=CLASS+CLASS", stated);
	*members++ = '\0';
	struct reading *reading = add_reading(readings, copy_string(stated), MARGIN_GROUP);
	reading->group = allocate((size_t)count, sizeof *reading->group);
	for (char *end; members; members = end, joined++) {
		end = strchr(members, '+');
		if (end)
			*end++ = '\0';
		join_group(reading->group, stated, members, classes, path);
	}
	if (joined == count)
		fail_usage("--groups: '%s' leaves no class to the other side", stated);
}

struct readings readings_from(const char *groups, const struct tensor_file *file, int64_t classes)
{
	const char *names = json_string_value(json_object_get(file->metadata, "classes"));
	struct readings readings = {0};

	add_reading(&readings, copy_string("max"), MARGIN_MAX);
	if (classes > 2)
		add_reading(&readings, copy_string("mean"), MARGIN_MEAN);
	if (*groups && classes == 2)
		fail(file->path, "is of two classes, which --groups cannot divide further");
	if (*groups && (!names || count_names(names) != classes))
		fail(file->path, "does not name its %lld classes, so --groups cannot", (long long)classes);
	for (char *stated; (stated = next_name(&groups)); free(stated))
		add_group(&readings, stated, names, classes, file->path);
	return readings;
}

void readings_free(struct readings *readings)
{
	for (int i = 0; i < readings->count; i++) {
		free(readings->list[i].name);
		free(readings->list[i].group);
	}
	free(readings->list);
	*readings = (struct readings){0};
}

/* ---- sentences ---- */

static double reading_margin(const struct reading *reading, const struct logits *logits, int64_t s, const double *z)
{
	return margin(reading->kind, z, logits->classes, logits->labels[s], reading->group);
}

double mean_reading_margin(const struct reading *reading, const struct logits *logits)
{
	double sum = 0;

	for (int64_t s = 0; s < logits->sentences; s++)
		sum += reading_margin(reading, logits, s, logits->values + s * logits->classes);
	return sum / (double)logits->sentences;
}

/* 1 - p as the sum of the other probabilities, which does not cancel. */
double mean_reading_doubt(const struct reading *reading, const struct logits *logits)
{
	double *p = allocate((size_t)logits->classes, sizeof *p), sum = 0;

	for (int64_t s = 0; s < logits->sentences; s++) {
		const int32_t y = logits->labels[s];
		softmax(logits->values + s * logits->classes, logits->classes, p);
		for (int64_t c = 0; c < logits->classes; c++)
			if (reading->group ? reading->group[c] != reading->group[y] : c != y)
				sum += p[c];
	}
	free(p);
	return sum / (double)logits->sentences;
}

double *reading_effects(
	const struct reading *reading, const struct logits *logits, const double *without, int64_t heads)
{
	double *effects = allocate((size_t)(logits->sentences * heads), sizeof *effects);

	for (int64_t s = 0; s < logits->sentences; s++) {
		double whole = reading_margin(reading, logits, s, logits->values + s * logits->classes);
		for (int64_t i = s * heads; i < (s + 1) * heads; i++)
			effects[i] = whole - reading_margin(reading, logits, s, without + i * logits->classes);
	}
	return effects;
}
