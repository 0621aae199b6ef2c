#include "quote.h"

#include <strings.h>

enum { FIRST_NOT_ASCII = 0x80 };

/* The byte of an escape "\xNN". */
static unsigned byte_of(const char *escape)
{
	uint64_t byte = 0;

	pm_parse_hex(escape + 2, 2, UINT8_MAX, &byte);
	return (unsigned)byte;
}

/* What is escaped though it could be read: in double quotes the escape of it must be escaped. */
static bool is_printable(unsigned byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

/*
 * In double quotes, where "\x0a" means what it means here. Bytes that are no ASCII would be read as
 * characters: each stands as what its escape looks like to a glob.
 */
static void add_glob(struct pm_buf *ret, const char *text)
{
	pm_buf_puts(ret, "\"");
	for (const char *at = text; *at; at++) {
		if (*at == '\\' && byte_of(at) >= FIRST_NOT_ASCII) {
			pm_buf_puts(ret, "????");
			at += 3;
		} else if (*at == '\\' && is_printable(byte_of(at))) {
			pm_buf_puts(ret, "\\\\");
		} else if (strchr("*?[", *at)) {
			pm_buf_printf(ret, "[%c]", *at);
		} else {
			pm_buf_add(ret, "\\", *at == '"');
			pm_buf_add(ret, at, 1);
		}
	}
	pm_buf_puts(ret, "\"");
}

static bool quote_is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789./_-@+";
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/";
	/* What YAML 1.1 takes for something else than text. */
	static const char *const words[] = {"y",   "n",	   "yes",   "no",  "on",
					    "off", "true", "false", "null"};

	for (size_t i = 0; i < PM_COUNT(words); i++)
		if (!strcasecmp(text, words[i]))
			return false;
	return *text && strchr(letters, *text) && !text[strspn(text, plain)];
}

void quote_glob(struct pm_buf *ret, const char *text)
{
	if (quote_is_plain(text))
		pm_buf_puts(ret, text);
	else
		add_glob(ret, text);
}

void quote_pattern(struct pm_buf *ret, const char *glob)
{
	pm_buf_puts(ret, "\"");
	for (; *glob; glob++) {
		pm_buf_add(ret, "\\", *glob == '"');
		pm_buf_add(ret, glob, 1);
	}
	pm_buf_puts(ret, "\"");
}
