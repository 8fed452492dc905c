# The two commands: `make demo` and `make test`. `make help` lists the rest.

CARGO ?= cargo
CC ?= cc
SHIPPED := target/shipped
ARCHIVE := $(SHIPPED)/release/libjwt_mint.a
DESK := target/desk/mint
CFLAGS ?= -O2 -g
WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror

.NOTPARALLEL:
# The user's choices for other packages are none for this one.
unexport CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS
.PHONY: help lib demo devices test test-host firmware test-firmware test-zephyr test-esp-idf footprint install dist lint clean tools-demo tools-test tools-firmware tools-zephyr FORCE

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: tools-demo $(DESK) ## mint all four device tokens and let OpenSSL check them
	@c-examples/desk/demo.sh $(DESK) target/desk

# The shared library's name of its interface, by which a program asks for it, is a link beside it.
lib: $(ARCHIVE) ## the static and shared library for this machine, in target/shipped/release
	@rustc -vV | sed -n 's/^host: //p' >$(SHIPPED)/host.$$$$ && mv $(SHIPPED)/host.$$$$ $(SHIPPED)/host
	@cd $(<D) && [ ! -f libjwt_mint.so ] || ln -sf libjwt_mint.so \
	    "$$(readelf -d libjwt_mint.so | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib

# Not cargo-c: its releases ask for newer compilers than the library does, it knows nothing of CMake, and the rest is few lines.
# Root often has no cargo: `make lib` is what `sudo make install` then takes.
install: ## header, libraries, pkg-config and CMake files below PREFIX (/usr/local) and LIBDIR, all below DESTDIR
	@if command -v $(CARGO) >/dev/null; then $(MAKE) --no-print-directory lib; fi
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' packaging/install.sh $(SHIPPED)/release "$$(cat $(SHIPPED)/host)"

# With the crate types on the command line and no rlib among them, cargo links with LTO.
$(ARCHIVE): FORCE
	@$(CARGO) rustc --release --locked --lib --crate-type staticlib,cdylib --target-dir $(SHIPPED)

$(DESK): c-examples/desk/mint.c c-examples/desk/verify.c c-examples/desk/desk.h include/jwt_mint.h $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(CFLAGS) -Iinclude -o $@ $(filter %.c,$^) $(ARCHIVE)

devices: $(ARCHIVE) ## the example devices for MQTT and HTTP, in target/desk
	@mkdir -p target/desk
	$(CC) $(WARNINGS) $(CFLAGS) -Iinclude -o target/desk/mqtt c-examples/mqtt/mqtt.c c-examples/device/device.c $< -lmosquitto
	$(CC) $(WARNINGS) $(CFLAGS) -Iinclude -o target/desk/http c-examples/http/http.c c-examples/device/device.c $< -lcurl

test: tools-test tools-firmware lint test-host test-firmware ## everything
	@echo "make test: all passed"

lint: ## format and lints
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

test-host: $(DESK) devices ## all tests that run on this machine
	$(CARGO) test --locked
	$(CARGO) test --locked --test cplusplus --test openssl --test http_guard --test bridge --test packaging --test poisoned

TARGETS := thumbv6m-none-eabi thumbv7m-none-eabi thumbv7em-none-eabi thumbv7em-none-eabihf thumbv8m.base-none-eabi \
    thumbv8m.main-none-eabi thumbv8m.main-none-eabihf thumbv8m.main-none-eabi+dsp thumbv8m.main-none-eabihf+dsp \
    riscv32imc-unknown-none-elf riscv32imac-unknown-none-elf

firmware: tools-firmware ## the static library for every chip, in target/firmware/TARGET
	@for target in $(TARGETS); do packaging/build-archive.sh $$target || exit 1; done

test-firmware: tools-firmware ## what the archives for chips hold, no panic, the C tests and attacks on emulated boards, the README's figures
	$(CARGO) test --locked --test firmware
	$(CARGO) test --locked --test attacks
	$(CARGO) test --locked --test footprint -- --skip others::

# Not a part of `make test`: the tree is the user's.
test-zephyr: ## the library in Zephyr, on emulated boards and on this machine; ZEPHYR_BASE names the tree
	@[ -f "$(ZEPHYR_BASE)/cmake/modules/zephyr_default.cmake" ] || \
	    { echo "make test-zephyr: ZEPHYR_BASE must name a Zephyr tree: $(or $(ZEPHYR_BASE),it is not set)" >&2; exit 1; }
	@$(MAKE) --no-print-directory tools-zephyr
	$(CARGO) test --locked --test zephyr -- --test-threads=1 --nocapture

# Files are as old as SOURCE_DATE_EPOCH says, else as 1970: packed twice, an archive has the same bytes.
dist: lib firmware ## a release in target/dist: an archive for this machine and for every chip, with licences, SBOM, SHA256SUMS
	@rm -rf target/dist
	@packaging/dist.sh $(SHIPPED)/release "$$(cat $(SHIPPED)/host)" "$$(rustc -V)" target/dist
	@for target in $(TARGETS); do \
	    packaging/dist.sh target/firmware/$$target $$target "$$(cut -d , -f 1 target/firmware/$$target/compiler)" target/dist || exit 1; \
	done
	@cd target/dist && sha256sum *.tar.gz >SHA256SUMS

test-esp-idf: ## the component and the example of ESP-IDF, built for linux and esp32c3, and run; after `. $IDF_PATH/export.sh`
	@[ -f "$${IDF_PATH:-/nowhere}/tools/idf.py" ] || { echo "IDF_PATH names no ESP-IDF: . <esp-idf>/export.sh" >&2; exit 1; }
	@command -v idf.py >/dev/null || { echo "missing idf.py: . $$IDF_PATH/export.sh" >&2; exit 1; }
	@tests/tools.sh cargo cc openssl bridge cross-rust arm-none-eabi-gcc riscv64-unknown-elf-gcc
	$(CARGO) test --locked --test esp_idf

footprint: tools-firmware ## what each operation costs on each chip; rewrites the README's tables and plots
	JWT_MINT_BLESS=1 $(CARGO) test --locked --test footprint

tools-demo:
	@tests/tools.sh cargo cc openssl

tools-test:
	@tests/tools.sh cargo rustfmt clippy cc g++ clang openssl curl libmicrohttpd bridge cmake pkg-config scons valgrind

tools-firmware:
	@tests/tools.sh cargo cc cross-rust arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32

tools-zephyr:
	@tests/tools.sh cargo cc cross-rust arm-none-eabi-gcc qemu-system-arm openssl bridge cmake ninja dtc multilib zephyr-python

clean: ## remove what was built
	$(CARGO) clean
