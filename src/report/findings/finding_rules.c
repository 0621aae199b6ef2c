#include "findings/finding_rules.h"

#define VERDICT(kind)	[PM_VERDICT_##kind]
#define FLAG(flag)	[FINDING_FLAGS + (int)PM_FLAG_##flag]
#define VIOLATION(kind) [FINDING_VIOLATIONS + (int)PM_VIOLATION_##kind]
#define DIFF(kind)	[FINDING_RULES + (int)PM_DIFF_##kind]

const struct finding_rule finding_rules[FINDING_RULES + (int)PM_DIFFS] = {
	VERDICT(UNKNOWN) = {"unknown",
			    "It could not be seen who owns the listener, what it runs, or "
			    "for whom it holds it.",
			    "Run portmote as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH. "
			    "Where it had these, look at who is suspected: the owner may hide.",
			    FINDING_WARNING},
	VERDICT(IMPOSTOR) = {"impostor",
			     "The owner has a name that belongs to the port, and a file or a user "
			     "namespace that no honest program has.",
			     "Look at once: which file the process runs, who wrote it, who started "
			     "it.",
			     FINDING_ERROR},
	VERDICT(MATCH) = {"match",
			  "The owner is known to implement what is registered at the port.",
			  "Nothing is wrong, unless nothing was to listen here.", FINDING_NOTE},
	VERDICT(KNOWN) = {"known",
			  "The owner is known to sit at the port, though IANA does not say so, or "
			  "others than root can replace its file.",
			  "Nothing is wrong, unless nothing was to listen here.", FINDING_NOTE},
	VERDICT(EPHEMERAL) = {"ephemeral",
			      "The kernel chose the port from the range that it gives to clients.",
			      "Nothing is wrong: it goes when the socket is closed.", FINDING_NOTE},
	VERDICT(MISMATCH) = {"mismatch",
			     "The port is registered to a service that the owner is not known to "
			     "implement.",
			     "Find out who started the program, and why there. Where it belongs "
			     "there, a row in /etc/portmote/occupants.d makes it known.",
			     FINDING_ERROR},
	VERDICT(UNREGISTERED) =
		{"unregistered",
		 "Nobody is registered at the port, and the owner is not known to "
		 "sit there.",
		 "Find out who started the program, and why there. Where it belongs "
		 "there, a row in /etc/portmote/occupants.d makes it known.",
		 FINDING_WARNING},
	FLAG(DELETED) = {"deleted", "The file that the owner runs was removed.",
			 "Restart the service: as a rule it was upgraded, and still runs what it "
			 "was before.",
			 FINDING_NOTE},
	FLAG(USER_WRITABLE) = {"user-writable", "Others than root can replace what the owner runs.",
			       "Give the file and the folders above it to root alone.",
			       FINDING_WARNING},
	FLAG(UNVERIFIED) = {"unverified",
			    "The owner has its name from what its user says, or its file could not "
			    "be seen.",
			    "Look at what the process runs before its name is believed.",
			    FINDING_WARNING},
	FLAG(ROOT_RUNS_USER_WRITABLE) = {"root-runs-user-writable",
					 "Root runs what others can replace.",
					 "Give the file and the folders above it to root alone: "
					 "whoever replaces it is root at the next start.",
					 FINDING_ERROR},
	FLAG(PORT_SHARED) =
		{"port-shared",
		 "A listener of another program or user has the same port at an address "
		 "that overlaps.",
		 "Find out which of them gets what is sent there, and stop the one that "
		 "does not belong there.",
		 FINDING_ERROR},
	FLAG(HIDDEN) = {"hidden", "One of the kernel's lists of sockets lacks the listener.",
			"Take the machine for broken into until it is explained: something keeps "
			"the listener out of sight.",
			FINDING_ERROR},
	FLAG(PROC_OVERMOUNT) =
		{"proc-overmount", "Something was mounted over what /proc tells of the owner.",
		 "Look at /proc/self/mountinfo for who mounted it, and why: it hides "
		 "the process from other tools.",
		 FINDING_ERROR},
	FLAG(IN_CONTAINER) = {"in-container", "The owner lives in a container.",
			      "Nothing is wrong, unless no container was to listen here.",
			      FINDING_NOTE},
	FLAG(IN_MEMORY) = {"in-memory", "A holder runs what has no file: it is in memory alone.",
			   "Look at /proc/PID/exe and /proc/PID/cmdline of it before you end it: "
			   "nothing is left to look at after that.",
			   FINDING_ERROR},
	VIOLATION(NOT_ALLOWED) = {"not-allowed", "No rule of the policy allows the listener.",
				  "Stop it, or allow it by a rule.", FINDING_ERROR},
	VIOLATION(OWNER) = {"wrong-owner", "The policy has the port for another owner.",
			    "Stop it, or name this owner in the rule.", FINDING_ERROR},
	VIOLATION(EXPOSURE) = {"too-exposed",
			       "The listener can be reached from farther than the policy allows.",
			       "Bind it to a narrower address, or widen the rule's exposure.",
			       FINDING_ERROR},
	VIOLATION(MISSING) = {"missing", "The policy requires a listener, and nobody listens.",
			      "Start the service, or require it no more.", FINDING_ERROR},
	VIOLATION(EXPIRED) = {"expired", "The rule that would allow the listener has expired.",
			      "Stop it, or decide anew and give the rule a later date.",
			      FINDING_ERROR},
	VIOLATION(
		VERDICT) = {"verdict", "The verdict or a flag is one that the policy fails on.",
			    "See the verdict and its reasons; then stop it, or allow it by a rule.",
			    FINDING_ERROR},
	DIFF(OWNER) = {"owner-changed", "Somebody else has the listener than had it.",
		       "See which fact changed. Where nobody changed the service, find out who "
		       "started the program.",
		       FINDING_WARNING},
	DIFF(OPENED) = {"opened", "There was no listener at the address and port.",
			"Find out who started the program, and why; stop it where nobody wants "
			"it.",
			FINDING_WARNING},
	DIFF(WIDENED) = {"exposure-widened",
			 "The same program at the same port can be reached from farther.",
			 "Bind it to the address that it had, unless it is to be reached from "
			 "there.",
			 FINDING_WARNING},
	DIFF(VERDICT) = {"verdict-changed", "The same owner is judged otherwise than before.",
			 "See the facts that changed: who can replace the file now, who else has "
			 "the port.",
			 FINDING_WARNING},
	DIFF(CLOSED) = {"closed", "A listener that was there is gone.",
			"Start the service again, unless it was to be stopped.", FINDING_WARNING},
	DIFF(NARROWED) = {"exposure-narrowed",
			  "The same program at the same port can be reached from less far.",
			  "Nothing is wrong, unless it is to be reached from there.", FINDING_NOTE},
	DIFF(REGISTRY) = {"registry-changed",
			  "The registry has another service at the port than it had.",
			  "On the machine nothing changed. See whether the owner is still the one "
			  "that belongs there.",
			  FINDING_NOTE},
	DIFF(EXE) = {"exe-replaced", "The owner runs another file than before, at the same path.",
		     "Nothing is wrong where the program was upgraded; else find out who replaced "
		     "the file.",
		     FINDING_NOTE},
};

static const char *const levels[FINDING_LEVELS] = {"note", "warning", "error"};

const char *finding_level_name(enum finding_level level)
{
	return levels[level];
}
