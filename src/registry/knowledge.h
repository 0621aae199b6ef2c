/*
 * knowledge: the tables of registry/ besides IANA's, in memory; all of one form, so that one
 * reader, one order and one search serve them.
 */
#ifndef REGISTRY_KNOWLEDGE_H
#define REGISTRY_KNOWLEDGE_H

#include "csvfile.h"

/* Tables that no local file can add to go on where enum pm_table ends. */
enum {
	PM_TABLE_DORMANT = PM_TABLE_OCCUPANTS + 1,
	PM_TABLE_LISTINGS,
	PM_TABLE_ORIGINS,
	PM_TABLE_PEOPLE,
	PM_TABLES,
};

/* Whom an id of IANA's stands for: a row of registry/iana/people.csv. */
struct pm_person {
	const char *id, *name;
};

struct pm_rows {
	void *items; /* sorted, of the size that pm_tables[] tells */
	size_t count, room;
};

struct pm_knowledge {
	struct pm_rows rows[PM_TABLES];
	struct pm_knowledge_file *files; /* that were added to what was compiled in */
	size_t file_count, file_room;
	uint32_t *ranges; /* indexes of the occupants of more than one port, ascending */
	size_t range_count;
	struct pm_arena text;
};

enum { PM_TABLE_COLUMNS_MAX = 6 };

/* One kind of table. */
struct pm_table_form {
	struct pm_csv_column columns[PM_TABLE_COLUMNS_MAX];
	size_t column_count;
	size_t size; /* of a row in memory */

	/* Make a row of the `text` of its columns, which stays; 0 or -EBADMSG with the sentence. */
	int (*take)(const char *const text[], const char *file, const struct pm_csv_row *at,
		    void *ret, struct pm_error *err);
	int (*compare)(const void *a, const void *b);
	const char *(*service_of)(const void *row); /* must be registered; NULL: names none */
};
extern const struct pm_table_form pm_tables[PM_TABLES];

/*
 * Read one table; see pm_knowledge_add(). `file` is what its rows name. `sorted`: a row out of
 * order is refused. After -errno the rows that came before the fault have been added.
 */
int pm_knowledge_read(struct pm_knowledge *knowledge, int table, const char *name, const char *file,
		      const void *bytes, size_t len, const struct pm_registry *registry,
		      bool sorted, struct pm_error *err);
void pm_knowledge_release(struct pm_knowledge *knowledge);

#endif
