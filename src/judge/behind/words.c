/* The words of a command, as systemd.syntax(7) has them quoted. */
#include "behind/words.h"

#include <errno.h>

/* A character by its number, as UTF-8. */
static void add_character(struct pm_buf *ret, uint32_t c)
{
	static const struct {
		uint32_t last;
		unsigned mark, more;
	} forms[] = {{0x7f, 0, 0}, {0x7ff, 0xc0, 1}, {0xffff, 0xe0, 2}, {0x10ffff, 0xf0, 3}};
	size_t i = 0;

	while (i + 1 < PM_COUNT(forms) && c > forms[i].last)
		i++;
	for (unsigned k = forms[i].more + 1; k--;) {
		unsigned bits = c >> 6 * k & 0x3f;
		char byte = (char)(k == forms[i].more ? forms[i].mark | c >> 6 * k : 0x80 | bits);

		pm_buf_add(ret, &byte, 1);
	}
}

/* Digits of a number behind a backslash: their count, 0 where it is none. */
static size_t add_number(struct pm_buf *ret, const char *at, size_t len)
{
	static const struct {
		char mark;
		size_t digits;
	} forms[] = {{'x', 2}, {'u', 4}, {'U', 8}};
	uint64_t value = 0;

	for (size_t i = 0; i < PM_COUNT(forms); i++) {
		if (*at != forms[i].mark)
			continue;
		if (len <= forms[i].digits ||
		    pm_parse_hex(at + 1, forms[i].digits, 0x10ffff, &value) < 0 || !value)
			return 0;
		char byte = (char)value;
		if (i)
			add_character(ret, (uint32_t)value);
		else
			pm_buf_add(ret, &byte, 1);
		return forms[i].digits + 1;
	}
	if (len < 3 || strspn(at, "01234567") < 3 || *at > '3')
		return 0;
	char byte = (char)((at[0] & 3) << 6 | (at[1] & 7) << 3 | (at[2] & 7));
	if (byte)
		pm_buf_add(ret, &byte, 1);
	return byte ? 3 : 0;
}

/* What a backslash stands before: how many characters, 0 where it is no escape. */
static size_t add_escape(struct pm_buf *ret, const char *at, size_t len)
{
	static const char letters[] = "abfnrtv\\\"'s", values[] = "\a\b\f\n\r\t\v\\\"' ";
	const char *letter = len && *at ? strchr(letters, *at) : NULL;

	if (!len)
		return 0;
	if (!letter)
		return add_number(ret, at, len);
	pm_buf_add(ret, &values[letter - letters], 1);
	return 1;
}

/* The next word, from `*at` on, which moves; 1, 0: there is none, -EINVAL: it is none. */
static int next_word(const char **at, const char *end, struct pm_buf *ret)
{
	char quote = '\0';

	pm_buf_clear(ret);
	while (*at < end && strchr(" \t", **at))
		++*at;
	if (*at == end)
		return 0;
	for (; *at < end && (quote || !strchr(" \t", **at)); ++*at) {
		char c = **at;

		if (c == '\\') {
			size_t len = add_escape(ret, *at + 1, (size_t)(end - *at - 1));

			if (!len)
				return -EINVAL;
			*at += len;
		} else if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? '\0' : c;
		} else {
			pm_buf_add(ret, &c, 1);
		}
	}
	return quote ? -EINVAL : 1;
}

int words_split(struct pm_arena *arena, const char *text, size_t len, struct words *ret)
{
	struct pm_buf word = {0};
	const char *at = text, *end = text + len;
	int r = 1;

	ret->count = 0;
	while (ret->count < WORDS_MAX && (r = next_word(&at, end, &word)) > 0) {
		const char *copy = pm_arena_copy(arena, pm_buf_text(&word), word.len);

		if (!copy || word.failed)
			r = -ENOMEM;
		if (r < 0 || !strcmp(copy, ";"))
			break;
		ret->word[ret->count++] = copy;
	}
	pm_buf_release(&word);
	return r < 0 ? r : 0;
}

void words_quote(const char *word, struct pm_buf *ret)
{
	if (*word && !word[strcspn(word, " \t\n\r\"'\\;")]) {
		pm_buf_puts(ret, word);
		return;
	}
	pm_buf_puts(ret, "\"");
	for (; *word; word++) {
		if ((unsigned char)*word < ' ')
			pm_buf_printf(ret, "\\x%02x", (unsigned char)*word);
		else
			pm_buf_printf(ret, "%s%c", strchr("\"\\", *word) ? "\\" : "", *word);
	}
	pm_buf_puts(ret, "\"");
}
