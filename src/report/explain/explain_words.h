/* explain_words: numbers and keys of the registry, in words. */
#ifndef REPORT_EXPLAIN_WORDS_H
#define REPORT_EXPLAIN_WORDS_H

#include <portmote/report.h>

/* "TCP and UDP"; "port 3643"; "November 2002" for "2002-11". */
const char *transport_words(uint8_t transports, char *buf, size_t size);
const char *port_words(uint16_t first, uint16_t last, char *buf, size_t size);
const char *date_words(const char *date, char *buf, size_t size);

/* The names of "[Some_Body][Some_Body_2]", by IANA's list of people where that has them. */
void person_words(const struct pm_knowledge *knowledge, const char *people, struct pm_buf *ret);

#endif
