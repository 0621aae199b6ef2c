/*
 * sides: two snapshots in a few words, judged by the built-in registry, and what differs between
 * them in a few words. For the tests of diff.
 *
 * A snapshot is clauses apart by "; ", each of words:
 *
 *	tcp 127.0.0.1:80 nginx uid=33 user=www	a listener, its program, and what is not ordinary
 *	netns web [closed]		a namespace, that of all listeners after it ("-": no label)
 *	gap sockets			something could not be seen
 *	host web2			its name; "web" otherwise
 *	config ssh.socket TEXT		a unit: "|" for the end of a line, "_" for a space
 *
 * An address is 10.0.0.5:80, [::1]:80, [::]:80 (both families), [::]v6only:80, [::]unsaid:80 (the
 * kernel did not say which), and any of them with a device: 0.0.0.0%eth0:80.
 *
 * A program "nginx" is /usr/sbin/nginx of root's, run by root as nginx.service. Words that change
 * that (a "-" for unknown): exe= uid= user= unit= cgroup= container=RUNTIME:ID[:NAME] runs= pid= ppid=
 * device= inode= size= mtime= writers=others behind=; and of the listener: owner= service= ifindex=
 * hidden= state= reg= (what IANA had there) x= (so many sockets, each of a process) with= (the path of
 * another holder, which is of= its unit, or its child).
 */
#ifndef PORTMOTE_SIDES_H
#define PORTMOTE_SIDES_H

#include <portmote/report.h>

struct made {
	struct pm_snapshot snapshot;
	const char **registered;
	size_t registered_count, registered_room;
	size_t holder_room;
	struct pm_label *labels;
	struct pm_judgement judgement;
};

/* Add the clauses; judge once all were added. */
void made_add(struct made *made, const char *text);
void made_judge(struct made *made);
void made_release(struct made *made);

struct pm_diff_side made_side(const struct made *made);

/*
 * What differs, a line for each in their order: "opened tcp 0.0.0.0:80", "owner changed udp
 * [::]:53: user a>b", "exposure widened tcp 127.0.0.1:80>0.0.0.0:80: exposure loopback>any";
 * "unseen 2" after them. Added to `ret`.
 */
void made_differences(const struct made *before, const struct made *after, struct pm_buf *ret);

/* All of it at once: the text is valid till the next call. */
const char *differences(const char *before, const char *after);

#endif
