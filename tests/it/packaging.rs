//! How the program reaches those who use it: as a Python package, as hooks for pre-commit, and as an Action.
//!
//! What needs other programs is ignored: `cargo test packaging -- --ignored` runs it, and takes minutes.

use crate::scopes::Repository;
use granit_parser::Parser;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const REPLYLINT: &str = env!("CARGO_BIN_EXE_replylint");

const HOOKS: &str = ".pre-commit-hooks.yaml";
const ACTION: &str = "action.yml";
const PAGE: &str = "docs/ci.md";

fn text(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The blocks of code on the page, with the language of each.
fn blocks(page: &str) -> Vec<(String, String)> {
    let fenced = page.split("\n```").collect::<Vec<_>>();
    let blocks = fenced.chunks(2).filter_map(|pair| pair.get(1)?.split_once('\n'));
    blocks.map(|(language, code)| (language.to_owned(), code.to_owned())).collect()
}

#[test]
fn what_is_yaml_is_well_formed() {
    let page = text(PAGE);
    let mut all = vec![(HOOKS, text(HOOKS)), (ACTION, text(ACTION))];
    all.extend(blocks(&page).into_iter().filter(|(language, _)| language == "yaml").map(|(_, code)| (PAGE, code)));
    assert!(all.len() >= 6, "the page has examples");
    for (path, yaml) in all {
        let fault = Parser::new_from_str(&yaml).find_map(Result::err);
        assert!(fault.is_none(), "{path}: {fault:?}\n{yaml}");
    }
}

/// Each flag of `check` that is written in hooks, in the Action and on the page is one, and so is each format.
#[test]
fn flags_that_are_written_down_exist() {
    let help = Command::new(REPLYLINT).args(["check", "--help"]).output().expect("it runs");
    let help = String::from_utf8(help.stdout).expect("text");
    let known = |flag: &str| help.split([' ', ',', '\n']).any(|word| word == flag);
    let (mut used, mut formats) = (Vec::new(), Vec::new());
    let page: String = blocks(&text(PAGE)).into_iter().map(|(_, code)| code).collect();
    for (path, text) in [(HOOKS, text(HOOKS)), (ACTION, text(ACTION)), (PAGE, page)] {
        let lines = text.lines().map(str::trim).filter(|line| {
            ["entry: ", "args: ", "outputs", "if [ -n \"$SARIF\"", "replylint check", "- replylint check"]
                .iter()
                .any(|start| line.starts_with(start))
        });
        for line in lines {
            let line = line.split(" | ").next().unwrap_or_default();
            let words: Vec<_> = line.split([' ', '(', ')', '"', '=']).filter(|word| !word.is_empty()).collect();
            for pair in words.windows(2).filter(|pair| pair[0].starts_with("--output")) {
                formats.push((path, pair[1].to_owned()));
            }
            let flags = words.iter().filter(|word| word.starts_with("--") && word.len() > 2);
            used.extend(flags.map(|flag| (path, flag.to_string())));
        }
    }
    assert!(used.len() > 10 && formats.len() > 6, "{used:?} {formats:?}");
    for (path, flag) in used {
        assert!(known(&flag), "{path} says `{flag}`, which `check` does not know");
    }
    for (path, format) in formats {
        assert!(help.contains(&format!("- {format}:")), "{path} says `{format}`, which is no format");
    }
}

#[test]
fn versions_agree() {
    let version = env!("CARGO_PKG_VERSION");
    let page = text(PAGE);
    let named: Vec<_> = page.split("replylint==").skip(1).chain(page.split("rev: v").skip(1)).collect();
    assert!(named.len() >= 2);
    assert!(named.iter().all(|rest| rest.starts_with(version)), "{PAGE} names another version than {version}");
}

/// Runs a program that must succeed.
fn run(command: &mut Command) -> String {
    let (text, code) = ends(command);
    assert_eq!(code, 0, "{command:?}\n{text}");
    text
}

/// What a program prints, and its exit code.
fn ends(command: &mut Command) -> (String, i32) {
    // The program is built as quickly as can be.
    let quick = [("LTO", "off"), ("OPT_LEVEL", "1"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")];
    for (name, value) in quick {
        command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
    }
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PYTHONPATH", "VIRTUAL_ENV"] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", build()).env("PRE_COMMIT_HOME", scratch("hooks"));
    let out = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    println!("$ {command:?}\n{text}");
    (text, out.status.code().expect("a code"))
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Where the program is built, anew in each run: files from an archive are too old for cargo to see that they have changed.
fn build() -> &'static Path {
    static BUILD: OnceLock<PathBuf> = OnceLock::new();
    BUILD.get_or_init(|| {
        let folder = scratch("build");
        let _ = fs::remove_dir_all(&folder);
        folder
    })
}

/// A new virtual environment.
fn environment(name: &str) -> PathBuf {
    let folder = scratch(name);
    let _ = fs::remove_dir_all(&folder);
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    folder.join("bin")
}

/// The programs that build and run, installed once.
fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let bin = environment("tools");
        run(Command::new(bin.join("pip")).args(["install", "--quiet", "maturin>=1.9,<2", "pre-commit"]));
        bin
    })
}

/// The wheel, built from the archive of sources, which has all that it needs.
fn wheel() -> &'static Path {
    static WHEEL: OnceLock<PathBuf> = OnceLock::new();
    WHEEL.get_or_init(|| {
        let folder = scratch("wheels");
        let _ = fs::remove_dir_all(&folder);
        run(Command::new(tools().join("maturin")).args(["sdist", "--out"]).arg(&folder));
        let sources = only(&folder, "gz");
        run(Command::new(tools().join("pip")).args(["wheel", "--no-deps", "--wheel-dir"]).arg(&folder).arg(sources));
        only(&folder, "whl")
    })
}

/// The one file in a folder that has an extension.
fn only(folder: &Path, extension: &str) -> PathBuf {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|of| of == extension)).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
#[ignore = "needs python and pip, and builds the program"]
fn the_wheel_brings_the_program() {
    let bin = environment("wheel");
    run(Command::new(bin.join("pip")).args(["install", "--quiet", "--no-index"]).arg(wheel()));
    let version = run(Command::new(bin.join("replylint")).arg("--version"));
    assert_eq!(version, format!("replylint {}\n", env!("CARGO_PKG_VERSION")));
    let macros = ["check", "examples/macros", "--output-format", "concise"];
    let (text, code) = ends(Command::new(bin.join("replylint")).args(macros));
    assert!(text.contains("examples/macros/zendesk.json:15:97: warning[boilerplate.brochure]") && code == 1, "{text}");
    let packages = bin.parent().expect("a folder").join("lib");
    let about = run(Command::new("grep").args(["-r", "^License", "--include=METADATA"]).arg(packages));
    for line in ["License-Expression: MIT OR Apache-2.0", "License-File: LICENSE-MIT", "License-File: LICENSE-APACHE"] {
        assert!(about.contains(line), "{line} is missing in {about}");
    }
}

/// A repository of macros with hooks.
fn macros(hooks: &str) -> Repository {
    let macros = Repository::new();
    macros.write(".pre-commit-config.yaml", hooks);
    macros.write("replylint.toml", "exclude = [\"macros/vendor\"]\n");
    macros.write("kindly.toml", &text("tests/cli/fix.in/kindly.toml"));
    macros.write("macros/vendor/theirs.md", "Who handled your case last?\n");
    macros.write("macros/no-reply.json", "{\"version\": 1}\n");
    macros.write("README.md", "Who handled your case last?\n");
    macros.git(&["add", "-A"]);
    macros
}

/// Runs the hooks on all files.
fn hook(macros: &Repository) -> (String, i32) {
    macros.git(&["add", "-A"]);
    ends(Command::new(tools().join("pre-commit")).args(["run", "--all-files"]).current_dir(macros.path("")))
}

/// The hook finds what it should, and only where it should.
fn finds(hooks: &str) {
    let macros = macros(hooks);
    let (text, code) = hook(&macros);
    assert_eq!(code, 0, "nothing is left to check: {text}");
    macros.write("macros/bad.md", "Hi Ana,\n\nWho handled your case last?\n");
    let (text, code) = hook(&macros);
    assert!(text.contains("macros/bad.md:3:1: error[blame.who-question]"), "{text}");
    assert!(!text.contains("theirs.md") && !text.contains("README.md") && code == 1, "{text}");
    macros.write("macros/bad.md", "Hi Ana,\n\nYour parcel arrives on Friday.\n");
    let (text, code) = hook(&macros);
    assert!(text.contains("Passed") && code == 0, "{text}");
}

#[test]
#[ignore = "needs python, pip and git, and builds the program"]
fn a_hook_takes_the_wheel() {
    let wheel = wheel().display();
    finds(&format!(
        "repos:\n- repo: local\n  hooks:\n  - id: replylint\n    name: replylint\n    language: python\n    files: ^macros/\n    \
         additional_dependencies: [\"{wheel}\"]\n    entry: replylint check --force-exclude --output-format concise\n    \
         types_or: [markdown, json]\n    require_serial: true\n"
    ));
}

#[test]
#[ignore = "needs python, pip and git, and builds the program"]
fn hooks_are_built_from_the_repository() {
    // What is here, committed or not, is what is to be tried.
    let sources = Repository::new();
    let listed = run(Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]));
    for path in listed.lines().filter(|path| Path::new(path).is_file()) {
        fs::create_dir_all(sources.path(path).parent().expect("a folder")).expect("a folder");
        fs::copy(path, sources.path(path)).expect("a copy");
    }
    sources.commit();
    let commit = String::from_utf8(sources.git(&["rev-parse", "HEAD"]).stdout).expect("text");
    let config = |hook: &str| {
        let (repo, rev) = (sources.path("").display().to_string(), commit.trim());
        format!("repos:\n- repo: {repo}\n  rev: {rev}\n  hooks:\n  - id: {hook}\n    files: ^macros/\n")
    };
    finds(&config("replylint"));
    finds(&config("replylint-src"));

    let rules = "    args: [--no-default-rules, --rules, kindly.toml]\n";
    let macros = macros(&(config("replylint-fix") + rules));
    macros.write("macros/stiff.md", "Kindly wait till noon.\n");
    let (text, code) = hook(&macros);
    assert!(text.contains("files were modified by this hook") && code == 1, "{text}");
    assert_eq!(fs::read_to_string(macros.path("macros/stiff.md")).expect("text"), "Please wait till noon.\n");
    let (text, code) = hook(&macros);
    assert!(text.contains("Passed") && code == 0, "{text}");
}

/// The code of a step of the Action.
fn step(name: &str) -> String {
    let action = text(ACTION);
    let step = action.split("- name: ").find(|step| step.starts_with(name)).expect("the step");
    let code = step.split("run: |\n").nth(1).expect("its code");
    assert!(!code.contains("${{"), "an input in the code is code");
    code.lines().map(|line| line.trim_start_matches("        ").to_owned() + "\n").collect()
}

#[cfg(unix)]
#[test]
#[ignore = "needs bash, python and pip, and builds the program"]
fn the_action_passes_its_inputs_on_as_they_are() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let bash = |code: &str| {
        let mut bash = Command::new("bash");
        bash.args(["-c", code]).current_dir(folder.path()).env("RUNNER_TEMP", path(""));
        bash.env("GITHUB_PATH", path("path")).env("GITHUB_STEP_SUMMARY", path("a summary.md"));
        bash
    };
    let wheels = wheel().parent().expect("a folder");
    let install = step("Install");
    run(bash(&install)
        .env("VERSION", env!("CARGO_PKG_VERSION"))
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", wheels));
    let bin = fs::read_to_string(path("path")).expect("the path");
    run(Command::new(Path::new(bin.trim()).join("replylint")).arg("--version"));
    let (_, code) = ends(bash(&install).env("VERSION", "1; touch harm").env("PIP_NO_INDEX", "1"));
    assert_ne!(code, 0);

    // A stand-in says what it was called with.
    fs::create_dir(path("bin")).expect("a folder");
    fs::write(path("bin/replylint"), "#!/bin/sh\nfor arg; do echo \"[$arg]\"; done\n").expect("written");
    fs::set_permissions(path("bin/replylint"), fs::Permissions::from_mode(0o755)).expect("a mode");
    let search = format!("{}:{}", path("bin").display(), std::env::var("PATH").expect("a path"));
    let check = |paths: &str, args: &str, sarif: &str| {
        let code = step("Check");
        let mut bash = bash(&code);
        run(bash.env("PATH", &search).env("PATHS", paths).env("ARGS", args).env("SARIF", sarif))
    };
    let summary = format!("[--output]\n[markdown={}]\n", path("a summary.md").display());
    let begins = format!("[check]\n[--output-format]\n[github]\n{summary}");
    assert_eq!(check(".", "", ""), format!("{begins}[--]\n[.]\n"));
    assert_eq!(
        check("a b\n$(touch harm)\n`touch harm`\n*\n-x\n", " --since  $(touch\n*; harm ", "out put.sarif"),
        format!(
            "{begins}[--output]\n[sarif=out put.sarif]\n[--since]\n[$(touch]\n[*;]\n[harm]\n[--]\n[a b]\n[$(touch harm)]\n[`touch harm`]\n[*]\n[-x]\n"
        )
    );
    assert!(!path("harm").exists());
}
