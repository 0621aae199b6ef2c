/* What a policy may be written in. */
#include "policyfile.h"

#include <errno.h>

size_t policy_mark(const char *bytes, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";

	return len >= sizeof(mark) - 1 && !memcmp(bytes, mark, sizeof(mark) - 1) ? sizeof(mark) - 1
										 : 0;
}

/* One character of UTF-8 (RFC 3629) and its width; 0: there is none. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t width = at[0] < 0x80	  ? 1
		       : at[0] >> 5 == 6  ? 2
		       : at[0] >> 4 == 14 ? 3
		       : at[0] >> 3 == 30 ? 4
					  : 0;

	if (!width || width > left)
		return 0;
	uint32_t value = width == 1 ? at[0] : at[0] & (0x7fu >> width);
	for (size_t i = 1; i < width; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		value = value << 6 | (at[i] & 0x3fu);
	}
	*ret = value;
	return value < least[width] || value > 0x10ffff || value >> 11 == 0x1b ? 0 : width;
}

/*
 * What YAML 1.1 lets stand in a file, without what would make it look like another: line breaks
 * that editors show as none, marks that turn the direction of text, invisible ones.
 */
static bool is_fine(uint32_t value)
{
	static const struct {
		uint32_t first, last;
	} faults[] = {
		{0x00, 0x08},	  {0x0b, 0x0c},	    {0x0e, 0x1f},
		{0x7f, 0x9f},	  {0x200b, 0x200f}, {0x2028, 0x202e},
		{0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfffe, 0xffff},
	};

	for (size_t i = 0; i < PM_COUNT(faults); i++)
		if (value >= faults[i].first && value <= faults[i].last)
			return false;
	return true;
}

int policy_characters(const struct parse *parse, const char *bytes, size_t len)
{
	struct place place = {1, 1};
	uint32_t value, before = 0;

	for (size_t at = 0, width; at < len; at += width, before = value) {
		width = decode((const unsigned char *)bytes + at, len - at, &value);
		if (!width)
			return policy_fault(parse, place, "the byte 0x%02x is not UTF-8 here",
					    (unsigned char)bytes[at]);
		if (!is_fine(value))
			return policy_fault(parse, place,
					    "the character U+%04X has no place in a policy",
					    (unsigned)value);
		place.column++;
		if (value == '\r' || (value == '\n' && before != '\r'))
			place.line++;
		if (value == '\r' || value == '\n')
			place.column = 1;
	}
	return 0;
}
