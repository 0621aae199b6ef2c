/*
 * registry: what IANA says of a port, and which programs are known to implement what it names, or
 * to sit there without being named.
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
const char *pm_transport_name(enum pm_transport transport); /* "tcp" */

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
	const char *assignee;	/* "[Morten_Mertner]": ids of IANA's, see pm_person_name() */
	const char *contact;	/* as assignee */
	const char *registered; /* date as IANA writes it: "2002-11" or "2014-01-14" */
	const char *modified;
	const char *reference;	  /* "[RFC4253]" */
	const char *code;	  /* service code (DCCP) */
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
 * fine; columns are found by their header names, of today or of 2014, in any order, further ones
 * are ignored; rows without port number are left out; the remarks of IANA's editors are taken out
 * of the descriptions of services) into a new registry, freed by pm_registry_free(). `name` stands
 * in sentences and as the registry's source, and is copied. A file of a header alone is a registry
 * without rows: see pm_registry_check().
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
 * Takes out of a description of `len` bytes, its white space folded, the remarks of IANA's editors
 * ("IANA assigned this well-formed service name as a replacement for ..."), in place; returns what
 * is left, folded. All parsed descriptions of services are so already; what a remark states (an
 * alias, a name that is historic) is in the row's other fields.
 */
size_t pm_remarks_cut(char *text, size_t len);

/*
 * Is this a whole IANA registry: at least 5,000 rows with ports, among them some that are known,
 * from ssh on 22/tcp to iqobject on 48619/tcp, and at most 32 ports below the dynamic ones of which
 * no row speaks? 0, or -EBADMSG with the sentence. A file that was cut, or in which a stray quote
 * swallowed its rows, must not pass as "nothing is registered".
 */
int pm_registry_check(const struct pm_registry *registry, struct pm_error *err);

/* Where it is from: "built in", or the `name` given to pm_registry_parse(). */
const char *pm_registry_source(const struct pm_registry *registry);

/*
 * How new it is, as text ("2014-04-10"): the latest registration or modification date in it; of the
 * built-in one, the latest date of its origins. "" when there is none.
 */
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

/*
 * The first row from index `from` on that assigns ports to the service `name`, or
 * pm_registry_rows(). Names are compared without regard to case (RFC 6335, section 5.1).
 */
uint32_t pm_registry_next(const struct pm_registry *registry, const char *name, uint32_t from);

/* What the built-in registry was put together from; see registry/iana/PROVENANCE.md. */
struct pm_origin {
	const char *what; /* "names and descriptions" */
	const char *date; /* of the source's newest fact, "2026-09-17" */
	const char *source;
};
const struct pm_origin *pm_registry_origins(size_t *ret_count);

/* How one registry differs from an earlier one at a run of ports, the same all along it. */
enum pm_change_kind {
	PM_CHANGE_NEW,	      /* a name where there was none */
	PM_CHANGE_RENAMED,    /* other names than before */
	PM_CHANGE_DEASSIGNED, /* no name any more */
	PM_CHANGES,
};
const char *pm_change_name(enum pm_change_kind kind); /* "de-assigned" */

struct pm_change {
	enum pm_change_kind kind;
	uint16_t first, last;
	uint8_t transports; /* bit 1 << enum pm_transport */
};

/* All changes from `before` to `after`, by port: an array to be freed with free(3). 0 or -ENOMEM. */
int pm_registry_compare(const struct pm_registry *before, const struct pm_registry *after,
			struct pm_change **ret, size_t *ret_count);

/* ---- knowledge: which programs are known where ------------------------------------- */

/* What the name of a program is taken from. */
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
const char *pm_kind_name(enum pm_kind kind); /* "exe" */

/* `program` implements `service`: a row of registry/implementers.csv, or of a local file. */
struct pm_implementer {
	const char *service; /* name in the registry */
	const char *program; /* basename without version and architecture */
	const char *source;  /* the shipped default that says so */
	const char *file;    /* "implementers.csv", or the path of a local file */
	enum pm_kind kind;
	uint32_t row; /* row of that file, the header being row 1 */
};

/*
 * `program` sits at these ports, which IANA gave to another service or to nobody: a row of
 * registry/occupants.csv, or of a local file.
 */
enum { PM_RESERVED_FIRST = 512 }; /* of what bindresvport(3) gives */
struct pm_occupant {
	const char *program;
	const char *what;   /* "Grafana" */
	const char *source; /* as above */
	const char *file;
	uint16_t first, last; /* where any: 0, or PM_RESERVED_FIRST, to 65535 */
	bool any;	      /* takes whatever port of these it is given */
	enum pm_transport transport;
	enum pm_kind kind;
	uint32_t row;
};

/* A registration without known living implementation: a row of registry/dormant.csv. */
struct pm_dormant {
	const char *service;
	const char *history; /* what is known of it, in sentences */
	const char *source;
	uint32_t row;
};

/* A row of a distribution's /etc/services: of registry/etc-services.csv. */
struct pm_listing {
	const char *service;
	const char *source;
	uint16_t port;
	enum pm_transport transport;
	uint32_t row;
};

/*
 * The tables, each sorted: implementers by service, program (as bytes), kind; occupants by any,
 * first, last, transport, program, kind; dormant and listings by service (, port, transport). The
 * build refuses a table that is not in that order or has a row twice, an empty field, an unknown
 * word, or a service that the registry assigns no port to.
 */
struct pm_knowledge;

/* What was compiled in. */
const struct pm_knowledge *pm_knowledge_builtin(void);

/* The tables that a local file can add to. */
enum pm_table { PM_TABLE_IMPLEMENTERS, PM_TABLE_OCCUPANTS };

/* What was compiled in, to be added to; freed by pm_knowledge_free(). NULL: out of memory. */
struct pm_knowledge *pm_knowledge_new(void);
void pm_knowledge_free(struct pm_knowledge *knowledge);

/*
 * Add the rows of a file in the form of registry/implementers.csv or registry/occupants.csv, in any
 * order. `name` stands in sentences and as the rows' file; `registry` is the one in force.
 *
 * -EBADMSG, with file, row and line: what pm_registry_parse() says of malformed CSV; an empty
 * field, one with a space at its end or a byte outside of the alphabet of pm_escape(); an unknown
 * kind or transport, a bad port; a service without port in `registry`; a row that is there twice.
 * -EFBIG, -ENOMEM. Nothing is added then.
 */
int pm_knowledge_add(struct pm_knowledge *knowledge, enum pm_table table, const char *name,
		     const void *bytes, size_t len, const struct pm_registry *registry,
		     struct pm_error *err);

/* The files that were added, in that order; they belong to the knowledge. */
struct pm_knowledge_file {
	const char *name;
	enum pm_table table;
	size_t rows;
};
const struct pm_knowledge_file *pm_knowledge_files(const struct pm_knowledge *knowledge,
						   size_t *ret_count);

/*
 * Whom an id of IANA's stands for ("Stuart_Cheshire_4"), of `len` bytes, by IANA's list of people;
 * in ASCII. NULL: the list has it not.
 */
const char *pm_person_name(const struct pm_knowledge *knowledge, const char *id, size_t len);

/* Which table a file is for: its header has a column "port" (occupants) or has none. */
enum pm_table pm_table_of(const void *bytes, size_t len);

/* All rows of a table; they belong to the knowledge. */
const struct pm_implementer *pm_implementers(const struct pm_knowledge *knowledge,
					     size_t *ret_count);
const struct pm_occupant *pm_occupants(const struct pm_knowledge *knowledge, size_t *ret_count);
const struct pm_dormant *pm_dormants(const struct pm_knowledge *knowledge, size_t *ret_count);
const struct pm_listing *pm_listings(const struct pm_knowledge *knowledge, size_t *ret_count);

/*
 * The index of the first occupant from index `from` on that names `port`, alone or in a range and
 * not by "any"; the number of all where there is none.
 */
size_t pm_occupants_next(const struct pm_knowledge *knowledge, uint16_t port, size_t from);

/* The rows of one service: the first of `*ret_count` that stand side by side. */
const struct pm_implementer *pm_implementers_of(const struct pm_knowledge *knowledge,
						const char *service, size_t *ret_count);

/* The row that says that `program` of this `kind` implements `service`, or NULL. */
const struct pm_implementer *pm_implementer_find(const struct pm_knowledge *knowledge,
						 const char *service, const char *program,
						 enum pm_kind kind);

/* Is the row of a file that was added to what is compiled in: the machine's own word? */
bool pm_occupant_is_local(const struct pm_knowledge *knowledge, const struct pm_occupant *row);

/* The row that says that `program` sits on this port, one that says "any" only else; or NULL. */
const struct pm_occupant *pm_occupant_find(const struct pm_knowledge *knowledge,
					   enum pm_transport transport, uint16_t port,
					   const char *program, enum pm_kind kind);

/* ---- life: how alive a registration looks ------------------------------------------ */

/*
 * By these rules, in this order, from facts alone:
 *
 * - in use: a program is known to implement it;
 * - dormant: a row of dormant.csv says so;
 * - documented: an RFC is its reference, or a distribution's /etc/services lists it;
 * - no known implementation: none of these.
 *
 * Neither age nor others at its ports make it dormant: many an old service lives on hosts where no
 * occupant comes. Rows at the same ports with the same description are one service under several
 * names.
 */
enum pm_liveness { PM_IN_USE, PM_DOCUMENTED, PM_NO_IMPLEMENTATION, PM_DORMANT, PM_LIVENESSES };
const char *pm_liveness_name(enum pm_liveness liveness); /* "no known implementation" */

/* The facts, and what the rules make of them. */
struct pm_life {
	enum pm_liveness liveness;
	size_t implementers; /* programs known to implement it */
	size_t occupants;    /* others known to sit at its ports */
	bool has_rfc, is_listed, is_misused;
	bool is_old; /* registered ten years or more before the registry's date */
	const struct pm_dormant *dormant; /* or NULL */
};

/* Of row `index`, which must be assigned to a name. */
struct pm_life pm_life_of(const struct pm_registry *registry, const struct pm_knowledge *knowledge,
			  uint32_t index);

#endif
