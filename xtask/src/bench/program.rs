//! Compares a program with one call with the same program on bare reqwest: clean build, size, crates.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use alicloud_codegen::cli::Failure;

use super::cost::measure;
use super::{PACKAGE, figure};
use crate::files::{read, write};
use crate::process::{cargo, target};
use crate::root;

const OURS: &str = include_str!("program/ours.rs");
const BARE: &str = include_str!("program/bare.rs");

const PROFILE: &str = "\n[workspace]\n\n[profile.release]\nstrip = true\n";

pub(super) fn run() -> Result<(), Failure> {
    let core = root().join("crates/appstream-center-20210901");
    let ours = format!(
        "{PACKAGE} = {{ path = {:?} }}\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n",
        core.display().to_string()
    );
    let bare = "reqwest = { version = \"0.13\", default-features = false, features = [\"json\", \
                \"rustls-no-provider\", \"system-proxy\"] }\n\
                rustls = { version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }\n\
                hmac = \"0.13\"\nsha2 = \"0.11\"\nserde_json = \"1\"\n\
                serde = { version = \"1\", features = [\"derive\"] }\n\
                tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    let ours = Program::build("ours", &ours, OURS)?;
    let bare = Program::build("bare", bare, BARE)?;
    figure("a program with one call, clean release build, CPU seconds", format!("{:.1}", ours.cpu), "");
    figure("  on bare reqwest, hmac, sha2, serde and the same TLS", format!("{:.1}", bare.cpu), "");
    figure("  ratio", format!("{:.2}", ours.cpu / bare.cpu), "1.10");
    figure("its stripped size, bytes", ours.size, "");
    figure("  on bare reqwest", bare.size, "");
    figure("  ratio", format!("{:.2}", ours.size as f64 / bare.size as f64), "1.15");
    figure("crates in its tree", ours.crates, "105");
    figure("  on bare reqwest", bare.crates, "");
    Ok(())
}

struct Program {
    cpu: f64,
    size: u64,
    crates: usize,
}

impl Program {
    fn build(name: &str, dependencies: &str, source: &str) -> Result<Self, Failure> {
        let folder = target().join("bench/program").join(name);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}{PROFILE}"
        );
        write(&folder.join("Cargo.toml"), &manifest)?;
        write(&folder.join("src/main.rs"), source)?;
        write(&folder.join("Cargo.lock"), &read(&root().join("Cargo.lock"))?)?;
        let out = folder.join("target");
        let _ = fs::remove_dir_all(&out);
        measure(cargo(&["fetch", "--quiet"]).current_dir(&folder))?;
        let mut build = cargo(&["build", "--quiet", "--release"]);
        let cost = measure(build.current_dir(&folder).env("CARGO_TARGET_DIR", &out))?;
        let binary = out.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let size = fs::metadata(&binary).map_err(|error| Failure(format!("{}: {error}", binary.display())))?.len();
        Ok(Self { cpu: cost.cpu, size, crates: crates(&folder)? })
    }
}

/// Returns the crates that are built, each once.
fn crates(folder: &Path) -> Result<usize, Failure> {
    let mut tree = cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe"]);
    let output = tree.current_dir(folder).output().map_err(|error| Failure(format!("cargo tree: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names: BTreeSet<String> =
        text.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    Ok(names.iter().filter(|name| !name.is_empty()).count().saturating_sub(1))
}
