#include "json/read/snapshot_digest.h"

#include <portmote/base.h>

/* ---- SipHash-1-3, by J.-P. Aumasson and D. J. Bernstein ---------------------------- */

static uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void mix(uint64_t v[4], unsigned rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void take_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v, 1);
	v[0] ^= word;
}

static uint64_t digest_hash(const uint64_t key[2], const void *bytes, size_t len)
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
			 key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
	const char *at = bytes;
	uint64_t word;

	for (size_t left = len; left >= sizeof(word); left -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		take_word(v, word);
	}
	word = 0;
	memcpy(&word, at, len % sizeof(word));
	take_word(v, word | (uint64_t)len << 56);
	v[2] ^= 0xff;
	mix(v, 3);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- values ------------------------------------------------------------------------ */

static struct digest of_bytes(const struct digest_key *key, json_type type, const void *bytes,
			      size_t len)
{
	struct digest digest;

	for (size_t i = 0; i < PM_COUNT(digest.half); i++) {
		const uint64_t own[] = {key->of_half[i][0] ^ (uint64_t)type, key->of_half[i][1]};

		digest.half[i] = digest_hash(own, bytes, len);
	}
	return digest;
}

static struct digest of_array(const struct digest_key *key, json_t *value)
{
	struct {
		struct digest before, item;
	} pair = {0};

	for (size_t i = 0; i < json_array_size(value); i++) {
		pair.item = digest_of(key, json_array_get(value, i));
		pair.before = of_bytes(key, JSON_ARRAY, &pair, sizeof(pair));
	}
	return of_bytes(key, JSON_ARRAY, &pair.before, sizeof(pair.before));
}

/* Members are added up, so that their order is nothing. */
static struct digest of_object(const struct digest_key *key, json_t *value)
{
	struct digest sum = {0};
	const char *name;
	json_t *item;

	json_object_foreach(value, name, item)
	{
		const struct {
			uint64_t name;
			struct digest item;
		} pair = {digest_hash(key->of_half[0], name, strlen(name)), digest_of(key, item)};
		struct digest member = of_bytes(key, JSON_OBJECT, &pair, sizeof(pair));

		for (size_t i = 0; i < PM_COUNT(sum.half); i++)
			sum.half[i] += member.half[i];
	}
	return of_bytes(key, JSON_OBJECT, &sum, sizeof(sum));
}

struct digest digest_of(const struct digest_key *key, json_t *value)
{
	json_type type = json_typeof(value);
	json_int_t number = json_integer_value(value);
	double real = json_real_value(value);

	switch (type) {
	case JSON_OBJECT:
		return of_object(key, value);
	case JSON_ARRAY:
		return of_array(key, value);
	case JSON_STRING:
		return of_bytes(key, type, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		return of_bytes(key, type, &number, sizeof(number));
	case JSON_REAL:
		return of_bytes(key, type, &real, sizeof(real));
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		break;
	}
	return of_bytes(key, type, "", 0);
}

int digest_compare(const struct digest *a, const struct digest *b)
{
	int c = PM_CMP(a->half[0], b->half[0]);

	return c ? c : PM_CMP(a->half[1], b->half[1]);
}
