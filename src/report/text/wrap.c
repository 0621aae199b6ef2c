#include "text/wrap.h"

#include <errno.h>

static void write_word(struct wrap *wrap)
{
	size_t len = wrap->word.len;

	if (!len)
		return;
	if (wrap->has_word && wrap->column + 1 + len > wrap->width) {
		fputc('\n', wrap->out);
		wrap->has_word = false;
		wrap->column = wrap->rest;
	}
	if (wrap->has_word)
		wrap->column += len + 1;
	fprintf(wrap->out, "%*s%s", wrap->has_word ? 1 : (int)wrap->column, "", wrap->word.data);
	if (!wrap->has_word)
		wrap->column += len;
	wrap->has_word = true;
	pm_buf_clear(&wrap->word);
}

void wrap_puts(struct wrap *wrap, const char *text)
{
	bool continues = *text && strchr(".,:;", *text);

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		if (!continues)
			write_word(wrap);
		continues = false;
		pm_buf_add(&wrap->word, text, len);
		text += len;
	}
}

void wrap_printf(struct wrap *wrap, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0) {
		text = NULL;
		wrap->word.failed = true;
	}
	va_end(args);
	wrap_puts(wrap, text ? text : "");
	free(text);
}

void wrap_line(struct wrap *wrap, size_t first, size_t rest)
{
	write_word(wrap);
	if (wrap->has_word)
		fputc('\n', wrap->out);
	wrap->column = first;
	wrap->rest = rest;
	wrap->has_word = false;
}

void wrap_paragraph(struct wrap *wrap, size_t indent)
{
	wrap_line(wrap, indent, indent);
	fputc('\n', wrap->out);
}

void wrap_fact(struct wrap *wrap, size_t indent, size_t value_at, const char *name,
	       const char *value)
{
	if (!*value)
		return;
	wrap_line(wrap, indent, value_at);
	fprintf(wrap->out, "%*s%-*s", (int)indent, "", (int)(value_at - indent - 1), name);
	wrap->column = value_at - 1;
	wrap->has_word = true;
	wrap_puts(wrap, value);
}

void wrap_verbatim(struct wrap *wrap, size_t indent, const char *text)
{
	wrap_line(wrap, 0, 0);
	fprintf(wrap->out, "%*s%s\n", (int)indent, "", text);
}

int wrap_end(struct wrap *wrap)
{
	wrap_line(wrap, 0, 0);
	bool failed = wrap->word.failed;
	pm_buf_release(&wrap->word);
	return failed ? -ENOMEM : 0;
}
