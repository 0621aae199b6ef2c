/*
 * Listeners of one port are not held against each other one by one: a user can make as many as he
 * likes. Each takes its seats in crowds, of those that a packet to one of them could go to as well;
 * of a crowd is known whether there is any in it that is a stranger to somebody.
 */
#include "shared.h"
#include "overlap.h"

#include <errno.h>

/* ---- crowds ------------------------------------------------------------------------ */

/* Users: none, one, or several. */
struct people {
	uint32_t uid;
	bool any, many;
};

/* Users and their programs; a listener with an owner whose program is not known is a stranger to
 * all that have one. */
struct company {
	struct people people;
	const char *program;
	bool many_programs;
	size_t owned, unnamed;
};

struct crowd {
	struct people all, thieves;
	struct company company, doubtful; /* all; those that do not belong where they are */
};

struct guest {
	const struct pm_listener *listener;
	const struct pm_verdict *verdict;
	bool is_fine;
};

static void add_person(struct people *people, uint32_t uid)
{
	people->many |= people->any && people->uid != uid;
	people->any = true;
	people->uid = uid;
}

static bool has_other(const struct people *people, uint32_t uid)
{
	return people->any && (people->many || people->uid != uid);
}

static void add_to_company(struct company *company, const struct guest *guest)
{
	const char *program = guest->verdict->program;

	add_person(&company->people, guest->listener->uid);
	if (!guest->verdict->owner)
		return;
	company->owned++;
	company->unnamed += !program;
	if (!program)
		return;
	company->many_programs |= company->program && strcmp(company->program, program) != 0;
	company->program = program;
}

/* Another user, or another program of one; `is_in`: the guest is one of the company. */
static bool has_stranger(const struct company *company, const struct guest *guest, bool is_in)
{
	const char *program = guest->verdict->program;

	if (has_other(&company->people, guest->listener->uid))
		return true;
	if (!guest->verdict->owner)
		return false;
	if (!program)
		return company->owned > (is_in ? 1 : 0);
	return company->unnamed || company->many_programs ||
	       (company->program && strcmp(company->program, program) != 0);
}

static bool is_fine(const struct pm_verdict *verdict)
{
	const unsigned doubts = 1u << PM_FLAG_USER_WRITABLE | 1u << PM_FLAG_UNVERIFIED;

	return (verdict->kind == PM_VERDICT_MATCH || verdict->kind == PM_VERDICT_KNOWN) &&
	       !(verdict->flags & doubts);
}

static void add_to_crowd(struct crowd *crowd, const struct guest *guest)
{
	add_person(&crowd->all, guest->listener->uid);
	if (overlap_can_take(guest->listener))
		add_person(&crowd->thieves, guest->listener->uid);
	add_to_company(&crowd->company, guest);
	if (!guest->is_fine)
		add_to_company(&crowd->doubtful, guest);
}

/*
 * May the guest and any of the crowd be told of? Two that both belong share a port by agreement,
 * unless one user's socket gets the packets of another's, being bound as narrowly or more.
 */
static bool collides(const struct crowd *crowd, const struct guest *guest, bool is_in, int narrower)
{
	uint32_t uid = guest->listener->uid;

	if (narrower >= 0 && overlap_can_take(guest->listener) && has_other(&crowd->all, uid))
		return true;
	if (narrower <= 0 && has_other(&crowd->thieves, uid))
		return true;
	return guest->is_fine ? has_stranger(&crowd->doubtful, guest, false)
			      : has_stranger(&crowd->company, guest, is_in);
}

/* ---- seats ------------------------------------------------------------------------- */

enum where { WILDCARD, SPECIFIC, ADDRESS }; /* all that have an address; those that have this one */
enum device { NO_DEVICE, SOME_DEVICE, THIS_DEVICE };

struct seat {
	struct place {
		enum pm_family family;
		enum where where;
		enum device device;
		uint32_t ifindex;    /* THIS_DEVICE */
		uint8_t address[16]; /* ADDRESS */
	} place;
	size_t listener;
};

static int compare_seats(const void *a, const void *b)
{
	const struct place *x = &((const struct seat *)a)->place;
	const struct place *y = &((const struct seat *)b)->place;
	int c = PM_CMP(x->family, y->family);

	if (!c)
		c = PM_CMP(x->where, y->where);
	if (!c)
		c = PM_CMP(x->device, y->device);
	if (!c)
		c = PM_CMP(x->ifindex, y->ifindex);
	return c ? c : memcmp(x->address, y->address, sizeof(x->address));
}

/* The listeners of one port, and room for all of them. */
struct run {
	const struct pm_snapshot *snapshot;
	struct pm_judgement *judgement;
	size_t *order;	    /* the listeners, those of one port side by side */
	struct seat *seats; /* in order; once they are, the first of each crowd */
	struct crowd *crowds;
	size_t seat_count;
};

static struct place place_of(const struct taken *taken, enum pm_family family, enum where where,
			     enum device device)
{
	struct place place = {.family = family, .where = where, .device = device};

	if (where == ADDRESS)
		memcpy(place.address, taken->address, sizeof(place.address));
	if (device == THIS_DEVICE)
		place.ifindex = taken->ifindex;
	return place;
}

/* With those of its device a listener also stands among those that have any. */
static void take_seat(struct run *run, size_t i, const struct taken *taken, enum pm_family family,
		      enum where where)
{
	enum device first = taken->ifindex ? SOME_DEVICE : NO_DEVICE;
	enum device last = taken->ifindex ? THIS_DEVICE : NO_DEVICE;

	for (enum device device = first; device <= last; device++)
		run->seats[run->seat_count++] =
			(struct seat){place_of(taken, family, where, device), i};
}

static void take_seats(struct run *run, size_t i)
{
	struct taken taken = overlap_taken(&run->snapshot->listeners[i]);

	for (enum pm_family family = 0; family < PM_FAMILIES; family++) {
		if (!taken.takes[family])
			continue;
		if (taken.is_wildcard) {
			take_seat(run, i, &taken, family, WILDCARD);
			continue;
		}
		take_seat(run, i, &taken, family, SPECIFIC);
		take_seat(run, i, &taken, family, ADDRESS);
	}
}

static struct guest guest_of(const struct run *run, size_t i)
{
	const struct pm_verdict *verdict = &run->judgement->verdicts[i];

	return (struct guest){&run->snapshot->listeners[i], verdict, is_fine(verdict)};
}

/* Whoever has an equal seat is of one crowd. */
static void gather(struct run *run)
{
	size_t count = 0;

	qsort(run->seats, run->seat_count, sizeof(*run->seats), compare_seats);
	for (size_t k = 0; k < run->seat_count; k++) {
		const struct guest guest = guest_of(run, run->seats[k].listener);

		if (!count || compare_seats(&run->seats[count - 1], &run->seats[k]) != 0) {
			run->seats[count] = run->seats[k];
			run->crowds[count++] = (struct crowd){0};
		}
		add_to_crowd(&run->crowds[count - 1], &guest);
	}
	run->seat_count = count;
}

/* ---- who is a stranger to whom ----------------------------------------------------- */

static unsigned narrowness(bool is_wildcard, bool has_device)
{
	return (is_wildcard ? 0u : 1u) + (has_device ? 1u : 0u);
}

static bool collides_at(const struct run *run, const struct guest *guest, const struct taken *taken,
			const struct place *place)
{
	const struct seat key = {.place = *place};
	const struct seat *seat =
		bsearch(&key, run->seats, run->seat_count, sizeof(*seat), compare_seats);
	unsigned own = narrowness(taken->is_wildcard, taken->ifindex);
	unsigned other = narrowness(place->where == WILDCARD, place->device != NO_DEVICE);
	bool is_in = (place->where == (taken->is_wildcard ? WILDCARD : ADDRESS)) &&
		     place->device == (taken->ifindex ? THIS_DEVICE : NO_DEVICE);

	return seat && collides(&run->crowds[seat - run->seats], guest, is_in, PM_CMP(own, other));
}

/* Those without device, and those with the same one; without one, with any. */
static bool collides_with(const struct run *run, const struct guest *guest,
			  const struct taken *taken, enum pm_family family, enum where where)
{
	enum device device = taken->ifindex ? THIS_DEVICE : SOME_DEVICE;
	const struct place places[] = {place_of(taken, family, where, NO_DEVICE),
				       place_of(taken, family, where, device)};

	return collides_at(run, guest, taken, &places[0]) ||
	       collides_at(run, guest, taken, &places[1]);
}

static bool is_shared(const struct run *run, size_t i)
{
	const struct guest guest = guest_of(run, i);
	struct taken taken = overlap_taken(guest.listener);
	bool by_design = taken.is_wildcard && overlap_is_for_groups(guest.listener);
	bool is_shared = false;

	for (enum pm_family family = 0; family < PM_FAMILIES && !is_shared; family++)
		if (taken.takes[family])
			is_shared = (!by_design &&
				     collides_with(run, &guest, &taken, family, WILDCARD)) ||
				    collides_with(run, &guest, &taken, family,
						  taken.is_wildcard ? SPECIFIC : ADDRESS);
	return is_shared;
}

/* What is sent to a group goes to all that have joined it: nobody takes it from another. */
static bool is_looked_at(const struct run *run, size_t i)
{
	return !overlap_has_group_address(&run->snapshot->listeners[i]);
}

static void flag_run(struct run *run, size_t first, size_t end)
{
	run->seat_count = 0;
	for (size_t at = first; at < end; at++)
		if (is_looked_at(run, run->order[at]))
			take_seats(run, run->order[at]);
	gather(run);
	for (size_t at = first; at < end; at++)
		if (is_looked_at(run, run->order[at]) && is_shared(run, run->order[at]))
			run->judgement->verdicts[run->order[at]].flags |= 1u << PM_FLAG_PORT_SHARED;
}

/* ---- ports ------------------------------------------------------------------------- */

/* The kernel keeps the ports of MPTCP with those of TCP; UDP-Lite has some of its own. */
static enum pm_protocol port_space(const struct pm_listener *listener)
{
	return listener->protocol == PM_PROTOCOL_MPTCP ? PM_PROTOCOL_TCP : listener->protocol;
}

static int compare_ports(const struct pm_listener *a, const struct pm_listener *b)
{
	int c = PM_CMP(a->netns, b->netns);

	if (!c)
		c = PM_CMP(port_space(a), port_space(b));
	return c ? c : PM_CMP(a->port, b->port);
}

static int compare_places(const void *a, const void *b, void *data)
{
	const struct pm_listener *listeners = data;
	const size_t *i = a, *k = b;
	int c = compare_ports(&listeners[*i], &listeners[*k]);

	return c ? c : PM_CMP(*i, *k);
}

static size_t end_of_run(const struct run *run, size_t first)
{
	const struct pm_listener *listeners = run->snapshot->listeners;
	size_t end = first + 1;

	while (end < run->judgement->count &&
	       !compare_ports(&listeners[run->order[first]], &listeners[run->order[end]]))
		end++;
	return end;
}

/* Room for as many seats as the longest run can have. */
static int make_room(struct run *run)
{
	enum { SEATS_MAX = 4 };
	size_t longest = 0;

	for (size_t first = 0, end; first < run->judgement->count; first = end) {
		end = end_of_run(run, first);
		longest = end - first > longest ? end - first : longest;
	}
	run->seats = calloc(SEATS_MAX * longest + 1, sizeof(*run->seats));
	run->crowds = calloc(SEATS_MAX * longest + 1, sizeof(*run->crowds));
	return run->seats && run->crowds ? 0 : -ENOMEM;
}

static int flag_runs(struct run *run)
{
	struct pm_listener *listeners = run->snapshot->listeners;
	size_t count = run->judgement->count;

	for (size_t i = 0; i < count; i++)
		run->order[i] = i;
	if (count)
		qsort_r(run->order, count, sizeof(*run->order), compare_places, listeners);
	if (make_room(run) < 0)
		return -ENOMEM;
	for (size_t first = 0, end; first < count; first = end) {
		end = end_of_run(run, first);
		if (end - first > 1 && pm_protocol_has_port(listeners[run->order[first]].protocol))
			flag_run(run, first, end);
	}
	return 0;
}

int shared_flag(const struct pm_snapshot *snapshot, struct pm_judgement *judgement)
{
	struct run run = {
		.snapshot = snapshot,
		.judgement = judgement,
		.order = calloc(judgement->count + 1, sizeof(*run.order)),
	};
	int r = run.order ? flag_runs(&run) : -ENOMEM;

	free(run.order);
	free(run.seats);
	free(run.crowds);
	return r;
}
