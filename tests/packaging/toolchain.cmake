# A toolchain file as firmware projects have it, for the core that CORE names by its compiler's flags.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES COMPILER CORE)
set(CMAKE_C_COMPILER ${COMPILER})
set(CMAKE_C_FLAGS_INIT "${CORE}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "--specs=nosys.specs -Wl,--gc-sections")
