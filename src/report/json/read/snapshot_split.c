#include "json/read/snapshot_split.h"

static void skip_space(struct split *split)
{
	while (split->at < split->end && memchr(" \t\r\n", *split->at, 4))
		split->at++;
}

bool split_take(struct split *split, char c)
{
	skip_space(split);
	if (split->at == split->end || *split->at != c)
		return false;
	split->at++;
	return true;
}

bool split_is_done(struct split *split)
{
	skip_space(split);
	return split->at == split->end;
}

/* From its first quotation mark to past its last. */
static bool skip_string(struct split *split)
{
	for (split->at++; split->at < split->end; split->at++) {
		if (*split->at == '"') {
			split->at++;
			return true;
		}
		if (*split->at == '\\')
			split->at++;
	}
	split->at = split->end;
	return false;
}

/* From its first bracket to past the one that closes it. */
static bool skip_brackets(struct split *split)
{
	size_t depth = 0;

	while (split->at < split->end) {
		char c = *split->at;

		if (c == '"') {
			if (!skip_string(split))
				return false;
			continue;
		}
		split->at++;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
		if (!depth)
			return true;
	}
	return false;
}

/* A number or a word: up to what can stand behind one. */
static bool skip_word(struct split *split)
{
	while (split->at < split->end && !memchr(",]}: \t\r\n", *split->at, 8))
		split->at++;
	return split->at < split->end;
}

static bool skip_value(struct split *split)
{
	if (split->at == split->end)
		return false;
	switch (*split->at) {
	case '"':
		return skip_string(split);
	case '[':
	case '{':
		return skip_brackets(split);
	default:
		return skip_word(split);
	}
}

bool split_value(struct split *split, struct span *ret)
{
	skip_space(split);
	const char *begin = split->at;
	bool whole = skip_value(split);

	*ret = (struct span){begin, (size_t)(split->at - begin)};
	return whole;
}

/* Each value but the first follows one of these. */
static bool has_many_values(const struct span *span)
{
	enum { VALUES_MAX = 1 << 20 };
	size_t count = 0;

	for (size_t i = 0; i < span->len; i++)
		count += span->at[i] == ',' || span->at[i] == '[' || span->at[i] == '{';
	return count > VALUES_MAX;
}

bool split_is_readable(const struct span *span)
{
	enum { VALUE_MAX = 32 << 20 };

	return span->len <= VALUE_MAX && !has_many_values(span);
}
