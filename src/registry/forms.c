/* The kinds of tables: their columns, what a row is made of, and in which order rows stand. */
#include "knowledge.h"

#include <errno.h>

static const char *const kind_names[PM_KINDS] = {
	[PM_KIND_EXE] = "exe",	     [PM_KIND_SCRIPT] = "script", [PM_KIND_MODULE] = "module",
	[PM_KIND_JAR] = "jar",	     [PM_KIND_CLASS] = "class",	  [PM_KIND_UNIT] = "unit",
	[PM_KIND_KERNEL] = "kernel",
};

const char *pm_kind_name(enum pm_kind kind)
{
	return kind_names[kind];
}

static int take_kind(const char *word, const struct pm_csv_row *at, enum pm_kind *ret,
		     struct pm_error *err)
{
	for (unsigned i = 0; i < PM_KINDS; i++) {
		*ret = (enum pm_kind)i;
		if (!strcmp(pm_kind_name(*ret), word))
			return 0;
	}
	return pm_csv_refuse(at, err, "unknown kind \"%s\"", word);
}

/* One of the first `count` transports. */
static int form_take_transport(const char *word, unsigned count, const struct pm_csv_row *at,
			       enum pm_transport *ret, struct pm_error *err)
{
	for (unsigned i = 0; i < count; i++) {
		*ret = (enum pm_transport)i;
		if (!strcmp(pm_transport_name(*ret), word))
			return 0;
	}
	return pm_csv_refuse(at, err, "unknown transport \"%s\"", word);
}

static int take_ports(const char *word, const struct pm_csv_row *at, uint16_t *ret_first,
		      uint16_t *ret_last, struct pm_error *err)
{
	if (pm_parse_ports(word, strlen(word), ret_first, ret_last) < 0 || !*ret_first)
		return pm_csv_refuse(at, err, "bad port number or range \"%s\"", word);
	return 0;
}

static int take_implementer(const char *const text[], const char *file, const struct pm_csv_row *at,
			    void *ret, struct pm_error *err)
{
	struct pm_implementer row = {.service = text[0],
				     .program = text[1],
				     .source = text[3],
				     .file = file,
				     .row = at->row};
	int r = take_kind(text[2], at, &row.kind, err);

	*(struct pm_implementer *)ret = row;
	return r;
}

/* Ports that a program does not choose: any; or also those that bindresvport(3) gives. */
static bool take_unchosen(const char *text, struct pm_occupant *row)
{
	bool is_reserved = !strcmp(text, "any-reserved");

	row->any = is_reserved || !strcmp(text, "any");
	row->first = is_reserved ? PM_RESERVED_FIRST : 0;
	row->last = UINT16_MAX;
	return row->any;
}

static int take_occupant(const char *const text[], const char *file, const struct pm_csv_row *at,
			 void *ret, struct pm_error *err)
{
	struct pm_occupant row = {.program = text[2],
				  .what = text[4],
				  .source = text[5],
				  .file = file,
				  .row = at->row};
	int r = take_unchosen(text[0], &row) ? 0
					     : take_ports(text[0], at, &row.first, &row.last, err);

	if (r < 0)
		return r;
	r = form_take_transport(text[1], PM_UDP + 1, at, &row.transport, err);
	if (r < 0)
		return r;
	r = take_kind(text[3], at, &row.kind, err);
	*(struct pm_occupant *)ret = row;
	return r;
}

static int take_dormant(const char *const text[], const char *file, const struct pm_csv_row *at,
			void *ret, struct pm_error *err)
{
	(void)file;
	(void)err;
	*(struct pm_dormant *)ret = (struct pm_dormant){
		.service = text[0], .history = text[1], .source = text[2], .row = at->row};
	return 0;
}

static int take_listing(const char *const text[], const char *file, const struct pm_csv_row *at,
			void *ret, struct pm_error *err)
{
	struct pm_listing row = {.service = text[0], .source = text[3], .row = at->row};
	uint16_t last = 0;
	int r = take_ports(text[1], at, &row.port, &last, err);

	(void)file;
	if (r < 0)
		return r;
	r = form_take_transport(text[2], PM_TRANSPORTS, at, &row.transport, err);
	*(struct pm_listing *)ret = row;
	return r;
}

static int take_origin(const char *const text[], const char *file, const struct pm_csv_row *at,
		       void *ret, struct pm_error *err)
{
	(void)file;
	(void)at;
	(void)err;
	*(struct pm_origin *)ret =
		(struct pm_origin){.what = text[0], .date = text[1], .source = text[2]};
	return 0;
}

/* ---- order ------------------------------------------------------------------------- */

static int compare_implementers(const void *a, const void *b)
{
	const struct pm_implementer *x = a, *y = b;
	int order = strcmp(x->service, y->service);

	if (!order)
		order = strcmp(x->program, y->program);
	return order ? order : PM_CMP(x->kind, y->kind);
}

static int compare_occupants(const void *a, const void *b)
{
	const struct pm_occupant *x = a, *y = b;
	int order = PM_CMP(x->any, y->any);

	if (!order)
		order = PM_CMP(x->first, y->first);
	if (!order)
		order = PM_CMP(x->last, y->last);
	if (!order)
		order = PM_CMP(x->transport, y->transport);
	if (!order)
		order = strcmp(x->program, y->program);
	return order ? order : PM_CMP(x->kind, y->kind);
}

static int compare_dormants(const void *a, const void *b)
{
	return strcmp(((const struct pm_dormant *)a)->service,
		      ((const struct pm_dormant *)b)->service);
}

static int compare_listings(const void *a, const void *b)
{
	const struct pm_listing *x = a, *y = b;
	int order = strcmp(x->service, y->service);

	if (!order)
		order = PM_CMP(x->port, y->port);
	return order ? order : PM_CMP(x->transport, y->transport);
}

static int take_person(const char *const text[], const char *file, const struct pm_csv_row *at,
		       void *ret, struct pm_error *err)
{
	(void)file;
	(void)at;
	(void)err;
	*(struct pm_person *)ret = (struct pm_person){.id = text[0], .name = text[1]};
	return 0;
}

static int compare_people(const void *a, const void *b)
{
	return strcmp(((const struct pm_person *)a)->id, ((const struct pm_person *)b)->id);
}

static int compare_origins(const void *a, const void *b)
{
	return strcmp(((const struct pm_origin *)a)->what, ((const struct pm_origin *)b)->what);
}

#define SERVICE_OF(type)                                                                           \
	static const char *type##_service(const void *row)                                         \
	{                                                                                          \
		return ((const struct pm_##type *)row)->service;                                   \
	}
SERVICE_OF(implementer)
SERVICE_OF(dormant)
SERVICE_OF(listing)

const struct pm_table_form pm_tables[PM_TABLES] = {
	[PM_TABLE_IMPLEMENTERS] =
		{{{.name = "service"}, {.name = "program"}, {.name = "kind"}, {.name = "source"}},
		 4,
		 sizeof(struct pm_implementer),
		 take_implementer,
		 compare_implementers,
		 implementer_service},
	[PM_TABLE_OCCUPANTS] = {{{.name = "port"},
				 {.name = "transport"},
				 {.name = "program"},
				 {.name = "kind"},
				 {.name = "what"},
				 {.name = "source"}},
				6,
				sizeof(struct pm_occupant),
				take_occupant,
				compare_occupants,
				NULL},
	[PM_TABLE_DORMANT] = {{{.name = "service"}, {.name = "history"}, {.name = "source"}},
			      3,
			      sizeof(struct pm_dormant),
			      take_dormant,
			      compare_dormants,
			      dormant_service},
	[PM_TABLE_LISTINGS] =
		{{{.name = "service"}, {.name = "port"}, {.name = "transport"}, {.name = "source"}},
		 4,
		 sizeof(struct pm_listing),
		 take_listing,
		 compare_listings,
		 listing_service},
	[PM_TABLE_ORIGINS] = {{{.name = "what"}, {.name = "date"}, {.name = "source"}},
			      3,
			      sizeof(struct pm_origin),
			      take_origin,
			      compare_origins,
			      NULL},
	[PM_TABLE_PEOPLE] = {{{.name = "Id"}, {.name = "Name"}},
			     2,
			     sizeof(struct pm_person),
			     take_person,
			     compare_people,
			     NULL},
};
