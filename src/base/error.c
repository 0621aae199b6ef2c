#include <portmote/base.h>

int pm_fail(struct pm_error *err, int code, const char *format, ...)
{
	char raw[sizeof(err->text)];
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	int len = vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	size_t kept = (size_t)len < sizeof(raw) ? (size_t)len : sizeof(raw) - 1;
	size_t whole = pm_escape(err->text, sizeof(err->text), raw, kept);
	if (whole >= sizeof(err->text) || (size_t)len > kept)
		memcpy(err->text + strlen(err->text) - 3, "...", 3);
	return code;
}
