/*
 * A snapshot that is damaged is refused with a sentence, or read as another: never is anything
 * else done with it. Cut at every byte it is refused; with one value or one byte changed, what is
 * read can be judged, printed, compared with the whole one, and read again with the same outcome.
 *
 * usage: mutate SNAPSHOT.json [SEED [COUNT]]
 */
#include "compare_again.h"
#include "judge_again.h"

#include <jansson.h>
#include <unistd.h>

enum { CUT_MAX = 16 * 1024 };

struct tally {
	unsigned refused, read;
};

static uint64_t state;

static uint32_t draw(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 16) % below);
}

static void die(const char *what)
{
	fprintf(stderr, "mutate: %s\n", what);
	exit(2);
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	if (pm_parse_u64(text, strlen(text), UINT32_MAX, &value) < 0)
		die("SEED and COUNT are numbers");
	return value;
}

static void read_file(const char *path, struct pm_buf *ret)
{
	struct pm_error err;
	int fd = pm_open_regular(path, &err);

	if (fd < 0 || pm_read_all(fd, path, PM_SNAPSHOT_FILE_MAX, ret, &err) < 0)
		die(err.text);
	close(fd);
}

static void try(const struct pm_buf *file, const char *bytes, size_t len, struct tally *tally)
{
	struct pm_buf json = {0};
	struct pm_error err;

	/* A copy as long as it is: a byte read beyond it is seen. */
	char *copy = malloc(len + 1);
	if (!copy)
		die("out of memory");
	memcpy(copy, bytes, len);
	bool is_read = judge_twice(copy, len, &json, &err) == 0;
	tally->read += is_read;
	tally->refused += !is_read;
	/* What it says of the registry is read by who compares alone, and can be refused then. To
	 * compare takes four times as long as to judge: one in eight is enough. */
	err.text[0] = '\0';
	if (is_read && tally->read % 8 == 1 &&
	    compare_again(file->data, file->len, copy, len, &err) < 0 &&
	    !strstr(err.text, "].registrations"))
		die("it can be judged, and not compared");
	free(copy);
	pm_buf_release(&json);
}

/* Without its last bracket it is cut short; the line feed behind that is nobody's. */
static void cut_everywhere(const struct pm_buf *file)
{
	struct tally tally = {0};
	size_t whole = file->len;

	while (whole && file->data[whole - 1] != '}')
		whole--;
	for (size_t len = 0; len < whole; len++)
		try(file, file->data, len, &tally);
	printf("%u cuts, all refused\n", tally.refused);
	if (tally.read || !tally.refused)
		die("a file that is cut was read");
}

/* The number of values in it, itself one; `*ret` gets the holder and place of the one wanted. */
struct place {
	json_t *up;
	const char *key;
	size_t index;
};

static void find(json_t *value, size_t *left, struct place *ret)
{
	const char *key;
	json_t *child;
	size_t i;

	json_object_foreach(value, key, child)
	{
		if (ret->up)
			return;
		if (!(*left)--)
			*ret = (struct place){value, key, 0};
		else
			find(child, left, ret);
	}
	for (i = 0; i < json_array_size(value) && !ret->up; i++) {
		if (!(*left)--)
			*ret = (struct place){value, NULL, i};
		else
			find(json_array_get(value, i), left, ret);
	}
}

static size_t count(json_t *value)
{
	struct place none = {0};
	size_t left = SIZE_MAX;

	find(value, &left, &none);
	return SIZE_MAX - left;
}

static struct place draw_place(json_t *document, size_t values)
{
	struct place place = {0};
	size_t left = draw(values);

	find(document, &left, &place);
	return place;
}

static json_t *value_of(const struct place *place)
{
	return place->key ? json_object_get(place->up, place->key)
			  : json_array_get(place->up, place->index);
}

/* A word of its neighbours, a number at an edge, or what nobody would write there. */
static json_t *draw_value(json_t *document, size_t values)
{
	static const json_int_t numbers[] = {
		0,	    1,	       2,	   -1,	      255,	  65535,
		65536,	    INT32_MAX, UINT32_MAX, INT64_MAX, INT64_MIN,  4294967296,
		2147483648, 3,	       1023,	   1024,      1000000000, 42};
	static const char *const texts[] = {
		"",
		"/",
		".",
		"host",
		"a b",
		"\\x00",
		"\\x0a\\xff",
		"\\x41",
		"\\",
		"\x7f",
		"docker:x",
		"systemd",
		"/usr/lib/systemd/systemd",
		"/etc/inetd.conf",
		"a.socket",
		"a.service",
		"[Socket]\\x0aListenStream=22\\x0a",
		"99999-12-31T23:59:60Z",
		"-1-01-01T00:00:00Z",
		"18446744073709551615",
		"127.0.0.1",
		"::ffff:10.0.0.1",
		"process",
		"none",
		"packet",
		"raw",
		"udp",
		"inet6",
		"python3",
		"a/b/c/",
		"(deleted)",
		"%s%n",
	};
	struct place other = draw_place(document, values);

	switch (draw(8)) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(draw(2));
	case 2:
		return json_integer(numbers[draw(PM_COUNT(numbers))]);
	case 3:
	case 4:
		return json_string(texts[draw(PM_COUNT(texts))]);
	case 5:
		return draw(2) ? json_array() : json_object();
	default:
		return json_deep_copy(value_of(&other));
	}
}

static void change(json_t *document, size_t values)
{
	struct place place = draw_place(document, values);
	json_t *value = draw_value(document, values);
	bool goes = !draw(8);

	if (goes && place.key)
		json_object_del(place.up, place.key);
	else if (goes)
		json_array_remove(place.up, place.index);
	else if (place.key)
		json_object_set(place.up, place.key, value);
	else if (draw(2))
		json_array_set(place.up, place.index, value);
	else
		json_array_insert(place.up, place.index, value);
	json_decref(value);
}

/* One value in another's place, missing, or too many. */
static void mutate_value(const struct pm_buf *file, const json_t *document, size_t values,
			 struct tally *tally)
{
	json_t *changed = json_deep_copy(document);

	change(changed, values);
	char *text = json_dumps(changed, 0);
	json_decref(changed);
	if (!text)
		die("out of memory");
	try(file, text, strlen(text), tally);
	free(text);
}

static void mutate_byte(struct pm_buf *file, const struct pm_buf *whole, struct tally *tally)
{
	static const char special[] = "\"\"{}[],:\\0123456789-+eE.ntfu\n\r\t\0\x7f\xff";
	char *place = &file->data[draw(file->len)], old = *place;

	*place = draw(4) ? special[draw(sizeof(special))] : (char)draw(256);
	try(whole, file->data, file->len, tally);
	*place = old;
}

int main(int argc, char *argv[])
{
	struct tally values = {0}, bytes = {0};
	struct pm_buf file = {0}, whole = {0};

	if (argc < 2)
		die("usage: mutate SNAPSHOT.json [SEED [COUNT]]");
	uint64_t seed = argc > 2 ? number(argv[2]) : 1;
	uint64_t rounds = argc > 3 ? number(argv[3]) : 1000;
	state = seed * 0x9e3779b97f4a7c15u | 1;
	read_file(argv[1], &file);
	read_file(argv[1], &whole);
	json_t *document = json_loadb(file.data, file.len, 0, NULL);
	if (!document)
		die("the snapshot is no JSON");
	size_t all = count(document);
	for (uint64_t i = 0; i < rounds; i++) {
		mutate_value(&file, document, all, &values);
		mutate_byte(&file, &whole, &bytes);
	}
	printf("seed %llu: of %zu values changed one, %u refused, %u read; one byte, %u refused, "
	       "%u read\n",
	       (unsigned long long)seed, all, values.refused, values.read, bytes.refused,
	       bytes.read);
	if (file.len <= CUT_MAX)
		cut_everywhere(&file);
	json_decref(document);
	pm_buf_release(&file);
	pm_buf_release(&whole);
	/* Where one of these never happened, nothing was tested. */
	if (rounds >= 500 && (!values.refused || !values.read || !bytes.refused || !bytes.read))
		die("not every outcome was seen");
	return 0;
}
