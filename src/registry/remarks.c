/* What IANA's editors wrote into the description of a service, which is no part of it. */
#include <portmote/registry.h>

#include <ctype.h>
#include <strings.h>

/* How sentences of the editors begin; each ends at its full stop. */
static const char *const sentences[] = {
	"IANA assigned this well-formed service name",
	"This entry ",
	"This port ",
	"This is a duplicate of ",
	"The service name is used ",
	"TEMPORARY - ",
};

/* How remarks in brackets or parentheses begin. */
static const char *const asides[] = {
	"temporary", "expire",	 "extension",	"historic",	 "deprecated",
	"obsolete",  "removed",	 "de-assigned", "de-registered", "deregistered",
	"previous",  "formerly", "unassigned",
};

static const char *const months[] = {"january",	  "february", "march",	  "april",
				     "may",	  "june",     "july",	  "august",
				     "september", "october",  "november", "december"};

static bool remarks_begins(const char *text, size_t len, const char *with)
{
	return len >= strlen(with) && !strncasecmp(text, with, strlen(with));
}

static bool begins_one(const char *text, size_t len, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (remarks_begins(text, len, words[i]))
			return true;
	return false;
}

/* Up to and with the full stop; one within quotation marks ends nothing: "z39.50". */
static size_t sentence_length(const char *text, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		quoted ^= text[i] == '"';
		if (!quoted && text[i] == '.' && (i + 1 == len || text[i + 1] == ' '))
			return i + 1;
	}
	return len;
}

/* "July 2003", "2003-07-01" */
static bool remarks_is_date(const char *text, size_t len)
{
	size_t digits = 0;

	for (size_t i = 0; i < PM_COUNT(months); i++)
		if (remarks_begins(text, len, months[i])) {
			text += strlen(months[i]);
			len -= strlen(months[i]);
			break;
		}
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)text[i]) && !strchr(" -,", text[i]))
			return false;
		digits += isdigit((unsigned char)text[i]) != 0;
	}
	return digits >= 4 && len > digits;
}

/* "1 year assignment" */
static bool is_term(const char *text, size_t len)
{
	static const char end[] = " assignment";

	return len > sizeof(end) && isdigit((unsigned char)*text) &&
	       remarks_begins(text + len - (sizeof(end) - 1), sizeof(end) - 1, end);
}

/* Length of the remark in brackets at the beginning of the text, or 0. */
static size_t aside_length(const char *text, size_t len)
{
	char close = *text == '[' ? ']' : ')';
	const char *end = *text == '[' || *text == '(' ? memchr(text, close, len) : NULL;

	if (!end)
		return 0;
	size_t inner = (size_t)(end - text) - 1;
	bool is_remark = begins_one(text + 1, inner, asides, PM_COUNT(asides)) ||
			 remarks_is_date(text + 1, inner) || is_term(text + 1, inner);
	return is_remark ? inner + 2 : 0;
}

static size_t remark_length(const char *text, size_t len)
{
	if (begins_one(text, len, sentences, PM_COUNT(sentences)))
		return sentence_length(text, len);
	return aside_length(text, len);
}

size_t pm_remarks_cut(char *text, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len;) {
		bool is_begin = !i || text[i - 1] == ' ';
		size_t cut = is_begin ? remark_length(text + i, len - i) : 0;

		if (!cut && !(text[i] == ' ' && (!kept || text[kept - 1] == ' ')))
			text[kept++] = text[i];
		i += cut ? cut : 1;
	}
	while (kept && text[kept - 1] == ' ')
		kept--;
	return kept;
}
