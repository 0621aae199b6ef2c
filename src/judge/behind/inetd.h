/* inetd: addresses and ports as the files of inetd(8) and xinetd(8) have them; inetd.c. */
#ifndef JUDGE_INETD_H
#define JUDGE_INETD_H

#include "claim.h"

struct text {
	const char *at;
	size_t len;
};

static inline bool text_is(struct text text, const char *word)
{
	return text.len == strlen(word) && !memcmp(text.at, word, text.len);
}

enum { TEXTS_MAX = 64 };

/* The words of a line, apart by white space; their number, at most TEXTS_MAX. */
size_t text_split(struct text line, struct text ret[TEXTS_MAX]);

/* Is this the port of a service by name or number? */
bool inetd_is_port(const struct trial *trial, struct text service);

/* "tcp", "udp6", "tcp46": is it the listener's? */
bool inetd_is_protocol(const struct trial *trial, struct text protocol);

/* Is it bound to this address? Of none, and of "*", to all. PM_UNKNOWN: it is a name. */
enum pm_known inetd_is_address(const struct trial *trial, struct text address);

/* Is the file one that the process reads? */
bool inetd_reads(const struct pm_config *config, const struct pm_process *process);

/*
 * What a server and its arguments, the name that it is called by left out, come to in the end.
 * `is_certain`: it is this one that listens there.
 */
void inetd_tell(struct trial *trial, const struct pm_config *config, struct text server,
		struct text arguments, bool is_certain, struct behind *ret);

/* Has the file that form? */
bool config_is_inetds(const struct pm_config *config);
bool config_is_xinetds(const struct pm_config *config);

#endif
