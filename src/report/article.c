/* What is known of a port, and what is on it here, for somebody who never heard of it. */
#include "article.h"

#include "topic.h"
#include "wrap.h"

#include <ctype.h>
#include <errno.h>

enum { DEFAULT_WIDTH = 80, INDENT = 2, VALUES_AT = 16, ENTRIES_TOLD = 4 };

struct article {
	const struct pm_report *report;
	const struct pm_report_options *options;
	const struct pm_topic *topic;
	struct entry *entries;
	size_t count, assigned; /* assigned ones come first */
	struct wrap wrap;
};

static bool is_one_port(const struct pm_topic *topic)
{
	return topic->first == topic->last;
}

/* ---- words -------------------------------------------------------------------------------------
 */

/* "TCP and UDP" */
static const char *transport_words(uint8_t transports, char *buf, size_t size)
{
	static const char *const names[PM_TRANSPORTS] = {"TCP", "UDP", "SCTP", "DCCP"};
	size_t len = 0;
	unsigned left = transports;

	buf[0] = '\0';
	for (size_t i = 0; i < PM_TRANSPORTS && len < size; i++) {
		if (!(transports >> i & 1))
			continue;
		left &= ~(1u << i);
		len += (size_t)snprintf(buf + len, size - len, "%s%s",
					!len   ? ""
					: left ? ", "
					       : " and ",
					names[i]);
	}
	return buf;
}

/* "port 3643" or "ports 6000 to 6063" */
static const char *port_words(uint16_t first, uint16_t last, char *buf, size_t size)
{
	if (first == last)
		snprintf(buf, size, "port %u", first);
	else
		snprintf(buf, size, "ports %u to %u", first, last);
	return buf;
}

/* "2002-11" as "November 2002"; other forms as they are. */
static const char *date_words(const char *date, char *buf, size_t size)
{
	static const char *const months[] = {"January",	  "February", "March",	  "April",
					     "May",	  "June",     "July",	  "August",
					     "September", "October",  "November", "December"};
	uint64_t year, month;

	if (strlen(date) < 7 || date[4] != '-' || pm_parse_u64(date, 4, 9999, &year) < 0 ||
	    pm_parse_u64(date + 5 + (date[5] == '0'), 2u - (date[5] == '0'), 12, &month) < 0 ||
	    !month || (date[7] && date[7] != '-'))
		snprintf(buf, size, "%s", date);
	else
		snprintf(buf, size, "%s %u", months[month - 1], (unsigned)year);
	return buf;
}

/* IANA's "[Morten_Mertner]", which is a key into its list of people, as a name. */
static const char *person_words(const char *assignee, char *buf, size_t size)
{
	size_t len = 0;

	for (; *assignee && len < size - 1; assignee++)
		if (*assignee == '_')
			buf[len++] = ' ';
		else if (*assignee == ']' && assignee[1] == '[')
			len += (size_t)snprintf(buf + len, size - len, ","), buf[len++] = ' ';
		else if (*assignee != '[' && *assignee != ']')
			buf[len++] = *assignee;
	buf[len] = '\0';
	return buf;
}

/* ---- what it is ---------------------------------------------------------------------------------
 */

static void tell_title(struct article *article)
{
	const struct pm_topic *topic = article->topic;
	struct wrap *wrap = &article->wrap;
	char words[64];
	const char *comma = ": ";

	if (is_one_port(topic))
		wrap_printf(wrap, "Port %u", topic->first);
	else
		wrap_printf(wrap, "Ports %u-%u", topic->first, topic->last);
	if (topic->transports != PM_ALL_TRANSPORTS)
		wrap_printf(wrap, "(%s)", transport_words(topic->transports, words, sizeof(words)));
	struct pm_buf names = {0};
	for (size_t i = 0; i < article->assigned && i < ENTRIES_TOLD; i++) {
		const char *name = article->entries[i].row.name;
		bool told = false;

		for (size_t k = 0; k < i && !told; k++)
			told = !strcmp(article->entries[k].row.name, name);
		if (!told)
			pm_buf_printf(&names, "%s%s", comma, name);
		comma = ", ";
	}
	if (article->assigned > ENTRIES_TOLD)
		pm_buf_printf(&names, " and %zu more", article->assigned - ENTRIES_TOLD);
	wrap->word.failed |= names.failed;
	if (names.len)
		wrap_puts(wrap, pm_buf_text(&names));
	pm_buf_release(&names);
}

static void tell_life(struct wrap *wrap, const struct entry *entry)
{
	const struct pm_life *life = &entry->life;

	switch (life->liveness) {
	case PM_IN_USE:
		wrap_printf(wrap, "It is in use: %zu program%s known to implement it.",
			    life->implementers, life->implementers == 1 ? " is" : "s are");
		return;
	case PM_DOCUMENTED:
		wrap_printf(wrap,
			    "It is documented, %s%s%s, but no program is known to implement it.",
			    life->has_rfc ? "by an RFC" : "",
			    life->has_rfc && life->is_listed ? " and " : "",
			    life->is_listed ? "in a distribution's /etc/services" : "");
		return;
	case PM_DORMANT:
	case PM_NO_IMPLEMENTATION:
	case PM_LIVENESSES:
		break;
	}
	wrap_puts(wrap, life->liveness == PM_DORMANT ? "It looks dormant:" : "It may live or not:");
	wrap_puts(wrap,
		  "no program is known to implement it, no RFC is named as its reference, and the "
		  "/etc/services of Debian does not list it");
	wrap_puts(wrap, life->dormant || life->liveness != PM_DORMANT
				? "."
				: "; the registration is old, and others use the port.");
}

/* Do the two stand for one service, under one name or several? */
static bool are_one(const struct entry *a, const struct entry *b)
{
	return a->row.first == b->row.first && a->row.last == b->row.last &&
	       (!strcmp(a->row.name, b->row.name) ||
		(*a->row.description && !strcmp(a->row.description, b->row.description)));
}

/* Has an entry before entry `i` that is one with it, so that it was told with that one? */
static bool was_told(const struct article *article, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (are_one(&article->entries[k], &article->entries[i]))
			return true;
	return false;
}

/* Of the entries that are one service, the first that names a person or a date. */
static void tell_who(struct article *article, size_t i)
{
	struct wrap *wrap = &article->wrap;
	const struct pm_registration *row = &article->entries[i].row;
	char words[256];

	for (size_t k = i + 1; k < article->assigned && !*row->registered && !*row->assignee; k++)
		if (are_one(&article->entries[i], &article->entries[k]) &&
		    (article->entries[k].row.transports & row->transports))
			row = &article->entries[k].row;
	if (*row->registered)
		wrap_printf(wrap, ", registered in %s",
			    date_words(row->registered, words, sizeof(words)));
	if (*row->assignee)
		wrap_printf(wrap, "%s by %s", *row->registered ? "" : ", registered",
			    person_words(row->assignee, words, sizeof(words)));
	wrap_puts(wrap, *row->registered ? "."
			: *row->assignee ? "; when, the registry does not tell."
					 : "; by whom and when, the registry does not tell.");
}

/* One service: its entries, of which entry `i` is the first. */
static void tell_service(struct article *article, size_t i)
{
	const struct entry *entry = &article->entries[i];
	const struct pm_registration *row = &entry->row;
	struct wrap *wrap = &article->wrap;
	uint8_t transports = row->transports;
	char words[40], ports[40];
	size_t names = 0;

	for (size_t k = i + 1; k < article->assigned; k++)
		if (are_one(entry, &article->entries[k]))
			transports |= article->entries[k].row.transports;
	wrap_paragraph(wrap, 0);
	wrap_printf(wrap, "IANA has %s %s for the service %s",
		    transport_words(transports, words, sizeof(words)),
		    port_words(row->first, row->last, ports, sizeof(ports)), row->name);
	if (*row->description && strcmp(row->description, row->name))
		wrap_printf(wrap, "(%s)", row->description);
	for (size_t k = i + 1; k < article->assigned; k++)
		if (are_one(entry, &article->entries[k]) &&
		    strcmp(article->entries[k].row.name, row->name))
			wrap_printf(wrap, "%s %s", names++ ? "," : ", also named",
				    article->entries[k].row.name);
	tell_who(article, i);
	tell_life(wrap, entry);
	if (*row->unauthorized)
		wrap_puts(wrap, "IANA knows of unauthorized use.");
	for (size_t k = i; k < article->assigned; k++)
		if (are_one(entry, &article->entries[k]) && article->entries[k].life.dormant)
			wrap_puts(wrap, article->entries[k].life.dormant->history);
}

/* Rows that assign nothing, or none at all. */
static void tell_nothing(struct article *article)
{
	const struct pm_topic *topic = article->topic;
	struct wrap *wrap = &article->wrap;
	char words[40];

	wrap_paragraph(wrap, 0);
	if (!article->count) {
		wrap_printf(wrap, "IANA has nothing registered at %s.",
			    port_words(topic->first, topic->last, words, sizeof(words)));
		return;
	}
	const struct pm_registration *row = &article->entries[0].row;
	wrap_printf(wrap, "IANA has given %s to no service: it is %s",
		    port_words(topic->first, topic->last, words, sizeof(words)),
		    pm_status_name(row->status));
	wrap_puts(wrap, *row->deassigned ? "(it was taken back)." : ".");
}

/* ---- the registration, field by field ----------------------------------------------------------
 */

static void tell_fields(struct article *article, const struct entry *entry)
{
	const struct pm_registration *row = &entry->row;
	struct wrap *wrap = &article->wrap;
	char words[512], ports[24] = "";
	struct pm_buf rows = {0};

	wrap_paragraph(wrap, INDENT);
	wrap_printf(wrap, "%s (%s)",
		    row->status != PM_ASSIGNED ? pm_status_name(row->status)
		    : *row->name	       ? row->name
					       : "no name",
		    transport_words(row->transports, words, sizeof(words)));
	if (row->first != row->last)
		snprintf(ports, sizeof(ports), "%u-%u", row->first, row->last);
	for (size_t i = 0; i < entry->count; i++)
		pm_buf_printf(&rows, "%s%u", i ? ", " : "",
			      pm_registry_row(article->report->registry, entry->rows[i]).row);
	wrap->word.failed |= rows.failed;
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "ports", ports);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "what", row->description);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "assignee",
		  person_words(row->assignee, words, sizeof(words)));
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "registered", row->registered);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "modified", row->modified);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "reference", row->reference);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "alias of", row->alias_of);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "historic", row->historic ? "yes" : "");
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "de-assigned", row->deassigned);
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "misuse", row->unauthorized);
	if (row->status == PM_ASSIGNED)
		wrap_fact(wrap, 2 * INDENT, VALUES_AT, "life",
			  pm_liveness_name(entry->life.liveness));
	wrap_fact(wrap, 2 * INDENT, VALUES_AT, "row", pm_buf_text(&rows));
	pm_buf_release(&rows);
}

static void tell_registry(struct article *article)
{
	const struct pm_registry *registry = article->report->registry;

	if (!article->count)
		return;
	wrap_paragraph(&article->wrap, 0);
	wrap_printf(&article->wrap, "In the registry (%s%s%s):", pm_registry_source(registry),
		    *pm_registry_date(registry) ? ", of " : "", pm_registry_date(registry));
	for (size_t i = 0; i < article->count; i++)
		tell_fields(article, &article->entries[i]);
}

/* ---- the number ---------------------------------------------------------------------------------
 */

static const char *const range_words[PM_RANGES] = {
	[PM_RANGE_SYSTEM] = "0 to 1023 are the system ports (RFC 6335): IANA gives them to "
			    "standards, and on Linux "
			    "a program needs a right (CAP_NET_BIND_SERVICE) to listen there, "
			    "unless the host has "
			    "lowered that limit.",
	[PM_RANGE_USER] = "1024 to 49151 are the user ports (RFC 6335): IANA gives them to whoever "
			  "asks for one "
			  "with a reason, and any user of the host may listen there.",
	[PM_RANGE_DYNAMIC] =
		"49152 to 65535 are the dynamic ports (RFC 6335): IANA gives them to nobody, on "
		"purpose, so that programs can take them for a moment or by agreement. That "
		"nothing is registered here says nothing.",
};

static void tell_number(struct article *article)
{
	const struct pm_topic *topic = article->topic;
	const struct pm_snapshot *snapshot = article->report->snapshot;
	struct wrap *wrap = &article->wrap;

	wrap_paragraph(wrap, 0);
	for (int range = (int)pm_range_of(topic->first); range <= (int)pm_range_of(topic->last);
	     range++)
		wrap_puts(wrap, range_words[range]);
	if (!topic->first)
		wrap_puts(wrap,
			  "No socket listens on port 0: a program that asks for it is given a "
			  "free port by the kernel.");
	if (article->assigned)
		wrap_puts(wrap, "A registration says who asked for the number, not what listens "
				"there: nothing enforces it.");
	if (snapshot->has_ephemeral && topic->first <= snapshot->ephemeral_last &&
	    topic->last >= snapshot->ephemeral_first)
		wrap_printf(
			wrap,
			"This host's kernel gives ports of %u to %u to programs that do not ask "
			"for a certain one, so a UDP socket here may be anybody's for a moment.",
			snapshot->ephemeral_first, snapshot->ephemeral_last);
}

/* ---- who is known ------------------------------------------------------------------------------
 */

static void tell_implementers(struct article *article)
{
	struct wrap *wrap = &article->wrap;
	size_t told = 0;

	if (!article->assigned)
		return;
	wrap_paragraph(wrap, 0);
	wrap_puts(wrap, "Known to implement it:");
	for (size_t i = 0; i < article->assigned; i++) {
		const char *name = article->entries[i].row.name;
		size_t count;
		const struct pm_implementer *rows =
			pm_implementers_of(article->report->knowledge, name, &count);
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = !strcmp(article->entries[k].row.name, name);
		for (size_t k = 0; k < count && !again; k++, told++) {
			wrap_line(wrap, INDENT, 2 * INDENT);
			wrap_printf(wrap, "%s (%s) implements %s [%s]", rows[k].program,
				    pm_kind_name(rows[k].kind), name, rows[k].source);
		}
	}
	if (!told)
		wrap_puts(wrap, "no program.");
}

static void tell_occupants(struct article *article)
{
	struct wrap *wrap = &article->wrap;
	size_t count, told = 0;
	const struct pm_occupant *rows = pm_occupants(article->report->knowledge, &count);

	if (article->assigned)
		wrap_line(wrap, 0, 0);
	else
		wrap_paragraph(wrap, 0);
	wrap_puts(wrap, "Known to sit here without being registered:");
	for (size_t i = 0; i < count; i++) {
		if (!topic_has_occupant(article->topic, &rows[i]))
			continue;
		told++;
		wrap_line(wrap, INDENT, 2 * INDENT);
		wrap_printf(wrap, "%s: %s (%s), %s", rows[i].what, rows[i].program,
			    pm_kind_name(rows[i].kind),
			    rows[i].transport == PM_TCP ? "TCP" : "UDP");
		if (rows[i].first != rows[i].last)
			wrap_printf(wrap, "%u-%u", rows[i].first, rows[i].last);
		wrap_printf(wrap, "[%s]", rows[i].source);
	}
	if (!told)
		wrap_puts(wrap, "nobody.");
}

/* ---- here, now ----------------------------------------------------------------------------------
 */

/* The value of a column, where it has one. */
static void tell_field(struct article *article, size_t i, const char *name, const char *before)
{
	struct pm_buf text = {0};

	pm_fields[pm_field_find(name, strlen(name))].text(article->report, i, &text);
	if (text.len)
		wrap_printf(&article->wrap, "%s%s", before, pm_buf_text(&text));
	article->wrap.word.failed |= text.failed;
	pm_buf_release(&text);
}

static void tell_listener(struct article *article, size_t i)
{
	const struct pm_report *report = article->report;
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	struct wrap *wrap = &article->wrap;
	struct pm_buf text = {0};

	wrap_line(wrap, INDENT, 2 * INDENT);
	wrap_printf(wrap, "%s:", pm_verdict_name(verdict->kind));
	pm_report_sentence(report, i, &text);
	wrap_puts(wrap, pm_buf_text(&text));
	wrap_line(wrap, 2 * INDENT, 2 * INDENT);
	tell_field(article, i, "protocol", "");
	tell_field(article, i, "local", "");
	tell_field(article, i, "exposure", ", exposure ");
	tell_field(article, i, "user", ", user ");
	tell_field(article, i, "flags", ", flagged ");
	for (size_t k = 0; k < verdict->reason_count; k++) {
		wrap_line(wrap, 2 * INDENT, 2 * INDENT);
		wrap_printf(wrap, "%s: %s (%s)", pm_rule_name(verdict->reasons[k].rule),
			    verdict->reasons[k].evidence, verdict->reasons[k].source);
	}
	wrap->word.failed |= text.failed;
	pm_buf_release(&text);
}

/* What to make of a verdict, and to do about it. */
static const char *const advice[PM_VERDICTS] = {
	[PM_VERDICT_UNKNOWN] = "There is no telling: who owns the listener could not be seen, for "
			       "the reason given.",
	[PM_VERDICT_IMPOSTOR] = "Yes, look at once: a name that fits the port, from a place where "
				"no honest program has "
				"its file.",
	[PM_VERDICT_MATCH] = "No: the owner is one of those that belong here.",
	[PM_VERDICT_KNOWN] = "Hardly: the owner is known to sit here, though IANA does not say so; "
			     "or it has the "
			     "right name, and only its file could be replaced by others than root.",
	[PM_VERDICT_EPHEMERAL] = "No: the kernel gave this port out by chance, and takes it back "
				 "when the socket closes.",
	[PM_VERDICT_MISMATCH] = "It is worth a look: the owner is not known to have to do with "
				"what is registered here. "
				"If you know the program and put it there, all is well; if not, "
				"find out who started "
				"it.",
	[PM_VERDICT_UNREGISTERED] = "It may be worth a look: nobody is registered here, and the "
				    "owner is not known to sit "
				    "here. If you know the program and put it there, all is well.",
};

static void tell_acceptances(struct article *article, const size_t *rows, size_t count)
{
	struct pm_buf row = {0};
	struct wrap *wrap = &article->wrap;

	for (size_t k = 0; k < count; k++) {
		pm_buf_clear(&row);
		pm_acceptance(article->report->snapshot, article->report->judgement, rows[k], &row);
		if (!row.len)
			continue;
		wrap_puts(wrap,
			  "With this row in a file of /etc/portmote/occupants.d (see portmote(8)) "
			  "it is known from then on:");
		wrap_verbatim(wrap, INDENT, pm_buf_text(&row));
		break;
	}
	wrap->word.failed |= row.failed;
	pm_buf_release(&row);
}

static void tell_worry(struct article *article, const size_t *rows, size_t count)
{
	const struct pm_judgement *judgement = article->report->judgement;
	struct wrap *wrap = &article->wrap;
	unsigned told = 0;

	wrap_paragraph(wrap, 0);
	wrap_puts(wrap, "Should you worry?");
	if (!count)
		wrap_puts(wrap,
			  article->report->snapshot->coverage.gap_count
				  ? "Nothing was seen to listen here, but not all could be seen."
				  : "No: nothing listens here.");
	for (size_t k = 0; k < count; k++) {
		enum pm_verdict_kind kind = judgement->verdicts[rows[k]].kind;

		if (!(told >> kind & 1))
			wrap_puts(wrap, advice[kind]);
		told |= 1u << kind;
	}
	tell_acceptances(article, rows, count);
}

static void tell_here(struct article *article)
{
	const struct pm_report *report = article->report;
	const struct pm_coverage *coverage = &report->snapshot->coverage;
	size_t *rows = calloc(report->snapshot->listener_count + 1, sizeof(*rows)), count = 0;

	if (!rows) {
		article->wrap.word.failed = true;
		return;
	}
	for (size_t i = 0; i < report->snapshot->listener_count; i++)
		if (pm_topic_has(article->topic, report->snapshot, i) &&
		    (!article->options->only ||
		     (article->options->only >> report->judgement->verdicts[i].kind & 1)))
			rows[count++] = i;
	wrap_paragraph(&article->wrap, 0);
	wrap_puts(&article->wrap, count ? "Here, now:" : "Here, now: nobody.");
	for (size_t k = 0; k < count; k++)
		tell_listener(article, rows[k]);
	for (size_t i = 0; i < coverage->gap_count; i++) {
		wrap_line(&article->wrap, INDENT, 2 * INDENT);
		wrap_printf(&article->wrap, "incomplete: %s %s (%zu): %s",
			    pm_gap_what_name(coverage->gaps[i].what),
			    pm_gap_why_name(coverage->gaps[i].why), coverage->gaps[i].count,
			    coverage->gaps[i].detail);
	}
	tell_worry(article, rows, count);
	free(rows);
}

/* The same question, put to the tools that every host has. */
static void tell_look(struct article *article)
{
	const struct pm_topic *topic = article->topic;
	bool tcp = topic->transports >> PM_TCP & 1, udp = topic->transports >> PM_UDP & 1;
	char ports[16], line[128];
	size_t len;

	if (!tcp && !udp)
		return;
	wrap_paragraph(&article->wrap, 0);
	wrap_puts(&article->wrap, "To look yourself, as root:");
	len = (size_t)snprintf(line, sizeof(line), "ss -%s%slpn ", tcp ? "t" : "", udp ? "u" : "");
	if (is_one_port(topic))
		snprintf(line + len, sizeof(line) - len, "'sport = :%u'", topic->first);
	else
		snprintf(line + len, sizeof(line) - len, "'sport >= :%u and sport <= :%u'",
			 topic->first, topic->last);
	wrap_verbatim(&article->wrap, INDENT, line);
	if (!topic->first)
		return; /* lsof(8) knows no port 0 */
	snprintf(ports, sizeof(ports), is_one_port(topic) ? "%u" : "%u-%u", topic->first,
		 topic->last);
	snprintf(line, sizeof(line), "lsof -nP%s%s%s%s%s", tcp ? " -iTCP:" : "", tcp ? ports : "",
		 tcp ? " -sTCP:LISTEN" : "", udp ? " -iUDP:" : "", udp ? ports : "");
	wrap_verbatim(&article->wrap, INDENT, line);
}

/* ---- the whole ----------------------------------------------------------------------------------
 */

static void tell(struct article *article)
{
	size_t told = 0;

	tell_title(article);
	if (!article->assigned)
		tell_nothing(article);
	for (size_t i = 0; i < article->assigned && told < ENTRIES_TOLD; i++)
		if (!was_told(article, i)) {
			tell_service(article, i);
			told++;
		}
	tell_number(article);
	tell_implementers(article);
	tell_occupants(article);
	tell_here(article);
	tell_registry(article);
	tell_look(article);
}

int article_print(const struct pm_report *report, const struct pm_report_options *options,
		  const struct pm_topic *topics, size_t count)
{
	bool failed = false;

	for (size_t i = 0; i < count && !failed; i++) {
		struct article article = {
			.report = report,
			.options = options,
			.topic = &topics[i],
			.wrap = {.out = options->out,
				 .width = options->width ? options->width : DEFAULT_WIDTH},
		};

		article.entries = topic_entries(article.topic, report->registry, report->knowledge,
						&article.count);
		while (article.entries && article.assigned < article.count &&
		       article.entries[article.assigned].row.status == PM_ASSIGNED)
			article.assigned++;
		if (i)
			fputc('\n', options->out);
		if (article.entries)
			tell(&article);
		failed = wrap_end(&article.wrap) < 0 || !article.entries;
		free(article.entries);
	}
	return failed ? -ENOMEM : ferror(options->out) ? -EIO : 0;
}
