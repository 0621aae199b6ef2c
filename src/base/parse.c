#include <portmote/base.h>

#include <errno.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static int number_parse(const char *text, size_t len, unsigned base, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;
	bool above = false;

	if (!len)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)digit_of(text[i]);

		if (digit >= base)
			return -EINVAL;
		above = above || __builtin_mul_overflow(value, base, &value) ||
			__builtin_add_overflow(value, digit, &value) || value > max;
	}
	if (above)
		return -ERANGE;
	*ret = value;
	return 0;
}

int pm_parse_u64(const char *text, size_t len, uint64_t max, uint64_t *ret)
{
	if (len > 1 && text[0] == '0')
		return -EINVAL;
	return number_parse(text, len, 10, max, ret);
}

int pm_parse_hex(const char *text, size_t len, uint64_t max, uint64_t *ret)
{
	return number_parse(text, len, 16, max, ret);
}

int pm_parse_ports(const char *text, size_t len, uint16_t *ret_first, uint16_t *ret_last)
{
	const char *dash = len ? memchr(text, '-', len) : NULL;
	size_t head = dash ? (size_t)(dash - text) : len;
	uint64_t first, last;

	int r = pm_parse_u64(text, head, UINT16_MAX, &first);
	if (r < 0)
		return r;
	last = first;
	if (dash)
		r = pm_parse_u64(dash + 1, len - head - 1, UINT16_MAX, &last);
	if (r < 0)
		return r;
	if (last < first)
		return -EINVAL;
	*ret_first = (uint16_t)first;
	*ret_last = (uint16_t)last;
	return 0;
}
