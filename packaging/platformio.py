"""Run by PlatformIO for library.json: links the archive for the core that the board's compiler flags name, and builds it first.

A folder lib/TARGET with libjwt_mint.a in it takes the place of a build with cargo.
"""

import os
import re
import shutil
import subprocess

Import("env")  # noqa: F821, PlatformIO's

root = os.path.dirname(os.getcwd())  # SCons runs a script in its own folder
env = env  # noqa: F821


def runs_on():
    """The Rust targets whose code runs on the board, the best first: the same file answers as for CMake."""
    question = os.path.join(root, "cmake", "jwt_mint-runs-on.h")
    flags = env.subst("$CFLAGS $CCFLAGS").split()
    command = [env.subst("$CC"), *flags, "-E", "-P", "-x", "c", question]
    found = re.search(r'runs-on "([^"]+)"', subprocess.check_output(command, env=env["ENV"], text=True))
    return found.group(1).split(";") if found else []


def binutils_prefix():
    """Those that belong to the compiler, which PlatformIO has in a folder of its own."""
    compiler = shutil.which(env.subst("$CC"), path=env["ENV"].get("PATH")) or ""
    found = re.fullmatch(r"(.*-)gcc(\.exe)?", compiler)
    return found.group(1) if found else ""


def archive(targets):
    for target in targets:
        if os.path.isfile(os.path.join(root, "lib", target, "libjwt_mint.a")):
            return os.path.join(root, "lib", target)
    if targets[0].startswith(("thumb", "riscv32")):
        out = os.path.join(env.subst("$PROJECT_BUILD_DIR"), "jwt-mint")
        script = os.path.join(root, "packaging", "build-archive.sh")
        settings = {"TARGET_DIR": out, "BINUTILS_PREFIX": binutils_prefix()}
        subprocess.check_call([script, targets[0]], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        return os.path.join(out, targets[0])
    out = os.path.join(env.subst("$PROJECT_BUILD_DIR"), "jwt-mint")
    cargo = ["cargo", "rustc", "--release", "--locked", "--lib", "--crate-type", "staticlib", "--target-dir", out]
    subprocess.check_call([*cargo, "--target", targets[0]], cwd=root)
    return os.path.join(out, targets[0], "release")


targets = runs_on()
if not targets:
    raise SystemExit("jwt-mint: there is no archive for the core that this board's compiler flags name")
env.Append(LIBPATH=[archive(targets)], LIBS=["jwt_mint"])
