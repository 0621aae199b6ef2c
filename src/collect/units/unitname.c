#include "units/unitname.h"

bool unitname_is_template(const char *name)
{
	const char *at = strchr(name, '@');

	return at && at[1] == '.';
}

bool unitname_template(const char *name, char ret[UNIT_NAME])
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

	if (!at || !dot || dot <= at + 1)
		return false;
	snprintf(ret, UNIT_NAME, "%.*s%s", (int)(at + 1 - name), name, dot);
	return true;
}

void unitname_instance(const char *template, const char *like, char ret[UNIT_NAME])
{
	const char *at = strchr(template, '@'), *of = strchr(like, '@');

	if (of && unitname_is_template(template))
		snprintf(ret, UNIT_NAME, "%.*s%s", (int)(at - template), template, of);
	else
		snprintf(ret, UNIT_NAME, "%s", template);
}

size_t unitname_folders(const char *name, char ret[UNIT_FOLDERS][UNIT_NAME])
{
	const char *dot = strrchr(name, '.');
	char template[UNIT_NAME], prefix[UNIT_NAME];
	size_t count = 0;

	snprintf(ret[count++], UNIT_NAME, "%.250s.d", name);
	if (unitname_template(name, template))
		snprintf(ret[count++], UNIT_NAME, "%.250s.d", template);
	snprintf(prefix, sizeof(prefix), "%.*s", (int)strcspn(name, "@"), name);
	if (!strchr(name, '@') && dot)
		prefix[dot - name] = '\0';
	for (char *dash; (dash = strrchr(prefix, '-')) && dot && count < UNIT_FOLDERS; *dash = '\0')
		if (dash[1] && dash > prefix)
			snprintf(ret[count++], UNIT_NAME, "%.*s%.100s.d", (int)(dash + 1 - prefix),
				 prefix, dot);
	return count;
}
