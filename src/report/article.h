/*
 * article: what is known of some ports, as an entry of an encyclopedia would tell it. article.c has
 * the whole; each part that it tells is a function of its own.
 */
#ifndef REPORT_ARTICLE_H
#define REPORT_ARTICLE_H

#include "topic.h"
#include "worry.h"
#include "wrap.h"

enum { ARTICLE_INDENT = 2 };

/* The listeners that are at the ports, worst first. */
struct here {
	struct here_row {
		size_t listener;
		enum worry_level level;
	} *rows;
	size_t count, reasons_told;
};

struct article {
	const struct pm_report *report;
	const struct pm_report_options *options;
	const struct pm_topic *topic;
	struct entry *entries;
	size_t count, assigned; /* assigned ones come first */
	struct here here;
	struct wrap wrap;
};

int article_print(const struct pm_report *report, const struct pm_report_options *options,
		  const struct pm_topic *topics, size_t count);

/* article_registry.c: title, services and their life; each row, field by field. */
void tell_title(struct article *article);
void tell_services(struct article *article);
void tell_registry(struct article *article);

/* article_known.c: which programs are known at these ports. */
void tell_known(struct article *article);

/*
 * article_here.c: who holds them here, now, and whether that is worth a look; where many do, the
 * rest of them. -1: out of memory.
 */
int find_here(struct article *article);
void tell_here(struct article *article);
void tell_rest(struct article *article);

/* article_words.c: "TCP and UDP"; "port 3643"; "November 2002" for "2002-11". */
const char *transport_words(uint8_t transports, char *buf, size_t size);
const char *port_words(uint16_t first, uint16_t last, char *buf, size_t size);
const char *date_words(const char *date, char *buf, size_t size);

#endif
