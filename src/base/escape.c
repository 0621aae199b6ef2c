#include <portmote/base.h>

#include <ctype.h>
#include <errno.h>

static bool escape_is_plain(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e && c != '\\';
}

/*
 * What a log of a build is taken for an order by: "##[" and "##vso[" anywhere in a line (Azure, and
 * GitHub of old), "::error::" where one begins (GitHub). Is this the second byte of one?
 */
static bool is_order(const unsigned char *at, const unsigned char *begin, const unsigned char *end)
{
	if (at == begin || at[-1] != *at || (*at != '#' && *at != ':'))
		return false;
	bool has_letter = at + 1 < end && isalpha(at[1]);
	bool is_first = at - begin == 1 || strchr("/. ", at[-2]);
	return *at == '#' || (has_letter && is_first);
}

size_t pm_escape(char *dst, size_t size, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *src = bytes;
	size_t whole = 0, kept = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = src[i];
		bool plain = escape_is_plain(c) && !is_order(src + i, src, src + len);
		char text[4] = {plain ? (char)c : '\\', 'x', digits[c >> 4], digits[c & 15]};
		size_t width = plain ? 1 : 4;

		if (kept == whole && whole + width < size) {
			memcpy(dst + kept, text, width);
			kept += width;
		}
		whole += width;
	}
	if (size)
		dst[kept] = '\0';
	return whole;
}

/* The byte that an escape stands for, or -1: only one for which there is no other way. */
static int escaped_byte(const char *text, size_t len, int last)
{
	uint64_t value;

	if (len < 4 || text[1] != 'x' || pm_parse_hex(text + 2, 2, UINT8_MAX, &value) < 0)
		return -1;
	for (size_t i = 2; i < 4; i++)
		if (text[i] >= 'A' && text[i] <= 'F')
			return -1;
	bool may_be_order = (value == '#' || value == ':') && last == (int)value;
	return escape_is_plain((unsigned char)value) && !may_be_order ? -1 : (int)value;
}

ssize_t pm_unescape(char *dst, const char *text, size_t len)
{
	size_t count = 0;
	int last = -1;

	for (size_t i = 0; i < len; count++) {
		bool plain = escape_is_plain((unsigned char)text[i]);
		int byte = plain ? text[i] : escaped_byte(text + i, len - i, last);

		if (byte < 0 || (!plain && text[i] != '\\'))
			return -EINVAL;
		if (dst)
			dst[count] = (char)byte;
		last = byte;
		i += plain ? 1 : 4;
	}
	return (ssize_t)count;
}
