# Run by cpack when all is installed to a folder of its own, and before it is packed: what packages
# have otherwise than `cmake --install`.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(doc ${root}/usr/share/doc/portmote)
set(modes PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

function(compress)
	execute_process(COMMAND gzip -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

execute_process(COMMAND ${CPACK_PORTMOTE_STRIP} --remove-section=.comment --remove-section=.note
	${root}/usr/sbin/portmote COMMAND_ERROR_IS_FATAL ANY)
file(GLOB manual ${root}/usr/share/man/man?/*.?)
compress(${manual})

# What an administrator may have changed is kept in an upgrade.
file(GLOB_RECURSE settings RELATIVE ${root} ${root}/etc/*)
list(TRANSFORM settings PREPEND /)

if(CPACK_GENERATOR STREQUAL "DEB")
	list(JOIN settings "\n" lines)
	file(WRITE ${CPACK_PORTMOTE_MADE}/debian/conffiles "${lines}\n")

	file(COPY_FILE ${CPACK_PORTMOTE_MADE}/debian/changelog ${doc}/changelog.Debian)
	compress(${doc}/changelog.Debian)
	file(READ ${CPACK_RESOURCE_FILE_LICENSE} licence)
	string(REGEX REPLACE "\n+$" "" licence "${licence}")
	string(REGEX REPLACE "\n\n" "\n.\n" licence "${licence}")
	string(REGEX REPLACE "\n" "\n " licence " ${licence}")
	configure_file(${CPACK_PORTMOTE_SOURCES}/debian/copyright.in ${doc}/copyright @ONLY)
	file(COPY ${CPACK_PORTMOTE_SOURCES}/debian/lintian-overrides/portmote
		DESTINATION ${root}/usr/share/lintian/overrides)
	file(CHMOD ${doc}/copyright ${doc}/changelog.Debian.gz
		${root}/usr/share/lintian/overrides/portmote ${modes})

	# Debian's zsh does not look into share/zsh/site-functions.
	set(functions ${root}/usr/${CPACK_PORTMOTE_ZSH}/_portmote)
	if(EXISTS ${functions})
		file(MAKE_DIRECTORY ${root}/usr/share/zsh/vendor-completions)
		file(RENAME ${functions} ${root}/usr/share/zsh/vendor-completions/_portmote)
		file(REMOVE_RECURSE ${root}/usr/${CPACK_PORTMOTE_ZSH})
	endif()
elseif(CPACK_GENERATOR STREQUAL "RPM")
	list(TRANSFORM settings PREPEND "%config(noreplace) ")
	set(CPACK_RPM_USER_FILELIST ${settings})
	set(CPACK_ABSOLUTE_DESTINATION_FILES) # or cpack takes all that is not below /usr for settings
	file(COPY ${CPACK_RESOURCE_FILE_LICENSE} DESTINATION ${root}/usr/share/licenses/portmote)
	file(CHMOD ${root}/usr/share/licenses/portmote/LICENSE ${modes})
endif()

# Whatever the umask of who packs.
file(CHMOD_RECURSE ${root} DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
	GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
