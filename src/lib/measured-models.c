/* measured-models.c: reading which models were measured, and their tables.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measured-models.h"

#include "fail.h"
#include "read-file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const file_names[KINDS] = {[METHODS] = "methods.tsv",
	[DIFFERENCES] = "differences.tsv",
	[CLASSES] = "classes.tsv",
	[RETENTION] = "retention.tsv",
	[KEPT] = "kept.tsv",
	[FACTS] = "facts.tsv",
	[MULTIVERSE] = "multiverse.tsv",
	[CHANCE] = "chance.tsv"};

/* ---- which models there are ---- */

static void read_model(struct measured_model *model, const struct tsv *list, int64_t row)
{
	const char *origin = tsv_cell(list, row, tsv_need_column(list, "origin"));

	*model = (struct measured_model){.folder = copy_string(tsv_cell(list, row, tsv_need_column(list, "folder"))),
		.experiment = copy_string(tsv_cell(list, row, tsv_need_column(list, "experiment"))),
		.repeats = copy_string(tsv_cell(list, row, tsv_need_column(list, "repeats"))),
		.is_checkpoint = strcmp(origin, "checkpoint") == 0,
		.seed = tsv_number(list, row, tsv_need_column(list, "seed"))};
	if (!model->is_checkpoint && strcmp(origin, "own") != 0)
		fail(list->path, "line %lld: origin is '%s' (expected checkpoint or own)", (long long)list->line[row],
			origin);
	if (!model->is_checkpoint && isnan(model->seed))
		fail(list->path, "line %lld: %s has no seed", (long long)list->line[row], model->folder);
}

static struct measured_model *find_model(const struct models *models, const char *folder)
{
	for (int64_t i = 0; i < models->count; i++)
		if (strcmp(models->list[i].folder, folder) == 0)
			return &models->list[i];
	return NULL;
}

/* Could one be taken for the other? */
static bool are_alike(const struct measured_model *a, const struct measured_model *b)
{
	if (strcmp(a->folder, b->folder) == 0)
		return true;
	if (a->is_checkpoint != b->is_checkpoint || strcmp(a->repeats, b->repeats) != 0)
		return false;
	return a->is_checkpoint || (a->seed == b->seed && strcmp(a->experiment, b->experiment) == 0);
}

static void read_list(struct models *models, const char *path)
{
	struct tsv list;

	tsv_read(&list, path);
	*models = (struct models){.list = allocate((size_t)list.rows + 1, sizeof *models->list)};
	for (int64_t row = 0; row < list.rows; row++) {
		struct measured_model *model = &models->list[row];
		read_model(model, &list, row);
		for (int64_t i = 0; i < row; i++)
			if (are_alike(&models->list[i], model))
				fail(path, "line %lld: %s is %s again", (long long)list.line[row], model->folder,
					models->list[i].folder);
		models->count++;
	}
	tsv_free(&list);
}

/* ---- their tables ---- */

static void add_table(struct models *models, const char *path)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	char *folder = path_last(path, (size_t)(file - path));
	struct measured_model *model = find_model(models, folder);
	struct tsv table;
	enum kind kind = 0;

	tsv_read(&table, path);
	while (kind < KINDS && strcmp(file_names[kind], file) != 0)
		kind++;
	if (kind == KINDS)
		fail(path, "is a table of no kind that is judged");
	if (!model)
		fail(path, "is of no model in the list (found '%s')", folder);
	if (model->tables[kind].path)
		fail(path, "is the second %s of %s", file, folder);
	model->tables[kind] = table;
	free(folder);
}

void models_read(struct models *models, const char *list, char *const *tables, int count)
{
	read_list(models, list);
	for (int i = 0; i < count; i++)
		add_table(models, tables[i]);
}
