#include <portmote/base.h>

#include <errno.h>

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e && c != '\\';
}

size_t pm_escape(char *dst, size_t size, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *src = bytes;
	size_t whole = 0, kept = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = src[i];
		bool plain = is_plain(c);
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
static int escaped_byte(const char *text, size_t len)
{
	uint64_t value;

	if (len < 4 || text[1] != 'x' || pm_parse_hex(text + 2, 2, UINT8_MAX, &value) < 0)
		return -1;
	for (size_t i = 2; i < 4; i++)
		if (text[i] >= 'A' && text[i] <= 'F')
			return -1;
	return is_plain((unsigned char)value) ? -1 : (int)value;
}

ssize_t pm_unescape(char *dst, const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; count++) {
		bool plain = is_plain((unsigned char)text[i]);
		int byte = plain ? text[i] : escaped_byte(text + i, len - i);

		if (byte < 0 || (!plain && text[i] != '\\'))
			return -EINVAL;
		if (dst)
			dst[count] = (char)byte;
		i += plain ? 1 : 4;
	}
	return (ssize_t)count;
}
