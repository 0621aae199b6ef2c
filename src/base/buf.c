#include <portmote/base.h>

/* Room for `more` bytes and a NUL. */
static bool buf_grow(struct pm_buf *buf, size_t more)
{
	size_t need, room = buf->room ? buf->room : 64;

	if (buf->failed || __builtin_add_overflow(buf->len + 1, more, &need) ||
	    need > SIZE_MAX / 2) {
		buf->failed = true;
		return false;
	}
	if (need <= buf->room)
		return true;
	while (room < need)
		room *= 2;
	char *data = realloc(buf->data, room);
	if (!data) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->room = room;
	return true;
}

void pm_buf_add(struct pm_buf *buf, const void *bytes, size_t len)
{
	if (!buf_grow(buf, len))
		return;
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void pm_buf_puts(struct pm_buf *buf, const char *text)
{
	pm_buf_add(buf, text, strlen(text));
}

void pm_buf_printf(struct pm_buf *buf, const char *format, ...)
{
	size_t room = buf->failed ? 0 : buf->room - buf->len;
	va_list args;

	/* Mostly there is room already, and once is enough. */
	va_start(args, format);
	int len = vsnprintf(room ? buf->data + buf->len : NULL, room, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room) {
		if (room)
			buf->data[buf->len] = '\0';
		if (len < 0 || !buf_grow(buf, (size_t)len))
			return;
		va_start(args, format);
		vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
		va_end(args);
	}
	buf->len += (size_t)len;
}

void pm_buf_number(struct pm_buf *buf, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	pm_buf_add(buf, digits + at, sizeof(digits) - at);
}

const char *pm_buf_text(const struct pm_buf *buf)
{
	return buf->data ? buf->data : "";
}

void pm_buf_clear(struct pm_buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

void pm_buf_release(struct pm_buf *buf)
{
	free(buf->data);
	*buf = (struct pm_buf){0};
}
