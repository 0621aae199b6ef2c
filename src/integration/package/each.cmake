# Read by cpack before each package.
if(NOT CPACK_PORTMOTE_PRESET STREQUAL "release" OR NOT CPACK_PORTMOTE_PREFIX STREQUAL "/usr")
	message(FATAL_ERROR "Packages are made from a build of its own: "
		"cmake -G Ninja -B build/package -DPRESET=release -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF")
endif()
