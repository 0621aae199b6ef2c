# Packages, from a release build that was configured with -DCMAKE_INSTALL_PREFIX=/usr:
#
#   cd build/package && cpack
#
# each.cmake is read once for each of them, and stage.cmake run between install and packing.
set(here ${CMAKE_CURRENT_SOURCE_DIR}/package)
set(made ${CMAKE_CURRENT_BINARY_DIR}/package)

foreach(file debian/changelog rpm/changelog)
	configure_file(${here}/${file}.in ${made}/${file} @ONLY)
endforeach()

# What cpack makes without -G: what this machine has the tools for.
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(RPMBUILD rpmbuild)
mark_as_advanced(DPKG_SHLIBDEPS RPMBUILD)
set(CPACK_GENERATOR)
if(DPKG_SHLIBDEPS)
	list(APPEND CPACK_GENERATOR DEB)
endif()
if(RPMBUILD)
	list(APPEND CPACK_GENERATOR RPM)
endif()
set(CPACK_PACKAGE_NAME portmote)
set(CPACK_PACKAGE_VENDOR "the portmote authors")
set(CPACK_PACKAGE_CONTACT "the portmote authors <portmote@localhost.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "audit listening sockets against the IANA port registry")
set(CPACK_PACKAGE_DESCRIPTION
"Lists every listening TCP and UDP socket of all network namespaces, with the
processes behind it, says what the IANA registry has at that port, and judges
whether the two belong together. It sees through interpreters, systemd's
sockets and inetd, tells what it could not see, and never touches a port.

Policies can be learned, edited and checked; two snapshots can be compared.
Reports come as text, JSON, CSV, SARIF, JUnit, TAP, HTML and for Prometheus.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_SET_DESTDIR ON) # /etc and /var are not below the prefix
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE ${here}/each.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${here}/stage.cmake)
set(CPACK_PORTMOTE_PRESET ${PRESET})
set(CPACK_PORTMOTE_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_PORTMOTE_SOURCES ${here})
set(CPACK_PORTMOTE_MADE ${made})
set(CPACK_PORTMOTE_STRIP ${CMAKE_STRIP})
set(CPACK_PORTMOTE_ZSH ${PORTMOTE_ZSH_DIR})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd | cron | cron-daemon")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "default-mta | mail-transport-agent, prometheus-node-exporter, ansible-core")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${here}/debian/postinst ${here}/debian/prerm
	${here}/debian/postrm ${made}/debian/conffiles)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE 1)
set(CPACK_RPM_PACKAGE_LICENSE MIT)
set(CPACK_RPM_PACKAGE_SUMMARY "Audit listening sockets against the IANA port registry")
set(CPACK_RPM_PACKAGE_DESCRIPTION ${CPACK_PACKAGE_DESCRIPTION})
set(CPACK_RPM_PACKAGE_GROUP System/Monitoring)
set(CPACK_RPM_PACKAGE_AUTOREQPROV ON)
set(CPACK_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_SPEC_MORE_DEFINE "%define packager ${CPACK_PACKAGE_CONTACT}
%define _build_id_links none")
# Folders that the distribution's own packages bring.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/sbin /usr/lib/systemd /usr/lib/systemd/system
	/usr/lib/sysusers.d /usr/share/licenses /usr/share/man /usr/share/man/man5 /usr/share/man/man8
	/var /var/lib)
set(CPACK_RPM_CHANGELOG_FILE ${made}/rpm/changelog)
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE ${here}/rpm/post)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${here}/rpm/preun)
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE ${here}/rpm/postun)

include(CPack)
