# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later

# Which files an installation put into its prefix, so that the next one and `uninstall` leave nothing
# of it behind: a module that has moved would stay importable under its old name, a header would still
# be included.

set(LARGESC_HEADERS include/gnuradio/largesc) # relative to the prefix

# Removes files, their byte code, and folders of ours that are empty then.
#   top   the prefix, behind $ENV{DESTDIR}
#   ARGN  files relative to it
function(largesc_remove top)
    foreach(name IN LISTS ARGN)
        file(REMOVE "${top}/${name}")
        get_filename_component(folder "${name}" DIRECTORY)
        get_filename_component(module "${name}" NAME_WE)
        file(GLOB byte_code "${top}/${folder}/__pycache__/${module}.*.pyc")
        if(name MATCHES "\\.py$" AND byte_code)
            file(REMOVE ${byte_code})
            largesc_remove_empty("${top}" "${folder}/__pycache__")
        endif()
        largesc_remove_empty("${top}" "${folder}")
    endforeach()
endfunction()

# Removes a folder and those above it as long as they are empty and of GNU Radio or ours.
function(largesc_remove_empty top folder)
    while(folder MATCHES "gnuradio|largesc")
        file(GLOB inside "${top}/${folder}/*" "${top}/${folder}/.*")
        if(inside OR IS_SYMLINK "${top}/${folder}")
            return()
        endif()
        file(REMOVE_RECURSE "${top}/${folder}")
        get_filename_component(folder "${folder}" DIRECTORY)
    endwhile()
endfunction()

# Sets `names` to what is known of earlier installations into a prefix, relative to `top`.
#   prefix    as it was configured
#   listing   where installations note their files, relative to the prefix
#   manifest  CMake's list of the last installation from this build folder, whatever its prefix was
#   package   folder of the Python package, relative to the prefix; headers are in ${LARGESC_HEADERS}
function(largesc_installed names prefix listing manifest package)
    set(top "$ENV{DESTDIR}${prefix}")
    set(found "")
    if(EXISTS "${top}/${listing}")
        file(STRINGS "${top}/${listing}" found)
        list(APPEND found "${listing}")
    endif()
    if(EXISTS "${manifest}")
        file(STRINGS "${manifest}" files)
        foreach(file IN LISTS files)
            file(RELATIVE_PATH name "${prefix}" "${file}")
            list(APPEND found "${name}")
        endforeach()
    endif()
    # Versions that noted nothing: modules and headers that say they are ours, and byte code beside.
    file(GLOB_RECURSE sources RELATIVE "${top}" "${top}/${package}/*.py"
         "${top}/${LARGESC_HEADERS}/*.h")
    foreach(name IN LISTS sources)
        file(STRINGS "${top}/${name}" ours REGEX " Copyright [0-9]+ the gr-largesc authors$"
             LIMIT_COUNT 1)
        if(ours)
            file(GLOB byte_code RELATIVE "${top}" "${top}/${name}[co]")
            list(APPEND found "${name}" ${byte_code})
        endif()
    endforeach()
    list(FILTER found EXCLUDE REGEX "^/|(^|/)\\.\\.(/|$)") # nothing outside the prefix
    list(REMOVE_DUPLICATES found)
    set(${names} "${found}" PARENT_SCOPE)
endfunction()

# Ends an installation: removes what earlier ones left, and notes what this one installed.
#   ARGN  absolute paths of its files, without $ENV{DESTDIR}; the other arguments as above
function(largesc_end_installation prefix listing manifest package)
    set(new "")
    foreach(file IN LISTS ARGN)
        file(RELATIVE_PATH name "${prefix}" "${file}")
        list(APPEND new "${name}")
    endforeach()
    largesc_installed(stale "${prefix}" "${listing}" "${manifest}" "${package}")
    list(REMOVE_ITEM stale ${new} "${listing}")
    foreach(name IN LISTS stale)
        message(STATUS "Removing, of an earlier version: ${prefix}/${name}")
    endforeach()
    largesc_remove("$ENV{DESTDIR}${prefix}" ${stale})
    list(JOIN new "\n" lines)
    file(WRITE "$ENV{DESTDIR}${prefix}/${listing}" "${lines}\n")
endfunction()
