/*
 * report: a snapshot with its labels and verdicts, in a form for people or for programs. One table
 * of fields drives columns, headers, help and JSON keys; one table of formats names the forms.
 */
#ifndef PORTMOTE_REPORT_H
#define PORTMOTE_REPORT_H

#include <portmote/diff.h>
#include <portmote/policy.h>

struct pm_report {
	const struct pm_snapshot *snapshot;
	const struct pm_registry *registry;
	const struct pm_knowledge *knowledge;
	const struct pm_label *labels;
	const struct pm_judgement *judgement;
	const struct pm_fail_on *fail_on; /* what counts as a finding */
	const struct pm_policy *policy;	  /* with `check`: NULL where none is held to one */
	const struct pm_check *check;
};

/* That of it which a policy is learned from. */
static inline struct pm_judged pm_report_judged(const struct pm_report *report)
{
	return (struct pm_judged){report->snapshot, report->registry, report->labels,
				  report->judgement};
}

struct pm_report_options {
	FILE *out;
	const size_t *columns; /* indexes in pm_fields[], NULL: pm_default_columns */
	size_t column_count;
	unsigned only; /* verdicts to be listed, bits; 0: all */
	size_t width;  /* of the terminal, for prose; 0: no terminal, 80 */
	bool header, color, verbose;
	bool sealed; /* json: with a checksum, see pm_snapshot_seal() */
};

/* Two reports held against each other. */
struct pm_comparison {
	const struct pm_report *before; /* NULL: there was none, and `after` is recorded */
	const struct pm_report *after;
	const struct pm_diff *diff; /* NULL where `before` is */
	/* The file in which `after` is recorded for the next time, escaped, or NULL. */
	const char *state;
};

/* What a field is as JSON. */
enum pm_field_kind {
	PM_FIELD_TEXT,	 /* its text; null where that is empty */
	PM_FIELD_NUMBER, /* its number; null where it is unknown */
	PM_FIELD_OBJECT, /* anything else */
	PM_FIELD_COLUMN, /* nothing: other keys say it */
};

/* What a row of text that stands for several listeners has in a column. */
enum pm_field_fold {
	PM_FOLD_FIRST,	   /* what the first has: they all have the same, or it stands for them */
	PM_FOLD_ADDRESSES, /* all of them, where they are few */
	PM_FOLD_WORKERS,   /* how many processes own them */
};

/* One fact about a listener: a column of text, a key of JSON, or both. */
struct pm_field {
	const char *name;   /* column for -o, and JSON key of a listener */
	const char *header; /* NULL: JSON only */
	const char *help;
	enum pm_field_kind kind;
	/* The text of listener `i`, added to `ret`; nothing where it is unknown. NULL only for a
	 * number that is written in decimal: pm_field_text() has it of each. */
	void (*text)(const struct pm_report *report, size_t i, struct pm_buf *ret);
	/* PM_FIELD_NUMBER: false where it is unknown. */
	bool (*number)(const struct pm_report *report, size_t i, uint64_t *ret);
	/* PM_FIELD_OBJECT: a new reference; NULL: no memory. */
	struct json_t *(*object)(const struct pm_report *report, size_t i);
	bool right; /* numbers stand to the right */
	enum pm_field_fold fold;
};

extern const struct pm_field pm_fields[];
extern const size_t pm_field_count;

/* Index of the column `name` of `len` bytes, or -ENOENT. */
int pm_field_find(const char *name, size_t len);

/* The text of listener `i` in the column, added to `ret`; nothing where it is unknown. */
void pm_field_text(const struct pm_field *field, const struct pm_report *report, size_t i,
		   struct pm_buf *ret);

/* A run of ports to be explained, on some transports. */
struct pm_topic {
	uint16_t first, last;
	uint8_t transports; /* bit 1 << enum pm_transport */
};
#define PM_ALL_TRANSPORTS ((1u << PM_TRANSPORTS) - 1)

/* Does listener `i` belong to the topic? */
bool pm_topic_has(const struct pm_topic *topic, const struct pm_snapshot *snapshot, size_t i);

/* Is anything known of it: a row of the registry, an occupant, a listener here? */
bool pm_topic_is_known(const struct pm_topic *topic, const struct pm_report *report);

struct pm_format {
	const char *name;
	const char *help;
	bool has_gaps; /* what could not be seen stands in it */
	/* Write the whole report. 0; -ENOMEM; -EIO or another errno of writing. */
	int (*print)(const struct pm_report *report, const struct pm_report_options *options);
	/* Write all that is known of some ports, for `portmote explain`; NULL: it has no form for
	 * that. */
	int (*explain)(const struct pm_report *report, const struct pm_report_options *options,
		       const struct pm_topic *topics, size_t count);
	/* Write what registry and knowledge are in use; of `report`, the rest is not looked at. Or
	 * NULL. */
	int (*registry)(const struct pm_report *report, const struct pm_report_options *options);
	/* Write what changed. */
	int (*diff)(const struct pm_comparison *comparison,
		    const struct pm_report_options *options);
};

extern const struct pm_format pm_formats[];
extern const size_t pm_format_count;
const struct pm_format *pm_format_find(const char *name);

/* The most bytes that a snapshot's file can have. */
#define PM_SNAPSHOT_FILE_MAX ((size_t)256 << 20)

/*
 * The snapshot that the format "json" wrote as an audit's report, portmote-snapshot(5). Labels and
 * verdicts in it are not looked at, nor are unknown keys. Users, containers and namespaces have
 * their names already. `path` is for the sentence, which names the place in the document:
 * "FILE: listeners[3].port: not within 0 to 65535".
 *
 * 0; -EINVAL for what is cut short, malformed, out of range, not in the alphabet of pm_escape(), a
 * part of a report, or of a newer version; -ENOMEM. `ret` is empty then; release it in any case.
 */
int pm_snapshot_read(const char *path, const char *bytes, size_t len, struct pm_snapshot *ret,
		     struct pm_error *err);

/*
 * The same, and what the report said that IANA had at the port of each listener, as
 * pm_label_registered_to() has it: an array to be freed, of text that is the snapshot's.
 */
int pm_snapshot_read_registered(const char *path, const char *bytes, size_t len,
				struct pm_snapshot *ret, const char ***ret_registered,
				struct pm_error *err);

/*
 * Does a snapshot end in its checksum? 1: yes, and it is right (SHA-256 of all bytes before it, by
 * the last member, "checksum"); 0: it has none; -EINVAL: a wrong one.
 */
int pm_snapshot_seal(const char *bytes, size_t len);

/*
 * "3643 registered to AudioJuggler, owned by pid 812 /usr/bin/foo": the listener in one sentence,
 * added to `ret`.
 */
void pm_report_sentence(const struct pm_report *report, size_t i, struct pm_buf *ret);

/*
 * "opened: tcp 0.0.0.0:3643, mismatch: 3643 registered to AudioJuggler, owned by pid 812
 * /usr/bin/foo": the difference number `k` in one line without its end, added to `ret`.
 */
void pm_report_difference(const struct pm_comparison *comparison, size_t k, struct pm_buf *ret);

/*
 * What the registry has at the port of each listener, as pm_label_registered_to(): an array to be
 * freed, of text that is the arena's. 0 or -ENOMEM.
 */
int pm_report_registered(const struct pm_report *report, struct pm_arena *arena, const char ***ret);

/*
 * What `after`, imported in the place of `before`, changes: how many names are new, renamed and
 * de-assigned, a run of ports counting once; with `list` also each, a line for each. Added to
 * `ret`. 0 or -ENOMEM.
 */
int pm_report_changes(const struct pm_registry *before, const struct pm_registry *after, bool list,
		      struct pm_buf *ret);

/* "built in, 14123 rows, the latest dated 2026-09-17", added to `ret`. */
void pm_report_registry(const struct pm_registry *registry, struct pm_buf *ret);

/* A network namespace: its label, else "net:[4026531840]". Added to `ret`. */
void pm_report_netns(const struct pm_netns *netns, struct pm_buf *ret);

/* Seconds since 1970 as RFC 3339, UTC ("2026-09-14T03:10:00Z"), added to `ret`. */
void pm_report_time(int64_t seconds, struct pm_buf *ret);

#endif
