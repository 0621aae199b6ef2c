# Where things go: GNUInstallDirs, but for /etc and /var, which are below the prefix only where
# CMAKE_INSTALL_SYSCONFDIR and CMAKE_INSTALL_LOCALSTATEDIR say so with a whole path: portmote reads
# /etc/portmote and keeps /var/lib/portmote whatever the prefix, and cron reads /etc/cron.d alone.
include(GNUInstallDirs)
set(etc_dir /etc)
set(var_dir /var)
if(IS_ABSOLUTE "${CMAKE_INSTALL_SYSCONFDIR}")
	set(etc_dir ${CMAKE_INSTALL_SYSCONFDIR})
endif()
if(IS_ABSOLUTE "${CMAKE_INSTALL_LOCALSTATEDIR}")
	set(var_dir ${CMAKE_INSTALL_LOCALSTATEDIR})
endif()
set(PORTMOTE_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE PATH
	"zsh's functions (Debian's packages use share/zsh/vendor-completions)")
set(PORTMOTE_UNIT_DIR "" CACHE PATH "systemd's units; empty: as systemd.pc has it, or below the prefix")

# systemd.pc speaks of what belongs to /usr. Where /lib is a link to /usr/lib it may still say /lib, and
# a package that brings a folder /lib would be in the way of that link.
set(unit_dir ${PORTMOTE_UNIT_DIR})
if(NOT unit_dir AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	pkg_get_variable(unit_dir systemd systemdsystemunitdir)
	if(unit_dir)
		file(REAL_PATH "${unit_dir}" unit_dir)
		string(REGEX REPLACE "^/usr/" "" unit_dir ${unit_dir})
	endif()
endif()
if(NOT unit_dir)
	set(unit_dir lib/systemd/system)
endif()

# Units and completions hold paths that were made from the prefix, so it can't be changed any more.
install(CODE "
	if(NOT CMAKE_INSTALL_PREFIX STREQUAL \"${CMAKE_INSTALL_PREFIX}\")
		message(FATAL_ERROR \"This was configured for the prefix ${CMAKE_INSTALL_PREFIX}: for \"
			\"\${CMAKE_INSTALL_PREFIX} configure with -DCMAKE_INSTALL_PREFIX=\${CMAKE_INSTALL_PREFIX}\")
	endif()")
