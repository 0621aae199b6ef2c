# lib.sh: what the tests of installing source. POSIX sh.
#
#	SOURCE	the top of the tree
#	TMP	a folder of the test's own
#
#	holds_tree WHERE DIR PREFIX	DIR holds what the file tree says of WHERE, with these modes, and nothing else
#	expect_exit CODE CMD...		runs it, stdout in $TMP/out, stderr in $TMP/err
#	fail SENTENCE, skip SENTENCE, need_cmd X...

set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
LC_ALL=C
export LC_ALL
unset DESTDIR
: "${SOURCE:?the top of the tree}"
umask 077 # nothing that is installed may depend on it

fail() {
	printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
	exit 1
}

skip() {
	[ -z "${PORTMOTE_NO_SKIP:-}" ] || fail "can't run here, and must: $*"
	printf '%s: skipped: %s\n' "$(basename -- "$0")" "$*" >&2
	exit 77
}

need_cmd() {
	lacking=
	for cmd; do
		command -v "$cmd" >/dev/null || lacking="$lacking $cmd"
	done
	[ -z "$lacking" ] || skip "not installed:$lacking"
}

TMP=$(mktemp -d) || exit 1
chmod 755 "$TMP"
trap 'rm -rf -- "$TMP"' EXIT
trap 'exit 130' HUP INT TERM

expect_exit() {
	want=$1
	shift
	got=0
	"$@" >"$TMP/out" 2>"$TMP/err" || got=$?
	[ "$got" -eq "$want" ] && return
	head -c 2000 "$TMP/out" "$TMP/err" >&2
	fail "exit $got, not $want: $*"
}

holds_tree() {
	{
		awk -v where="$1" -v prefix="$3" '$1 !~ /^#/ && $1 ~ where { sub(/^PREFIX/, prefix, $3); print $2, $3 }' \
			"$SOURCE/tests/integration/package/tree"
		(cd "$SOURCE/src/integration" &&
			find ansible policy prometheus \( -name '.?*' -o -name __pycache__ \) -prune -o -type f \
				-printf "644 $3/share/doc/portmote/examples/%p\n" 2>/dev/null)
	} | sort >"$TMP/expected"
	(cd "$2" && find . -mindepth 1 \( ! -type d -o -empty \) -printf '%m /%P\n') | sort >"$TMP/found"
	diff -u "$TMP/expected" "$TMP/found" >&2 || fail "$1: another tree than $SOURCE/tests/integration/package/tree"
	own=/
	[ "$1" != install ] || own=/portmote # cmake makes the others by the umask
	odd=$(find "$2" -mindepth 1 -type d ! -perm 755 -path "*$own*")
	[ -z "$odd" ] || fail "$1: folders of another mode: $odd"
}
