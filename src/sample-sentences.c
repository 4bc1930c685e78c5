/* sample-sentences.c: draws a balanced sample of labelled sentences.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  SENTENCES.tsv with the columns sentence and label.
 * Out: TSV sentence, label: --per-class sentences of each class, the classes taking turns.
 *
 * Each class has an order of its own: by the SHA-256 of seed and sentence. A sample is a stretch of it, from --skip on.
 * So samples of the same seed are disjoint when their stretches are, a smaller one is the beginning of a larger one,
 * and none depends on the order of the file or on which other classes are drawn.
 */
#include "fail.h"
#include "names.h"
#include "options.h"
#include "sentences.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGEST = 32 };

static int64_t per_class, skip, seed = 1;
static const char *classes;

static struct option_row rows[] = {
	{"per-class", 0, OPTION_INTEGER, &per_class, 1, 1LL << 40, "N", "sentences of each class", false, false},
	{"skip", 0, OPTION_INTEGER, &skip, 0, 1LL << 40, "N", "leave out the first N of each class", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of the order", false, false},
	{"classes", 0, OPTION_TEXT, &classes, 0, 0, "A,B", "only these [all]", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Draws a sample of labelled sentences, as many of each class.",
	.arguments = "SENTENCES.tsv",
	.example = "sample-sentences --per-class 128 --skip 512 --seed 1 agnews-pool.tsv -o evaluation.tsv",
	.rows = rows,
	.least_files = 1,
	.most_files = 1,
};

/* ---- the order: by class, then by digest ---- */

struct ticket {
	const struct sentence *sentence;
	unsigned char digest[DIGEST];
	int64_t row; /* only for sentences that are equal */
};

static void draw(struct ticket *ticket)
{
	char *drawn = format_string("%lld\t%s", (long long)seed, ticket->sentence->text);

	if (!EVP_Digest(drawn, strlen(drawn), ticket->digest, NULL, EVP_sha256(), NULL))
		fail(NULL, "SHA-256 is not available");
	free(drawn);
}

static int compare_tickets(const void *a, const void *b)
{
	const struct ticket *left = a, *right = b;
	int order = strcmp(left->sentence->label, right->sentence->label);

	if (order == 0)
		order = memcmp(left->digest, right->digest, DIGEST);
	return order ? order : (left->row > right->row) - (left->row < right->row);
}

static struct ticket *sort_tickets(const struct sentences *sentences)
{
	struct ticket *tickets = allocate((size_t)sentences->count, sizeof *tickets);

	for (int64_t i = 0; i < sentences->count; i++) {
		tickets[i] = (struct ticket){.sentence = &sentences->list[i], .row = i};
		draw(&tickets[i]);
	}
	qsort(tickets, (size_t)sentences->count, sizeof *tickets, compare_tickets);
	return tickets;
}

/* ---- the sample ---- */

/* A class: its stretch of the tickets. */
struct stretch {
	const struct ticket *first;
	int64_t count;
};

/* Those of the classes asked for, in order of their names. */
static struct stretch *find_stretches(const struct ticket *tickets, int64_t count, int64_t *found)
{
	struct stretch *stretches = NULL;

	*found = 0;
	for (int64_t first = 0, next; first < count; first = next) {
		const char *label = tickets[first].sentence->label;
		for (next = first; next < count && strcmp(tickets[next].sentence->label, label) == 0;)
			next++;
		if (classes && !has_name(classes, label))
			continue;
		stretches = reallocate(stretches, (size_t)*found + 1, sizeof *stretches);
		stretches[(*found)++] = (struct stretch){tickets + first, next - first};
	}
	return stretches;
}

/* Every class asked for is there and has enough. */
static void check_stretches(const struct stretch *stretches, int64_t count, const char *path)
{
	const char *rest = classes;

	for (char *name; (name = next_name(&rest)); free(name)) {
		int64_t i = 0;
		while (i < count && strcmp(stretches[i].first->sentence->label, name) != 0)
			i++;
		if (i == count)
			fail(path, "has no sentence of class '%s'", name);
	}
	for (int64_t i = 0; i < count; i++)
		if (stretches[i].count < skip + per_class)
			fail(path, "has %lld sentences of class '%s' (expected %lld: skip %lld, draw %lld)",
				(long long)stretches[i].count, stretches[i].first->sentence->label,
				(long long)skip + per_class, (long long)skip, (long long)per_class);
}

static struct sentences take_turns(const struct stretch *stretches, int64_t count)
{
	struct sentences sample = {0};

	for (int64_t turn = skip; turn < skip + per_class; turn++)
		for (int64_t i = 0; i < count; i++) {
			const struct sentence *sentence = stretches[i].first[turn].sentence;
			sentences_add(&sample, sentence->text, sentence->label);
		}
	return sample;
}

static void report(const struct sentences *sample)
{
	fprintf(stderr, "%s: %lld sentences: %s\n", program_name(), (long long)sample->count,
		sentences_by_label(sample));
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	struct sentences sentences = {0};
	int64_t count;

	if (per_class == 0)
		fail_usage("--per-class N is missing");
	sentences_read(&sentences, argv[first]);
	struct ticket *tickets = sort_tickets(&sentences);
	struct stretch *stretches = find_stretches(tickets, sentences.count, &count);
	check_stretches(stretches, count, argv[first]);
	struct sentences sample = take_turns(stretches, count);
	sentences_write(&sample, common.output);
	if (common.verbose)
		report(&sample);
	return STATUS_DONE;
}
