# lib.sh: what every live test sources. POSIX sh.
#
#	PORTMOTE, MKLISTEN, DENY	the programs, from the environment
#	PORTMOTE_NO_SKIP	set: a test that can't run fails, in place of exit 77
#
#	need_root, need_cmd X..., need_release	skip where that isn't here
#	new_netns		a network namespace of its own, loopback up; $NS from then on
#	in_ns CMD...		CMD in $NS
#	pm ARGS...		portmote in $NS, looking at that alone (not for commands that have no --netns)
#	spawn CMD...		CMD in the background, ended with the test; its pid in $SPAWNED
#	start_mklisten ARGS...	mklisten in $NS, returns when all is made; facts in $TMP/made, pid in $SPAWNED
#	start_mklisten_as PATH ARGS...	the same, by that copy of mklisten
#	need_kinds KIND...	skip where the kernel can't make one of these kinds of mklisten's
#	install_mklisten	from then on MKLISTEN is a copy in a folder that only root can write, wherever this tree is
#	await 'CONDITION' SECONDS	till the sh text CONDITION is true; fails after SECONDS, or a minute: a machine may be busy
#	expect_exit CODE CMD...	runs it, stdout in $TMP/out, stderr in $TMP/err
#	json FILE EXPRESSION	prints a Python expression: d is FILE's document (FILE -: none), made mklisten's facts
#	holds FILE EXPRESSION SENTENCE	fails with the sentence unless the expression is true
#	fail SENTENCE, skip SENTENCE

set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset LC_ALL LANG COLUMNS
: "${PORTMOTE:?the path of the portmote under test}" "${MKLISTEN:?the path of mklisten}"

TMP=
NS=
namespaces=
n_namespaces=0
spawned=

fail() {
	printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
	exit 1
}

skip() {
	[ -z "${PORTMOTE_NO_SKIP:-}" ] || fail "can't run here, and must: $*"
	printf '%s: skipped: %s\n' "$(basename -- "$0")" "$*" >&2
	exit 77
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip 'only root can make a network namespace'
}

need_cmd() {
	for cmd; do
		command -v "$cmd" >/dev/null || skip "$cmd is not installed"
	done
}

# The sandbox and some hard limits are the release build's: a sanitizer needs what they take away.
need_release() {
	! grep -q __asan_init "$PORTMOTE" || skip 'this is a build with sanitizers'
}

has_ended() {
	case $(cat "/proc/$1/stat" 2>/dev/null) in
	'' | *') Z '*) return 0 ;;
	esac
	return 1
}

# A child that has not come to its exec yet may still have this shell's handler and lose the signal: hence again.
end_process() {
	tries=250
	signal=TERM
	kill "$1" 2>/dev/null
	until has_ended "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || signal=KILL
		kill -s $signal "$1" 2>/dev/null
		sleep 0.02
	done
	wait "$1" 2>/dev/null || :
}

clean_up() {
	trap - EXIT
	for pid in $spawned; do
		end_process "$pid"
	done
	for name in $namespaces; do
		ip netns del "$name"
	done
	rm -rf -- "$TMP" ${INSTALLED:+"$INSTALLED"}
}

TMP=$(mktemp -d) || exit 1
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$TMP" # a test may go on as another user
mkfifo "$TMP/stdin" || exit 1
exec 9<>"$TMP/stdin" # the one writer of every mklisten's stdin: when this shell ends, they do
: >"$TMP/made"

new_netns() {
	need_root
	need_cmd ip nsenter
	n_namespaces=$((n_namespaces + 1))
	NS=pm-test-$$-$n_namespaces
	ip netns add "$NS" || fail "ip netns add $NS"
	namespaces="$namespaces $NS"
	ip -n "$NS" link set lo up || fail "lo in $NS"
}

in_ns() {
	nsenter --net=/run/netns/"$NS" -- "$@" 9>&-
}

pm() {
	in_ns "$PORTMOTE" "$@" --netns self
}

# nsenter execs, so that the pid kept is that of CMD. A shell gives what it puts in the background /dev/null for
# stdin, unless the very command says otherwise: hence the redirections below and not around.
exec_in_ns() {
	exec nsenter --net=/run/netns/"$NS" -- "$@" 9>&-
}

note_spawned() {
	SPAWNED=$!
	spawned="$spawned $SPAWNED"
}

spawn() {
	exec_in_ns "$@" &
	note_spawned
}

start_mklisten_as() {
	rm -f "$TMP/stdout"
	mkfifo "$TMP/stdout" || fail mkfifo
	exec_in_ns "$@" <"$TMP/stdin" >"$TMP/stdout" &
	note_spawned
	ready=
	while IFS= read -r line; do
		[ "$line" != ready ] || { ready=1 && break; }
		printf '%s\n' "$line" >>"$TMP/made"
	done <"$TMP/stdout"
	[ "$ready" ] || fail 'mklisten did not get ready'
}

start_mklisten() {
	start_mklisten_as "$MKLISTEN" "$@"
}

need_kinds() {
	for kind; do
		in_ns "$MKLISTEN" "$kind" 127.0.0.1 0 </dev/null >/dev/null || skip "this kernel has no $kind"
	done
}

install_mklisten() {
	INSTALLED=/var/lib/pm-test-$$
	mkdir "$INSTALLED" && cp "$MKLISTEN" "$INSTALLED/mklisten" || fail "cannot install to $INSTALLED"
	MKLISTEN=$INSTALLED/mklisten
}

await() {
	[ "$2" -ge 60 ] || set -- "$1" 60
	tries=$(($2 * 50))
	until eval "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "not within $2 s: $1"
		sleep 0.02
	done
}

expect_exit() {
	want=$1
	shift
	got=0
	"$@" >"$TMP/out" 2>"$TMP/err" || got=$?
	[ "$got" -eq "$want" ] && return
	head -c 2000 "$TMP/out" "$TMP/err" >&2
	fail "exit $got, not $want: $*"
}

json() {
	python3 -c '
import json, re, sys
made = [json.loads(l) for l in open(sys.argv[2])]
d = json.load(open(sys.argv[1], "rb")) if sys.argv[1] != "-" else None
print(eval(sys.argv[3]))' "$1" "$TMP/made" "$2"
}

holds() {
	[ "$(json "$1" "bool($2)")" = True ] || {
		head -c 3000 "$1" >&2
		fail "$3"
	}
}
