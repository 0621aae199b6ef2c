/*
 * registry: what IANA says of a port, and which programs are known to implement what it names.
 *
 * The tables that a build compiles from registry/ are constant and sorted: nothing is parsed or
 * found at start. A registry read from a file at run time goes through the same parser into the
 * same form. All text in either is in the alphabet of pm_escape(), with every run of white space
 * (line breaks too) folded to one space.
 *
 * Sources: IANA "Service Name and Transport Protocol Port Number Registry", its CSV form; RFC 6335
 * for what the columns mean.
 */
#ifndef PORTMOTE_REGISTRY_H
#define PORTMOTE_REGISTRY_H

#include <portmote/base.h>

enum pm_transport { PM_TCP, PM_UDP, PM_SCTP, PM_DCCP, PM_TRANSPORTS };

/*
 * What a row says of its ports (RFC 6335, section 6 and 8.2). The CSV has no column for it:
 *
 * - a row with a name is assigned, unless its notes say "de-assigned" or its whole description is
 *   a word such as "De-registered";
 * - one without is de-assigned when its description begins so, or its notes say anywhere that it
 *   was removed, de-registered, deprecated or withdrawn; unassigned when its description begins
 *   with that word; and reserved in all other cases ("any private mail system").
 */
enum pm_status {
	PM_ASSIGNED,   /* to the service `name` */
	PM_RESERVED,   /* not to be assigned */
	PM_UNASSIGNED, /* free to be applied for */
	PM_DEASSIGNED, /* was assigned once, is no longer */
	PM_STATUSES,
};

/* The status as a word: "assigned", "reserved", "unassigned", "de-assigned". */
const char *pm_status_name(enum pm_status status);

/* One row. Text the row does not have is "", never NULL. All text belongs to the registry. */
struct pm_registration {
	const char *name; /* service name; "" unless PM_ASSIGNED */
	const char *description;
	const char *assignee;
	const char *registered; /* date as IANA writes it: "2002-11" or "2014-01-14" */
	const char *modified;
	const char *reference;	  /* "[RFC4253]" */
	const char *unauthorized; /* known unauthorized use */
	const char *alias_of;	  /* service name that this one is an alias of */
	const char *deassigned;	  /* date or time span as the notes say it, else `modified` */
	uint16_t first, last;	  /* the ports, both included */
	uint8_t transports; /* bit 1 << enum pm_transport; no transport in the CSV: TCP and UDP */
	enum pm_status status;
	bool historic;
	uint32_t row; /* row of the CSV file, counted as RFC 4180 records, the header being row 1 */
};

struct pm_registry;

/* The registry that was compiled in. */
const struct pm_registry *pm_registry_builtin(void);

/* Limits of a registry file; beyond them it is refused. */
#define PM_REGISTRY_FILE_MAX  (16u << 20)
#define PM_REGISTRY_FIELD_MAX (64u << 10)

/*
 * Parse IANA's CSV form (RFC 4180, strictly; BOM, CRLF, lone CR and a missing last line break are
 * fine; columns are found by their header names, further ones are ignored; rows without port number
 * are left out) into a new registry, freed by pm_registry_free(). `name` stands in sentences and as
 * the registry's source, and is copied. A file of a header alone is a registry without rows: see
 * pm_registry_check().
 *
 * -EBADMSG with one sentence that names `name`, the row and the line on which it begins: malformed
 * CSV, missing or repeated column, wrong number of fields, blank line, NUL in a field, field above
 * PM_REGISTRY_FIELD_MAX, bad port or range (also one with spaces around it), unknown transport; or
 * names `name` alone: ranges that overlap a million times. -EFBIG: more than PM_REGISTRY_FILE_MAX
 * bytes. -ENOMEM.
 */
int pm_registry_parse(const char *name, const void *bytes, size_t len, struct pm_registry **ret,
		      struct pm_error *err);
void pm_registry_free(struct pm_registry *registry);

/*
 * Is this a whole IANA registry: at least 5,000 rows with ports, and ssh on 22/tcp, http on 80/tcp
 * and https on 443/tcp among them? 0, or -EBADMSG with the sentence. A file that was cut, or in
 * which a stray quote swallowed its rows, must not pass as "nothing is registered".
 */
int pm_registry_check(const struct pm_registry *registry, struct pm_error *err);

/* Where it is from: "built in", or the `name` given to pm_registry_parse(). */
const char *pm_registry_source(const struct pm_registry *registry);

/* Latest registration or modification date in it, as text ("2014-04-10"); "" when there is none. */
const char *pm_registry_date(const struct pm_registry *registry);

/* Number of rows; they are numbered from 0, in order of (first, last, transports, row). */
size_t pm_registry_rows(const struct pm_registry *registry);

/* One row, as a view. `index` must be below pm_registry_rows(). */
struct pm_registration pm_registry_row(const struct pm_registry *registry, uint32_t index);

/*
 * All rows that speak of `port` on `transport`, ranges included: sets `*ret_rows` to their indexes,
 * which belong to the registry, and returns how many. Assigned rows come first, then the others,
 * ascending within both.
 */
size_t pm_registry_at(const struct pm_registry *registry, enum pm_transport transport,
		      uint16_t port, const uint32_t **ret_rows);

/* ---- knowledge: which program implements which service ----------------------------------------
 */

enum pm_kind {
	PM_KIND_EXE,
	PM_KIND_SCRIPT,
	PM_KIND_MODULE,
	PM_KIND_JAR,
	PM_KIND_CLASS,
	PM_KIND_UNIT,
	PM_KIND_KERNEL,
	PM_KINDS,
};

const char *pm_kind_name(enum pm_kind kind);

/* One row of registry/implementers.csv. */
struct pm_implementer {
	const char *service; /* name in the registry */
	const char *program; /* basename without version and architecture */
	const char *source;  /* the shipped default that says so */
	enum pm_kind kind;
	uint32_t row; /* row of the CSV file, the header being row 1 */
};

/* The row that says that `program` of this `kind` implements `service`, or NULL. */
const struct pm_implementer *pm_implementer_find(const char *service, const char *program,
						 enum pm_kind kind);

/*
 * All rows, sorted by service, program (as bytes) and kind (in the order above). The build refuses
 * a table that is not in that order or has a row twice, an empty field, an unknown kind, or a
 * service that the registry assigns no port to.
 */
const struct pm_implementer *pm_implementers(size_t *ret_count);

#endif
