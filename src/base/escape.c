#include <portmote/base.h>

size_t pm_escape(char *dst, size_t size, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *src = bytes;
	size_t whole = 0, kept = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = src[i];
		bool plain = c >= 0x20 && c <= 0x7e && c != '\\';
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
