# Included by the component's CMakeLists.txt: links libjwt_mint.a for the chip, and builds it first where there is none.
#
#   JWT_MINT_TARGET_DIR  where it is built; several build folders may share one
get_filename_component(_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
idf_build_get_property(_chip IDF_TARGET)
idf_build_get_property(_project PROJECT_DIR)
set(_extensions)
if(_chip MATCHES "^esp32c[23]$")
    # No `a`: the linker lets code with atomic instructions pass, and the chip traps on them.
    set(_target riscv32imc-unknown-none-elf)
    set(_machine "RISC-V")
    set(_lacks "_[afd][0-9]")
elseif(_chip MATCHES "^esp32(c5|c6|c61|h2)$")
    set(_target riscv32imac-unknown-none-elf)
    set(_machine "RISC-V")
    set(_lacks "_[fd][0-9]")
elseif(_chip STREQUAL "esp32p4")
    set(_target riscv32imafc-unknown-none-elf)
    set(_machine "RISC-V")
    set(_lacks "_d[0-9]")
elseif(_chip MATCHES "^esp32(|s2|s3)$")
    set(_target xtensa-${_chip}-none-elf)
    set(_machine "Xtensa")
elseif(_chip STREQUAL "linux")
    set(_target)
else()
    message(FATAL_ERROR "jwt_mint: there is no archive for ${_chip}. There is one for: esp32, esp32c2, esp32c3, esp32c5, esp32c6, "
        "esp32c61, esp32h2, esp32p4, esp32s2, esp32s3, linux")
endif()

set(_archive "${CONFIG_JWT_MINT_ARCHIVE}")
if(_archive)
    get_filename_component(_archive "${_archive}" ABSOLUTE BASE_DIR "${_project}")
elseif(EXISTS "${_root}/lib/${_chip}/libjwt_mint.a")
    set(_archive "${_root}/lib/${_chip}/libjwt_mint.a")
endif()

add_library(jwt_mint::jwt_mint STATIC IMPORTED GLOBAL)
if(_archive)
    execute_process(COMMAND "${CMAKE_READELF}" -hA "${_archive}"
        OUTPUT_VARIABLE _told ERROR_VARIABLE _told RESULT_VARIABLE _failure)
    if(_failure
            OR (_target AND NOT _told MATCHES "Machine: [^\n]*${_machine}")
            OR (_lacks AND _told MATCHES "RISCV_arch: [^\n]*${_lacks}"))
        message(FATAL_ERROR "jwt_mint: ${_archive} is no archive for ${_chip}, which takes ${_target}")
    endif()
else()
    set(JWT_MINT_TARGET_DIR "${CMAKE_CURRENT_BINARY_DIR}/cargo" CACHE PATH "Where cargo builds")
    if(_target)
        # One object with jwt_* as its only global symbols: Rust's memcpy and its like must not take the place of IDF's in IRAM.
        string(REGEX REPLACE "gcc(\\.exe)?$" "" _cross "${CMAKE_C_COMPILER}")
        set(_archive "${JWT_MINT_TARGET_DIR}/${_target}/libjwt_mint.a")
        set(_build "${CMAKE_COMMAND}" -E env "TARGET_DIR=${JWT_MINT_TARGET_DIR}" "CROSS_COMPILE=${_cross}"
            "${_root}/tests/firmware/build.sh" ${_target})
    else()
        find_program(JWT_MINT_CARGO cargo REQUIRED DOC "cargo, of Rust 1.88 or later")
        set(_archive "${JWT_MINT_TARGET_DIR}/release/libjwt_mint.a")
        set(_build "${JWT_MINT_CARGO}" rustc --release --locked --lib --crate-type staticlib --target-dir "${JWT_MINT_TARGET_DIR}")
    endif()
    file(GLOB_RECURSE _sources CONFIGURE_DEPENDS "${_root}/src/*")
    add_custom_command(OUTPUT "${_archive}"
        COMMAND ${_build}
        # Cargo leaves an archive that is up to date as old as it was.
        COMMAND "${CMAKE_COMMAND}" -E touch "${_archive}"
        DEPENDS ${_sources} "${_root}/Cargo.toml" "${_root}/Cargo.lock" "${_root}/build.rs" "${_root}/tests/firmware/build.sh"
        WORKING_DIRECTORY "${_root}"
        COMMENT "Building libjwt_mint.a"
        VERBATIM)
    add_custom_target(jwt_mint_archive DEPENDS "${_archive}")
    add_dependencies(jwt_mint::jwt_mint jwt_mint_archive)
endif()
set_target_properties(jwt_mint::jwt_mint PROPERTIES IMPORTED_LOCATION "${_archive}")
target_link_libraries(${COMPONENT_LIB} INTERFACE jwt_mint::jwt_mint)
