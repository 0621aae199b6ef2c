# roots.sh: packages, and clean roots of Debian to install them in. POSIX sh; after lib.sh.
#
#	BUILD		the build folder: packages are made in package-test below it; CC its compiler
#	PORTMOTE_ROOTS	where roots are made, once
#
#	build			a build that packages can be made of
#	pack GENERATOR PATTERN OPTION...	the one package that cpack makes and that matches; its path in $PACKAGE
#	later DEB		$TMP/later.deb: the same with a higher version and other settings
#	fresh_root NAME		$ROOT is a copy of it, package (without systemd) or package-systemd
#	left_over		prints the files that are in it by now
#	in_root CMD...		CMD in $ROOT
: "${BUILD:?the build folder}" "${CC:?its compiler}"
roots=${PORTMOTE_ROOTS:-/var/cache/portmote-test}
packages=$BUILD/package-test
libraries=libcsv3,libmnl0,libjansson4,libcap-ng0,libyaml-0-2,libmd0
[ "$(id -u)" -eq 0 ] || skip 'only root can install into a root'
need_cmd cmake cpack ninja dpkg-deb dpkg-shlibdeps debootstrap unshare

build() {
	cmake -G Ninja -S "$SOURCE" -B "$packages" -DPRESET=release -DCMAKE_C_COMPILER="$CC" \
		-DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF >"$TMP/log" 2>&1 &&
		cmake --build "$packages" >>"$TMP/log" 2>&1 || { tail -n 30 "$TMP/log" >&2 && fail 'does not build'; }
	rm -f "$packages"/*.deb "$packages"/*.rpm
}

# The one package that matches PATTERN, made by cpack as VARIABLES say.
pack() { # GENERATOR PATTERN VARIABLE...
	generator=$1
	pattern=$2
	shift 2
	(cd "$packages" && cpack -G "$generator" "$@") >"$TMP/log" 2>&1 || { cat "$TMP/log" >&2 && fail "cpack -G $generator"; }
	# shellcheck disable=SC2086
	set -- "$packages"/$pattern
	[ $# -eq 1 ] && [ -e "$1" ] || fail "cpack made: $*"
	PACKAGE=$1
}

# The same with a higher version and other settings, as a later release may have them.
later() { # DEB
	dpkg-deb -R "$1" "$TMP/later" || fail "$1 does not unpack"
	sed -i 's/^Version: .*/Version: 99-1/' "$TMP/later/DEBIAN/control"
	for file in cron.d/portmote portmote/README; do
		echo '# of version 99' >>"$TMP/later/etc/$file"
	done
	dpkg-deb --root-owner-group -b "$TMP/later" "$TMP/later.deb" >/dev/null || fail 'the later version does not pack'
}

make_root() { # NAME PACKAGES
	[ "$(cat "$roots/$1/.made" 2>/dev/null)" = "$2" ] && return
	rm -rf "${roots:?}/$1" && mkdir -p "$roots" && chmod 755 "$roots" || fail "$roots"
	(umask 022 && debootstrap --variant=minbase --include="$2" bookworm "$roots/$1") >"$roots/$1.log" 2>&1 || {
		tail -n 5 "$roots/$1.log" >&2
		skip "debootstrap cannot make a root here, see $roots/$1.log"
	}
	printf '#!/bin/sh\nexit 101\n' >"$roots/$1/usr/sbin/policy-rc.d" && chmod 755 "$roots/$1/usr/sbin/policy-rc.d"
	printf '%s\n' "$2" >"$roots/$1/.made"
}

fresh_root() { # NAME: a copy of it in $ROOT, and what is there in $TMP/before
	ROOT=$TMP/root
	make_root "$1" "$libraries$([ "$1" = package ] || echo ,systemd)"
	rm -rf "$ROOT" && cp -a "$roots/$1" "$ROOT" || fail "copy of $roots/$1"
	files >"$TMP/before"
}

# What packages bring; not what dpkg, rpm and the tools for users note of it.
files() {
	(cd "$ROOT" && find . -xdev \( -path './var/lib/dpkg/*' -o -path './var/lib/rpm/*' -o -path './var/log/*' -o \
		-path './var/cache/*' -o -path './run/*' \) -prune -o -print) |
		grep -vxE '\./etc/(passwd|group|shadow|gshadow|subuid|subgid)-|\./etc/\.pwd\.lock|\./var/lib/rpm' | sort
}

left_over() { # prints what was not there before; fails where something is gone
	files >"$TMP/after"
	gone=$(comm -23 "$TMP/before" "$TMP/after")
	[ -z "$gone" ] || fail "gone: $gone"
	comm -13 "$TMP/before" "$TMP/after"
}

# In a network namespace of its own, where nothing listens; nothing stays mounted.
in_root() { # CMD...
	unshare -mnp --fork sh -c 'r=$1; shift; mount -t proc proc "$r/proc" && mount --rbind /dev "$r/dev" && umask 022 &&
		DEBIAN_FRONTEND=noninteractive exec chroot "$r" "$@"' sh "$ROOT" "$@" </dev/null
}

