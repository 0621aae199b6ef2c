#include "tools/markup.h"

static const char *reference(unsigned char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return byte < 0x20 || byte > 0x7e ? "&#xFFFD;" : NULL;
	}
}

void markup_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		const char *instead = reference((unsigned char)*text);

		if (instead)
			fputs(instead, out);
		else
			fputc(*text, out);
	}
}

void markup_attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	markup_text(out, text);
	fputc('"', out);
}

void markup_count(FILE *out, const char *name, size_t count)
{
	fprintf(out, " %s=\"%zu\"", name, count);
}
