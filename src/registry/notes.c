#include "notes.h"

#include <ctype.h>
#include <strings.h>

/* Descriptions of ports that were taken back; on a named row only when they are all of it. */
static const char *const gone_descriptions[] = {
	"de-assigned", "de-registered",	 "deregistered",    "removed",
	"deprecated",  "decommissioned", "de-commissioned", "decomissioned",
};

/*
 * The same in the notes, first the form of this project's own CSV, which alone counts on a named
 * row: elsewhere IANA's prose tells of an earlier holder of the port.
 */
static const char *const gone_notes[] = {
	"de-assigned", "de-registered", "deregistered", "removed",
	"deprecated",  "withdrawn",	"released",
};

static const char *const alias_notes[] = {"alias of ", "alias to ", "alias for ",
					  "duplicate of the "};

/* A description can speak of aliases that it implements. */
static const char *const alias_descriptions[] = {"entry is an alias to ", "entry is an alias of ",
						 "entry is an alias for "};

static bool notes_begins(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

/* What follows the first of the phrases that is in the text, or NULL. */
static const char *after(const char *text, const char *const phrases[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *found = strcasestr(text, phrases[i]);

		if (found)
			return found + strlen(phrases[i]);
	}
	return NULL;
}

static bool describes_gone(const char *description, bool named)
{
	for (size_t i = 0; i < PM_COUNT(gone_descriptions); i++)
		if (named ? strcasecmp(description, gone_descriptions[i]) == 0
			  : notes_begins(description, gone_descriptions[i]))
			return true;
	return false;
}

/* Text is folded as a whole; a piece of it can still begin or end in a space. */
static struct pm_span trimmed(const char *text, size_t len)
{
	while (len && text[len - 1] == ' ')
		len--;
	while (len && *text == ' ') {
		text++;
		len--;
	}
	return (struct pm_span){text, len};
}

/* "2004-2-6", "28 March 2006", "June 2004", "between DATE and DATE" */
static bool begins_date(const char *text)
{
	static const char *const words[] = {"between ", "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul",	"Aug", "Sep", "Oct", "Nov", "Dec"};

	for (size_t i = 0; i < PM_COUNT(words); i++)
		if (notes_begins(text, words[i]))
			return true;
	return isdigit((unsigned char)*text);
}

/* "(on) DATE", "between DATE and DATE", up to the end of the clause; else nothing. */
static struct pm_span date_in(const char *text)
{
	text += strspn(text, " (");
	if (notes_begins(text, "on "))
		text += 3;
	size_t len = strcspn(text, ".,;()\"");
	if (!begins_date(text) || strcspn(text, "0123456789") >= len)
		len = 0;
	return trimmed(text, len);
}

/* The word after "alias of", in quotes or not. */
static struct pm_span alias_in(const char *text)
{
	if (*text == '"')
		return trimmed(text + 1, strcspn(text + 1, "\""));
	size_t len = strcspn(text, " ,;");
	if (len && text[len - 1] == '.')
		len--;
	return (struct pm_span){text, len};
}

/* The word "historic" itself: "Historically, this service ..." says something else. */
static bool says_historic(const char *notes)
{
	static const char word[] = "historic";
	const size_t len = sizeof(word) - 1;

	for (const char *at = notes; (at = strcasestr(at, word)); at += len)
		if ((at == notes || !isalpha((unsigned char)at[-1])) &&
		    !isalpha((unsigned char)at[len]))
			return true;
	return false;
}

struct registry_notes registry_notes_read(const char *name, const char *description,
					  const char *modified, const char *notes)
{
	bool named = name[0];
	const char *gone = after(notes, gone_notes, named ? 1 : PM_COUNT(gone_notes));
	const char *alias = after(notes, alias_notes, PM_COUNT(alias_notes));

	if (!alias)
		alias = after(description, alias_descriptions, PM_COUNT(alias_descriptions));
	struct registry_notes ret = {.status = named ? PM_ASSIGNED : PM_RESERVED,
				     .historic = says_historic(notes) ||
						 (named && strcasestr(description, "(historic)")),
				     .alias_of = alias ? alias_in(alias) : (struct pm_span){"", 0},
				     .deassigned = {"", 0}};

	if (gone || describes_gone(description, named)) {
		ret.status = PM_DEASSIGNED;
		if (gone)
			ret.deassigned = date_in(gone);
		if (!ret.deassigned.len)
			ret.deassigned = (struct pm_span){modified, strlen(modified)};
	} else if (!named && notes_begins(description + strspn(description, "("), "unassigned")) {
		ret.status = PM_UNASSIGNED;
	}
	return ret;
}
