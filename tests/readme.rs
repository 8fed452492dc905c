//! What the README prints is true: its example is the one that is compiled and run here, and the names, files and commands
//! that it mentions exist.

mod support;

use std::fs;
use std::path::Path;

use support::compiler::{Compiler, WARNINGS};

fn read(path: &str) -> String {
    fs::read_to_string(support::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn example_is_the_file_that_it_names() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- c-examples/desk/example.c -->\n```c\n").expect("the example");
    let (example, _) = rest.split_once("```\n").expect("its end");
    assert_eq!(example, read("c-examples/desk/example.c"));
    assert!(example.lines().count() <= 25, "an example is short");
}

#[test]
fn example_compiles_everywhere_and_mints_a_token_that_verifies() {
    let folder = support::workshop("readme");
    support::keys::write_header(&folder);
    let main = folder.join("main.c");
    let body = r#"
        #include <stdio.h>
        #include "jwt_mint.h"
        #include "keys.h"
        jwt_status mqtt_password(const char *key_pem, int64_t now, char *password);
        int main(void)
        {
            char password[256];
            jwt_status status = mqtt_password(KEY_EC_PKCS8_PEM, 1700000000, password);
            printf("TOKEN ec_public %s {\"aud\":\"my-project\",\"iat\":1700000000,\"exp\":1700003600}\n", password);
            return status != JWT_OK || mqtt_password(KEY_EC_PKCS8_PEM, 1, password) != JWT_ERR_CLOCK || password[0];
        }"#;
    fs::write(&main, body).expect("write");
    let compiler = Compiler::c().expect("a C compiler");
    let archive = support::archive::shipped().expect("the archive");
    for dialect in ["-std=c99", "-std=c17"] {
        let (example, caller, program) = (folder.join("example.o"), folder.join("main.o"), folder.join("program"));
        let source = Path::new("c-examples/desk/example.c");
        let options = [&[dialect], WARNINGS].concat();
        compiler.compile(source, &example, &folder, &options).expect(dialect);
        compiler.compile(&main, &caller, &folder, &[dialect]).expect(dialect);
        compiler.link(&[&example, &caller, &archive], &program, &[]).expect(dialect);
        let output = support::process::run(&program, &[]).expect("it runs");
        assert_eq!(support::token::check_all(&output), Ok(1));
    }
}

/// The list of targets stands in the Makefile, in the README and in the tests.
#[test]
fn targets_are_the_same_everywhere() {
    let tested = read("tests/firmware/archive.rs");
    let words = |text: &str| {
        let words = text.split(|character: char| !character.is_ascii_alphanumeric() && !"-.+".contains(character));
        let targets = words.filter(|word| word.contains("-none-e") && !word.starts_with("arm-")).map(str::to_owned);
        targets.collect::<std::collections::BTreeSet<_>>()
    };
    let tested = words(tested.split_once("TARGETS").expect("the list").1.split_once("];").expect("its end").0);
    assert_eq!(tested.len(), 11);
    assert_eq!(words(&read("Makefile")), tested);
    // For ESP-IDF alone: the ESP32-P4's, and Xtensa's, whose middle is the chip.
    let mut named = tested;
    named.extend(["riscv32imafc-unknown-none-elf", "-none-elf"].map(str::to_owned));
    assert_eq!(words(&read("README.md")), named);
}

/// Snippets that are no whole file, as the body of a function that is handed a key.
#[test]
fn snippets_compile() {
    let readme = read("README.md");
    let folder = support::workshop("readme");
    let snippets: Vec<_> = readme.split("<!-- compiled -->\n```c\n").skip(1).collect();
    assert!(!snippets.is_empty());
    for snippet in snippets {
        let body = snippet.split_once("```").expect("the end of a snippet").0;
        let (source, object) = (folder.join("snippet.c"), folder.join("snippet.o"));
        let program = format!(
            "#include <jwt_mint.h>\njwt_status snippet(const char *key_pem);\n\
             jwt_status snippet(const char *key_pem)\n{{\n(void)key_pem;\n{body}return status;\n}}\n"
        );
        fs::write(&source, program).expect("write");
        let options = [&["-std=c99"], WARNINGS].concat();
        Compiler::c().expect("a C compiler").compile(&source, &object, &folder, &options).expect("the snippet");
    }
}

/// The example for Zephyr gives its thread what the README's table says, and the same again for what else it does there; so does
/// the README's own sentence, and what it says of the longest RSA keys leaves as much.
#[test]
fn stack_of_the_zephyr_example_is_enough() {
    const REST: u32 = 2048;
    let readme = read("README.md");
    let at_most = |operation: &str| {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{operation}` |"))).expect("the table");
        row.split('|').nth(5).expect("stack, at most").trim().replace(',', "").parse::<u32>().expect("a number")
    };
    let number_after = |text: &str, before: &str| {
        let digits = text.split_once(before).expect(before).1;
        let end = digits.find(|character: char| !character.is_ascii_digit()).expect("its end");
        digits[..end].parse::<u32>().expect("a number")
    };
    let size = |text: &str| number_after(text, "CONFIG_MAIN_STACK_SIZE=");
    let (example, needed) = (size(&read("c-examples/zephyr/prj.conf")), at_most("mint_mqtt_es256"));
    assert!(example >= needed + REST, "{example} bytes for {needed} and the rest of the thread");
    assert_eq!(example, size(&readme));
    let longest = 1024 * number_after(&readme, "An RS256 key of 4096 bits asks for a task with ");
    let needed = at_most("mint_http_rs256_4096");
    assert!(longest >= needed && example >= longest + REST, "{longest} bytes of {example} for {needed}");
}

/// Every word of the form `jwt_...` or `JWT_...`, in code or in prose; those that end in `_`, or in `_*`, name a family.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| word.starts_with("jwt_") || word.starts_with("JWT_"))
        .filter(|word| !word.ends_with('_'))
}

#[test]
fn names_that_documents_mention_exist() {
    let header = read("include/jwt_mint.h");
    // Code without its comments is what a name must stand in; but for the library, settings, variables and a text that it returns.
    let mut code = String::new();
    let mut rest = header.as_str();
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").expect("a comment ends").1;
    }
    code.push_str(rest);
    let known: std::collections::BTreeSet<_> = names(&code)
        .chain([
            "jwt_mint",
            "jwt_mint_dsp",
            "jwt_mint_umull",
            "jwt_mint_thumb2",
            "JWT_MINT_BLESS",
            "JWT_MINT_ROUNDS",
            "JWT_STATUS_UNKNOWN",
        ])
        .collect();
    for path in ["README.md", "CHANGELOG.md", "src/design.md", "include/jwt_mint.h"] {
        let text = read(path);
        let unknown: Vec<_> = names(&text).filter(|name| !known.contains(name)).collect();
        assert_eq!(unknown, [""; 0], "{path}");
    }
}

#[test]
fn files_and_commands_that_the_readme_mentions_exist() {
    let readme = read("README.md");
    let makefile = read("Makefile");
    for command in ["demo", "test", "lib", "firmware", "test-firmware", "test-zephyr", "footprint"] {
        assert!(
            readme.contains(&format!("make {command}")) && makefile.contains(&format!("\n{command}:")),
            "{command}"
        );
    }
    for (_, rest) in readme.match_indices("](").map(|(at, _)| readme.split_at(at + 2)) {
        let link = rest.split_once(')').expect("the end of a link").0;
        assert!(support::root().join(link).exists(), "{link}");
    }
    let statuses = read("src/status.rs");
    for status in names(&readme).filter(|name| name.starts_with("JWT_ERR_")) {
        assert!(statuses.contains(status), "{status}");
    }
}
