/* snapshot_digest: a value of JSON in 128 bits, by a key that who wrote the file cannot know. */
#ifndef REPORT_SNAPSHOT_DIGEST_H
#define REPORT_SNAPSHOT_DIGEST_H

#include <portmote/report.h>

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct digest {
	uint64_t half[2];
};

struct digest_key {
	uint64_t of_half[2][2];
};

/* Of values that json_equal() holds for equal, and of no others: the order of keys is nothing. */
struct digest digest_of(const struct digest_key *key, json_t *value);
int digest_compare(const struct digest *a, const struct digest *b);

#endif
