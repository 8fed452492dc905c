# jwt_mint_archive(OUT TARGET): builds libjwt_mint.a with cargo for a Rust target, or for this machine where that is empty. Its
# path goes to OUT; what builds it is the target jwt_mint_archive.
#
#   JWT_MINT_TARGET_DIR  where it is built; several build folders may share one
get_filename_component(_jwt_mint_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(JWT_MINT_TARGET_DIR "${CMAKE_CURRENT_BINARY_DIR}/cargo" CACHE PATH "Where cargo builds")

function(jwt_mint_archive out target)
    # The user's choices for other packages are none for this one.
    set(env "${CMAKE_COMMAND}" -E env --unset=CARGO_BUILD_TARGET --unset=CARGO_ENCODED_RUSTFLAGS)
    if(target MATCHES "^(thumb|riscv32|xtensa)")
        # One object with jwt_* as its only global symbols, made by the binutils that belong to the compiler.
        set(prefix)
        if(CMAKE_C_COMPILER MATCHES "-gcc(\\.exe)?$")
            string(REGEX REPLACE "gcc(\\.exe)?$" "" prefix "${CMAKE_C_COMPILER}")
        endif()
        set(archive "${JWT_MINT_TARGET_DIR}/${target}/libjwt_mint.a")
        set(build ${env} "TARGET_DIR=${JWT_MINT_TARGET_DIR}" "BINUTILS_PREFIX=${prefix}"
            "${_jwt_mint_root}/packaging/build-archive.sh" ${target})
    else()
        find_program(JWT_MINT_CARGO cargo REQUIRED DOC "cargo, of Rust 1.88 or later")
        if(NOT target)
            get_filename_component(folder "${JWT_MINT_CARGO}" DIRECTORY)
            execute_process(COMMAND "${folder}/rustc" -vV OUTPUT_VARIABLE version)
            string(REGEX REPLACE ".*host: ([^\n]*).*" "\\1" target "${version}")
        endif()
        # Named even where it is this machine's: else a configuration of cargo's may name another, and another folder.
        set(archive "${JWT_MINT_TARGET_DIR}/${target}/release/libjwt_mint.a")
        set(build ${env} "${JWT_MINT_CARGO}" rustc --release --locked --lib --crate-type staticlib
            --target-dir "${JWT_MINT_TARGET_DIR}" --target "${target}")
    endif()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${_jwt_mint_root}/src/*")
    set(depends ${sources})
    foreach(file Cargo.toml Cargo.lock build.rs packaging/build-archive.sh packaging/aeabi_memory.S)
        list(APPEND depends "${_jwt_mint_root}/${file}")
    endforeach()
    add_custom_command(OUTPUT "${archive}"
        COMMAND ${build}
        # Cargo leaves an archive that is up to date as old as it was.
        COMMAND "${CMAKE_COMMAND}" -E touch_nocreate "${archive}"
        DEPENDS ${depends}
        WORKING_DIRECTORY "${_jwt_mint_root}"
        COMMENT "Building libjwt_mint.a"
        VERBATIM)
    add_custom_target(jwt_mint_archive DEPENDS "${archive}")
    set(${out} "${archive}" PARENT_SCOPE)
endfunction()
