# machine.sh: Debian with packaged daemons, booted by systemd-nspawn from a root of tests/live/server, on an overlay:
# what is changed in it is gone afterwards. Sourced after tests/live/lib.sh.
#
#	alone "$@"		first of all: goes on in a mount namespace of its own, so that no mount is left
#	boot BATCH		boots; the root seen from outside is $MACHINE
#	inside CMD...		CMD in it, as its root, with no limit but its namespaces
#	service NAME CMD...	CMD in it as a unit of that name, started when this returns
#	install_portmote	the program, its units and its user, where the units have them; $program its path there
#	halt			ends it

need_machine() {
	need_root
	need_cmd systemd-nspawn nsenter unshare python3
	need_release # the root has no libraries of sanitizers
}

alone() {
	[ -z "${ALONE:-}" ] || return 0
	trap - EXIT
	rm -rf -- "$TMP"
	ALONE=1 exec unshare --mount --propagation private "$0" "$@"
}

booted=
init=
inside() {
	nsenter -t "$init" -m -p -n -u -i -C -- "$@" 9>&-
}

is_up() {
	init=$(pgrep -P "$booted" -x systemd) && case $(inside systemctl is-system-running 2>/dev/null) in
	running | degraded) true ;;
	*) false ;;
	esac
}

boot() { # BATCH
	roots=${PORTMOTE_ROOTS:-/var/cache/portmote-test}
	"$(dirname "$0")/../live/server/run" --make "$1" >&2 || skip "no root of batch $1 is to be had"
	MACHINE=$TMP/machine
	mkdir "$TMP/upper" "$TMP/work" "$MACHINE"
	mount -t overlay -o "lowerdir=$roots/$1,upperdir=$TMP/upper,workdir=$TMP/work" overlay "$MACHINE" ||
		skip 'this kernel has no overlay file system'
	# A machine of iron forbids its root none of the calls that nspawn's own filter does.
	systemd-nspawn -q -b -D "$MACHINE" --private-network --register=no --keep-unit --system-call-filter=@known \
		</dev/null >"$TMP/boot" 2>&1 9>&- &
	booted=$!
	await 'is_up || ! kill -0 $booted' 120
	is_up || fail "it does not boot: $(tail -5 "$TMP/boot")"
}

halt() {
	[ -z "$booted" ] || {
		kill -s RTMIN+4 "${init:-$booted}"
		tries=1500
		until has_ended "$booted"; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] || kill -s KILL "$booted" # and with it what it has booted
			sleep 0.02
		done
		wait "$booted"
	} 2>/dev/null
	booted=
	init=
	[ -z "${MACHINE:-}" ] || { umount "$MACHINE" && rm -rf "$TMP/upper" "$TMP/work" "$MACHINE"; }
	MACHINE=
}

clean_up_machine() {
	halt
	clean_up
}
trap clean_up_machine EXIT

service() { # NAME CMD...
	name=$1
	shift
	inside systemd-run -q --unit="$name" "$@" || fail "cannot start $*"
}

install_portmote() {
	: "${UNITS:?the folder of the units}"
	program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$UNITS/portmote.service")
	install -m 755 "$PORTMOTE" "$MACHINE$program" &&
		install -m 644 "$UNITS"/portmote.service "$UNITS"/portmote.timer "$MACHINE/etc/systemd/system" &&
		install -m 644 "$UNITS/portmote.sysusers" "$MACHINE/usr/lib/sysusers.d/portmote.conf" &&
		install -d "$MACHINE/var/lib/portmote" && inside systemd-sysusers 2>/dev/null && inside systemctl daemon-reload || fail 'cannot install'
}
