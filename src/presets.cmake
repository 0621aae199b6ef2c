# The four ways to build, chosen by -DPRESET=NAME. A CMakePresets.json would have to stand at the
# top of the tree; this stands beside what it builds and needs one word less.
#
#   release   optimised and hardened: what is installed and what bootstrap builds
#   dev       AddressSanitizer, UndefinedBehaviorSanitizer, warnings are errors
#   coverage  gcov counters, no optimisation
#   fuzz      dev with clang's libFuzzer; also builds tests/fuzz

set_property(CACHE PRESET PROPERTY STRINGS release dev coverage fuzz)
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_compile_definitions(_GNU_SOURCE)

add_compile_options(-g -Wall -Wextra -Wshadow -Wundef -Wvla -Wformat=2 -Wmissing-prototypes
	-Wstrict-prototypes -Wpointer-arith -Wwrite-strings -Wconversion)

if(PRESET STREQUAL "release")
	add_compile_options(-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE)
	add_link_options(-pie -Wl,-z,relro,-z,now)
elseif(PRESET STREQUAL "dev")
	add_compile_options(-O1 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	add_link_options(-fsanitize=address,undefined)
elseif(PRESET STREQUAL "coverage")
	add_compile_options(-O0 --coverage)
	add_link_options(--coverage)
elseif(PRESET STREQUAL "fuzz")
	if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
		message(FATAL_ERROR "The fuzz preset needs clang: add -DCMAKE_C_COMPILER=clang")
	endif()
	add_compile_options(-O1 -fsanitize=fuzzer-no-link,address,undefined
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=address,undefined)
else()
	message(FATAL_ERROR "PRESET is '${PRESET}'; it must be release, dev, coverage or fuzz")
endif()

# Sanitizers and gcov make system calls of their own at exit, which the sandbox would refuse.
if(NOT PRESET STREQUAL "release")
	add_compile_definitions(PM_INSTRUMENTED)
endif()
